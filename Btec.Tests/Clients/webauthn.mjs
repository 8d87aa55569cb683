// A page of a front-end in Chromium with a virtual authenticator, and a second verifier, @simplewebauthn/server, of what it sends.
// Usage: node webauthn.mjs CHROMIUM ORIGIN; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { chromium } from 'playwright-core'

const [executablePath, origin] = process.argv.slice(2)
const expected = { expectedOrigin: origin, expectedRPID: new URL(origin).hostname, requireUserVerification: true }
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: false,
  args: [
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync',
  ],
})
const page = await browser.newPage()
await page.route(`${origin}/page`, route => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Test</title>' }))
await page.goto(`${origin}/page`)
const devTools = await page.context().newCDPSession(page)
await devTools.send('WebAuthn.enable')
const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
  options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true, defaultBackupEligibility: true, defaultBackupState: true,
  },
})

// Runs in the page.
const ceremony = async ({ path, token, kind, name }) => {
  const post = async (url, body) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
    const response = await fetch(url, { method: 'POST', headers, body: body && JSON.stringify(body) })
    return { status: response.status, body: await response.json() }
  }
  const { body: { challenge_id, options } } = await post(`${path}/options`)
  const publicKey = kind === 'create'
    ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
    : PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = (await navigator.credentials[kind]({ publicKey })).toJSON()
  return { options, credential, ...await post(path, { challenge_id, credential, ...(name && { name }) }) }
}

let known
const commands = {
  register: async ({ token, name }) => {
    const done = await page.evaluate(ceremony, { path: '/api/users/me/passkeys', token, kind: 'create', name })
    const second = await verifyRegistrationResponse({ ...expected, response: done.credential, expectedChallenge: done.options.challenge })
    known = second.registrationInfo.credential
    const { credentialBackedUp, aaguid } = second.registrationInfo
    return { status: done.status, body: done.body, verified: second.verified, backedUp: credentialBackedUp, aaguid }
  },
  login: async () => {
    const done = await page.evaluate(ceremony, { path: '/api/auth/passkeys', kind: 'get' })
    const check = { ...expected, response: done.credential, expectedChallenge: done.options.challenge, credential: known }
    const second = await verifyAuthenticationResponse(check).catch(() => ({ verified: false }))
    if (second.verified) known.counter = second.authenticationInfo.newCounter
    return { status: done.status, body: done.body, verified: second.verified }
  },
  spoil: async (bits) => {
    await devTools.send('WebAuthn.setResponseOverrideBits', { authenticatorId, ...bits })
    return {}
  },
  close: async () => {
    await browser.close()
    return {}
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: command, ...rest } = JSON.parse(line)
  const answer = await commands[command](rest).catch(error => ({ error: String(error) }))
  console.log(JSON.stringify(answer))
}

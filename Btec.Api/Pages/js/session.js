// Signs a page in as the client btec-pages (authorization code with PKCE), and calls the API with its access token. The token stays in
// memory; a new one comes silently from the session of the browser, whose cookie no script can read.

import { ApiError, base, call as callWith } from './api.js'
import { askForProof } from './step-up.js'

const clientId = 'btec-pages'
const keptUnder = 'btec-sign-in'
const renewAheadMilliseconds = 30_000

const noToken = { value: '', expiresAt: 0 }
let token = noToken
let redirectUri
let renewal
let proof

// Signs in. While the browser goes to the sign-in page, the promise stays pending.
export const signIn = async path => {
  redirectUri = location.origin + base + path
  // A page out of the history would show what the next user must not see.
  addEventListener('pageshow', event => { if (event.persisted) location.reload() })
  const answer = takeAnswer()
  if (answer?.error) throw new ApiError(400, { code: answer.error })
  // A code that is refused was used before, or is too old. The session of the browser says what to do.
  const isRedeemed = answer?.code && await redeem(answer.code, answer.verifier).then(() => true, () => false)
  if (!isRedeemed) await renew()
}

// Ends the session of the browser, and every token with it.
export const signOut = async () => {
  await callWith('DELETE', '/oauth/session').catch(error => { if (error.status !== 401) throw error })
  token = noToken
}

// Calls the API, and returns the body of its answer. Throws an ApiError, or an AbortError if the user does not prove who they are.
export const call = async (method, path, json) => {
  for (let isRenewed = false; ;) {
    if (token.expiresAt - renewAheadMilliseconds < Date.now()) await renew()
    const used = token
    try {
      return await callWith(method, path, { json, token: used.value })
    } catch (error) {
      if (error.status !== 401) throw error
      // Meanwhile another request may have got what this one lacks.
      if (token !== used) continue
      if (error.code === 'step_up_required') {
        await stepUp(error.problem)
      } else {
        if (isRenewed) await leave()
        isRenewed = true
        await renew()
      }
    }
  }
}

// Gets a new token from the session of the browser, once for all requests that wait for it.
const renew = () => renewal ??= renewOnce().finally(() => { renewal = undefined })

const renewOnce = async () => {
  if (!await askSilently()) await leave()
}

// Returns an access token if the browser is signed in, and undefined otherwise.
export const findToken = async () => {
  redirectUri = `${location.origin}${base}/account`
  return await askSilently() ? token.value : undefined
}

// Returns whether the session of the browser has given a new token.
const askSilently = async () => {
  const { url, state, verifier } = await begin({ prompt: 'none' })
  const response = await fetch(url, { headers: { Accept: 'application/json' }, credentials: 'same-origin', cache: 'no-store' })
    .catch(() => { throw new ApiError(0) })
  const answer = new URL(response.url).searchParams
  if (answer.get('state') !== state) throw new ApiError(response.status, await response.json().catch(() => undefined))
  await response.body?.cancel()
  if (!answer.has('code')) return false
  await redeem(answer.get('code'), verifier)
  return true
}

// Goes to the sign-in page, from where the browser comes back with a code.
const leave = async () => {
  const { url, state, verifier } = await begin()
  sessionStorage.setItem(keptUnder, JSON.stringify({ state, verifier, hash: location.hash }))
  location.assign(url)
  await new Promise(() => undefined)
}

// Takes the answer of the sign-in page out of the address bar. One that this tab did not ask for counts for nothing.
const takeAnswer = () => {
  const answer = new URLSearchParams(location.search)
  const kept = JSON.parse(sessionStorage.getItem(keptUnder) ?? '{}')
  sessionStorage.removeItem(keptUnder)
  if (!answer.has('code') && !answer.has('error')) return undefined
  history.replaceState(null, '', location.pathname + (kept.hash || location.hash))
  return answer.get('state') === kept.state ? { ...Object.fromEntries(answer), verifier: kept.verifier } : undefined
}

// Begins an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
const begin = async (more = {}) => {
  const [state, verifier] = [randomText(), randomText()]
  const challenge = encode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
  const query = new URLSearchParams({
    response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state,
    code_challenge: challenge, code_challenge_method: 'S256', ...more,
  })
  return { url: `${base}/oauth/authorize?${query}`, state, verifier }
}

const redeem = async (code, verifier) => take(await callWith('POST', '/api/auth/token', {
  form: { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: clientId, code_verifier: verifier },
}))

const take = ({ access_token, expires_in }) => { token = { value: access_token, expiresAt: Date.now() + 1000 * expires_in } }

// Asks the user to prove who they are, once for all requests that wait for it.
const stepUp = problem => proof ??= askForProof({
  needsTwoFactors: !problem.acr_values.split(' ').includes('urn:btec:acr:1'),
  readMethods: () => readClaims().amr ?? [],
  listFactors: async () => (await callWith('GET', '/api/users/me/factors', { token: token.value })).items,
  prove: async json => take(await callWith('POST', '/api/auth/step-up', { json, token: token.value })),
}).finally(() => { proof = undefined })

// Reads the claims of the token, to know what the session has proved. The server decides by the session itself.
const readClaims = () => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(token.value.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))))

const randomText = () => encode(crypto.getRandomValues(new Uint8Array(32)))

const encode = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

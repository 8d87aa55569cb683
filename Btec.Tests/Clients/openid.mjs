// An OpenID Connect client that knows nothing of this server but its issuer, beside a browser that shows no pages.
// Usage: node openid.mjs; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import * as openid from 'openid-client'

const redirectUri = 'https://client.example/callback'
let config
let issuer
let cookie

const keep = response => {
  for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0]
  return response
}

const browse = (url, init = {}) =>
  fetch(url, { redirect: 'manual', ...init, headers: { ...init.headers, ...(cookie && { cookie }) } }).then(keep)

const post = (path, body) => browse(new URL(path, issuer), {
  method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', origin: new URL(issuer).origin },
})

// Follows an authorization request as a person's browser does, and consents. Returns the URL that the client gets.
const authorize = async (url, method) => {
  const first = method === 'POST'
    ? await browse(url.origin + url.pathname, { method, body: url.searchParams })
    : await browse(url)
  const location = new URL(first.headers.get('location'), issuer)
  if (location.origin !== new URL(issuer).origin) return location
  const id = location.searchParams.get('request')
  const request = await (await browse(new URL(`/oauth/requests/${id}`, issuer))).json()
  const answer = await post(`/oauth/requests/${id}`, { decision: 'allow', user_id: request.user?.id })
  if (answer.status !== 200) throw Object.assign(new Error(`${location.pathname}: ${await answer.text()}`), { needs: request.needs })
  return new URL((await answer.json()).redirect_uri)
}

const pick = tokens => ({
  access_token: tokens.access_token, refresh_token: tokens.refresh_token, id_token: tokens.id_token, scope: tokens.scope,
  token_type: tokens.token_type, expires_in: tokens.expires_in, claims: tokens.claims?.(),
})

const commands = {
  discover: async ({ issuer: url, client, secret, method }) => {
    issuer = url
    const authentication = !secret ? openid.None() : method === 'basic' ? openid.ClientSecretBasic(secret) : openid.ClientSecretPost(secret)
    config = await openid.discovery(new URL(url), client, secret && { client_secret: secret }, authentication, {
      execute: [openid.allowInsecureRequests],
    })
    return config.serverMetadata()
  },
  signIn: async ({ email, password }) => {
    const response = await post('/oauth/session', { email, password })
    return { status: response.status, problem: response.status === 204 ? undefined : await response.json() }
  },
  signOut: async () => { cookie = undefined; return {} },
  // Runs the code flow. The library checks state, iss, nonce, the id token and its signature.
  flow: async ({ parameters = {}, maxAge, method, nonce = true, wrongVerifier }) => {
    const verifier = openid.randomPKCECodeVerifier()
    const [state, expectedNonce] = [openid.randomState(), nonce ? openid.randomNonce() : undefined]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri, scope: 'openid', state, code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256', ...(expectedNonce && { nonce: expectedNonce }), ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...parameters,
    })
    const callback = await authorize(url, method)
    const tokens = await openid.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: wrongVerifier ? openid.randomPKCECodeVerifier() : verifier, expectedState: state, expectedNonce, maxAge,
      idTokenExpected: true,
    })
    return { ...pick(tokens), callback: callback.href, verifier, state, nonce: expectedNonce }
  },
  // Presents the code of an earlier flow once more.
  again: async ({ callback, verifier, state, nonce }) =>
    pick(await openid.authorizationCodeGrant(config, new URL(callback), {
      pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
    })),
  userinfo: ({ token, subject }) => openid.fetchUserInfo(config, token, subject),
  refresh: async ({ token, scope }) => pick(await openid.refreshTokenGrant(config, token, scope && { scope })),
  revoke: async ({ token }) => { await openid.tokenRevocation(config, token); return {} },
  introspect: ({ token }) => openid.tokenIntrospection(config, token),
  machine: async ({ scope }) => pick(await openid.clientCredentialsGrant(config, scope && { scope })),
  endSession: async ({ idToken, to }) => {
    const response = await browse(openid.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: to, state: 'bye' }))
    return { status: response.status, location: response.headers.get('location') }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  let answer
  try {
    answer = { ok: await commands[command.do](command) }
  } catch (error) {
    answer = { error: error.name, status: error.status, oauth_error: error.error, needs: error.needs, message: error.message }
  }
  console.log(JSON.stringify(answer))
}

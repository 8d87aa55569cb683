// A client that knows nothing of this API but OAuth 2.0: finds the endpoints, gets, refreshes, asks about and revokes tokens.
// Usage: node oauth4webapi.mjs; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import * as oauth from 'oauth4webapi'

// The tests speak plain HTTP on the loopback interface.
const insecure = { [oauth.allowInsecureRequests]: true }
const client = { client_id: 'tests' }
const none = oauth.None()
let server

const pick = ({ access_token, refresh_token, token_type, expires_in, refresh_expires_in }) =>
  ({ access_token, refresh_token, token_type, expires_in, refresh_expires_in })

const commands = {
  discover: async ({ issuer }) => {
    const url = new URL(issuer)
    const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
    server = await oauth.processDiscoveryResponse(url, response)
    return server
  },
  password: async ({ username, password }) => {
    const response = await oauth.genericTokenEndpointRequest(server, client, none, 'password', { username, password }, insecure)
    return pick(await oauth.processGenericTokenEndpointResponse(server, client, response))
  },
  refresh: async ({ token }) => {
    const response = await oauth.refreshTokenGrantRequest(server, client, none, token, insecure)
    return pick(await oauth.processRefreshTokenResponse(server, client, response))
  },
  revoke: async ({ token }) => {
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, none, token, insecure))
    return {}
  },
  introspect: async ({ token, as }) => {
    // The metadata says Bearer: the one who asks authenticates with an access token.
    const bearer = (_server, _client, _body, headers) => headers.set('authorization', `Bearer ${as}`)
    const response = await oauth.introspectionRequest(server, client, as ? bearer : none, token, insecure)
    return oauth.processIntrospectionResponse(server, client, response)
  },
  call: async ({ path, token, method = 'GET' }) => {
    const response = await oauth.protectedResourceRequest(token, method, new URL(path, server.issuer), undefined, undefined, insecure)
    return { status: response.status, body: await response.json() }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  let answer
  try {
    answer = { ok: await commands[command.do](command) }
  } catch (error) {
    const challenge = error instanceof oauth.WWWAuthenticateChallengeError
    answer = {
      error: error.name,
      status: error.status,
      oauth_error: error instanceof oauth.ResponseBodyError ? error.error : challenge ? error.cause[0].parameters.error : undefined,
      challenges: challenge ? error.cause : undefined,
      message: error.message,
    }
  }
  console.log(JSON.stringify(answer))
}

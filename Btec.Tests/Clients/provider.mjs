// OpenID Connect providers that others wrote: node provider.mjs <library> <port> <redirect URI>.
// A command a line on standard input, an answer a line on standard output: { token, user } are claims that replace those of the next answers
// of oauth2-mock-server.
import { createInterface } from 'node:readline'

const [library, port, redirectUri] = process.argv.slice(2)
const issuer = `http://localhost:${port}`
const client = { client_id: 'btec', client_secret: 'a-secret-of-the-provider' }
let changes = {}

const startOidcProvider = async () => {
  console.warn = console.info = () => undefined
  const { default: Provider } = await import('oidc-provider')
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@people.example`, email_verified: true, name: `${id} of the provider` }),
    }),
  })
  // Its pages would load a font from another host.
  provider.use(async (context, next) => {
    await next()
    if (typeof context.body === 'string') context.body = context.body.replaceAll(/@import url\([^)]*\);?/g, '')
  })
  await new Promise(listening => provider.listen(Number(port), 'localhost', listening))
}

const startMockServer = async () => {
  const { OAuth2Server } = await import('oauth2-mock-server')
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  server.service.on('beforeTokenSigning', token => Object.assign(token.payload, changes.token))
  server.service.on('beforeUserinfo', answer => Object.assign(answer.body, changes.user))
  await server.start(Number(port), 'localhost')
}

await (library === 'oidc-provider' ? startOidcProvider() : startMockServer())
for await (const line of createInterface({ input: process.stdin })) {
  changes = JSON.parse(line)
  process.stdout.write(`${JSON.stringify({ issuer })}\n`)
}

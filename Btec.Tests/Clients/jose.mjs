// Another service: verifies access tokens with jose and the published keys alone, on a clock that the test moves.
// Usage: node jose.mjs KEY-SET-URL; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'

let now = Date.now()
Date.now = () => now

// jose's own defaults: a set is kept for 10 minutes, and asked for again no sooner than after 30 s.
const keySet = createRemoteJWKSet(new URL(process.argv[2]))
let load

const verify = async (token, rules = {}) => {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keySet, {
      issuer: 'btec', audience: 'btec-api', typ: 'at+jwt', algorithms: ['ES256'], currentDate: new Date(now), ...rules,
    })
    return { ok: true, kid: protectedHeader.kid, sub: payload.sub }
  } catch (error) {
    return { ok: false, code: error.code ?? String(error.cause ?? error), claim: error.claim }
  }
}

// Logs in at each address over and over, and verifies each new token and an old one.
const startLoad = ({ logins, username, password }) => {
  const result = { verified: 0, keys: new Set(), failures: [] }
  let running = true
  const stream = async (url) => {
    const kept = []
    while (running) {
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ username, password }) })
      if (response.status !== 200) throw new Error(`${url}: ${response.status}`)
      kept.push((await response.json()).access_token)
      for (const token of [kept.at(-1), kept[Math.floor(Math.random() * kept.length)]]) {
        const answer = await verify(token)
        answer.ok ? result.keys.add(answer.kid) : result.failures.push(answer.code)
        result.verified++
      }
    }
  }
  const tell = () => ({ ...result, keys: [...result.keys] })
  const streams = logins.map((url) => stream(url).catch((error) => result.failures.push(String(error))))
  return {
    stop: async () => {
      running = false
      await Promise.all(streams)
      return tell()
    },
    tell,
  }
}

const commands = {
  time: ({ at }) => { now = at; return {} },
  verify: ({ token, rules }) => verify(token, rules),
  load: (settings) => { load = startLoad(settings); return {} },
  progress: () => load.tell(),
  stop: () => load.stop(),
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  console.log(JSON.stringify(await commands[command.do](command)))
}

// A receiver of webhooks: verifies events with the libraries of Standard Webhooks and of Svix, at a time that the test gives.
// A command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import { Webhook as Standard } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'

const RealDate = Date
const verify = ({ library, secret, headers, body, now }) => {
  // Both libraries refuse what is older or newer than five minutes.
  globalThis.Date = class extends RealDate {
    constructor(...args) { super(...(args.length > 0 ? args : [now])) }
    static now() { return now }
  }
  try {
    new (library === 'svix' ? Svix : Standard)(secret).verify(body, headers)
    return { ok: true }
  } catch (error) {
    return { ok: false, message: String(error.message) }
  } finally {
    globalThis.Date = RealDate
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(verify(JSON.parse(line)))}\n`)

// An authenticator application: reads the URI of a QR code with otpauth, and shows codes.
// Usage: node otpauth.mjs; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import { URI } from 'otpauth'

const commands = {
  scan: ({ uri }) => {
    const { issuer, label, secret, algorithm, digits, period } = URI.parse(uri)
    return { issuer, label, secret: secret.base32, algorithm, digits, period }
  },
  show: ({ uri, at }) => ({ code: URI.parse(uri).generate({ timestamp: at }) }),
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  console.log(JSON.stringify(commands[command.do](command)))
}

// Runs commands with the built client.
// Usage: node test/run.mjs ORIGIN; then a command a line on standard input, an answer a line on standard output.
import { createInterface } from 'node:readline'
import { BtecClient } from '../dist/index.js'
import { createCommands } from './commands.mjs'

const commands = createCommands(BtecClient, process.argv[2])
for await (const line of createInterface({ input: process.stdin })) {
  const { do: command, ...rest } = JSON.parse(line)
  let answer
  try {
    answer = { ok: await commands[command](rest) ?? null }
  } catch (error) {
    answer = { error: `${error.stack}` }
  }
  console.log(JSON.stringify(answer))
}

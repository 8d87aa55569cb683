// Chromium for the tests of the pages.
// Usage: node browser.mjs CHROMIUM ORIGIN; then a command a line on standard input, an answer a line on standard output.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import jsQR from 'jsqr'
import { chromium } from 'playwright-core'

const [executablePath, origin] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const AsyncFunction = (async () => {}).constructor
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: false,
  args: [
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync',
  ],
})
const opened = new Map()

const addAuthenticator = async page => {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

const measure = async request => {
  const size = await request.sizes().catch(() => ({ responseBodySize: 0, responseHeadersSize: 0 }))
  const bytes = size.responseBodySize + size.responseHeadersSize
  return { path: new URL(request.url()).pathname, kind: request.resourceType(), bytes }
}

// What code of the tests can use beside the page.
const tools = {
  // Returns what axe finds. It runs in a world of its own, which the Content Security Policy of the page does not govern.
  findAccessibilityFaults: async page => {
    const devTools = await page.context().newCDPSession(page)
    const { frameTree } = await devTools.send('Page.getFrameTree')
    const { executionContextId: contextId } = await devTools.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id })
    await devTools.send('Runtime.evaluate', { contextId, expression: axe })
    const run = 'axe.run(document, { resultTypes: ["violations"] })'
      + '.then(found => found.violations.flatMap(fault => fault.nodes.map(node => `${fault.id}: ${node.html} ${node.failureSummary}`)))'
    const { result, exceptionDetails } = await devTools.send(
      'Runtime.evaluate', { contextId, expression: run, awaitPromise: true, returnByValue: true })
    await devTools.detach()
    return exceptionDetails ? [exceptionDetails.exception?.description ?? exceptionDetails.text] : result.value
  },
  addAuthenticator,
  // Waits until what is read satisfies a condition; what a press or a key set off may take some tasks more.
  waitUntil: async (read, isRight) => {
    for (const end = Date.now() + 15000; ; await new Promise(done => setTimeout(done, 20))) {
      const seen = await read()
      if (isRight(seen)) return
      if (Date.now() > end) throw new Error(`Until the end it was ${JSON.stringify(seen)}.`)
    }
  },
  // Returns what a QR code of rows of modules says.
  decodeQr: rows => {
    const [module, margin] = [3, 4]
    const width = (rows.length + 2 * margin) * module
    const pixels = new Uint8ClampedArray(4 * width * width).fill(255)
    for (let index = 0; index < width * width; index++) {
      const [x, y] = [index % width, Math.floor(index / width)].map(pixel => Math.floor(pixel / module) - margin)
      if (rows[y]?.[x]) pixels.fill(0, 4 * index, 4 * index + 3)
    }
    return jsQR.default(pixels, width, width)?.data
  },
  // Returns what a QR code on the page says, read from its pixels.
  readQrCode: async locator => {
    const picture = (await locator.screenshot()).toString('base64')
    const reader = await browser.newPage()
    const { width, height, pixels } = await reader.evaluate(async encoded => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${encoded}`)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
      canvas.drawImage(image, 0, 0)
      return { width: image.width, height: image.height, pixels: [...canvas.getImageData(0, 0, image.width, image.height).data] }
    }, picture)
    await reader.close()
    return jsQR.default(new Uint8ClampedArray(pixels), width, height)?.data
  },
}

const commands = {
  // Opens a window of its own, with cookies of its own. Nothing but the pages' origin, and another one, may be asked.
  open: async ({ id, scheme, locale, width, height, userAgent, otherOrigin }) => {
    const origins = [origin, otherOrigin]
    const context = await browser.newContext({
      baseURL: origin, colorScheme: scheme, locale, viewport: { width, height }, reducedMotion: 'reduce', ...(userAgent && { userAgent }),
    })
    context.setDefaultTimeout(15000)
    await context.addInitScript(() => addEventListener('securitypolicyviolation', violation =>
      console.error(`Content Security Policy: ${violation.violatedDirective} ${violation.blockedURI} ${violation.sourceFile} ${violation.sample}`)))
    const page = await context.newPage()
    const entry = { context, page, faults: [], requests: [] }
    opened.set(id, entry)
    page.on('console', message => {
      // The browser reports every answer from 400 on, which the tests provoke.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) entry.faults.push(message.text())
    })
    page.on('pageerror', error => entry.faults.push(String(error)))
    page.on('dialog', dialog => {
      entry.faults.push(`dialog: ${dialog.message()}`)
      dialog.dismiss()
    })
    page.on('request', request => {
      if (/^https?:/.test(request.url()) && !origins.includes(new URL(request.url()).origin)) entry.faults.push(`Another host: ${request.url()}`)
    })
    page.on('requestfinished', request => entry.requests.push(measure(request)))
    return {}
  },
  // Runs code of the test; page, values and tools are known to it.
  run: async ({ id, code, values }) => ({
    value: await new AsyncFunction('page', 'values', 'tools', code)(opened.get(id).page, values ?? {}, tools) ?? null,
  }),
  requests: async ({ id }) => ({ requests: await Promise.all(opened.get(id).requests.splice(0)) }),
  // Closes the window. Answers what went wrong in it unseen: violated policies, scripts that threw, requests to other hosts.
  close: async ({ id }) => {
    const { context, faults } = opened.get(id)
    opened.delete(id)
    await context.close()
    return { faults }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: command, ...rest } = JSON.parse(line)
  let answer
  try {
    answer = await commands[command](rest)
  } catch (error) {
    const page = opened.get(rest.id)?.page
    const seen = await page?.locator('body').innerText({ timeout: 1000 }).catch(() => '')
    answer = { error: `${error}\n${page?.url()}\n${seen}` }
  }
  console.log(JSON.stringify(answer))
}

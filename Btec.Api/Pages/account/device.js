// Names of devices from what their browsers call themselves. A guess for the eye: a User-Agent proves nothing.

import { icon } from '../js/dom.js'
import { text } from '../js/i18n.js'

const browsers = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ['Safari', /\bVersion\/[\d.]+.*\bSafari\//],
]
const systems = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
]
const handhelds = ['iPhone', 'iPad', 'Android']

const find = (table, userAgent) => table.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0]

// Returns what people call a device, or undefined if its User-Agent says neither browser nor system.
export const nameDevice = userAgent => {
  const [browser, system] = [find(browsers, userAgent), find(systems, userAgent)]
  return browser && system ? text('account.sessions.device', { browser, system }) : browser ?? system
}

export const drawDevice = userAgent => handhelds.includes(find(systems, userAgent))
  ? icon('M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5Z', 'M10.5 18.5h3')
  : icon('M5 4.5h14A1.5 1.5 0 0 1 20.5 6v9H3.5V6A1.5 1.5 0 0 1 5 4.5Z', 'M1.5 18.5h21')

// What has just been done, for eyes and screen readers.

import { element } from './dom.js'

const shownMilliseconds = 8000
const line = element('p', { class: 'status', role: 'status' })
let hiding

// Places the line on the page. It has to be there before something is said.
export const placeStatus = () => document.body.append(line)

export const announce = message => {
  // In front of a modal dialog only what is inside of it is shown and read.
  const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  if (line.parentElement !== place) place.append(line)
  line.textContent = message
  clearTimeout(hiding)
  hiding = setTimeout(() => { line.textContent = '' }, shownMilliseconds)
}

// Elements out of texts: nothing here, or anywhere in the pages, makes HTML out of a string.

const svgNamespace = 'http://www.w3.org/2000/svg'

export const find = (selector, root = document) => root.querySelector(selector)
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)]

// element('button', { type: 'button', class: 'button', onclick: act }, 'Sign out')
export const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children)

export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(svgNamespace, name), attributes, children)

// An icon of the pages: the paths of a 24 by 24 grid.
export const icon = (...paths) =>
  svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, ...paths.map(d => svg('path', { d })))

// Replaces the content of an element, if it is on the page.
export const show = (target, ...children) => {
  const place = typeof target === 'string' ? find(target) : target
  place?.replaceChildren(...children.flat().filter(child => child !== null && child !== undefined && child !== false))
  return place
}

// Shows one of the steps of a page and tells screen readers where they are.
export const showStep = name => {
  for (const step of findAll('[data-step]')) step.hidden = step.dataset.step !== name
  const current = find(`[data-step="${name}"]`)
  const target = find('[data-focus]', current) ?? find('h1, h2', current)
  if (target && !target.matches('input, button, a')) target.tabIndex = -1
  target?.focus()
  if (current?.dataset.title) document.title = current.dataset.title
}

function fill(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) target.addEventListener(name.slice(2), value)
    else target.setAttribute(name, value === true ? '' : value)
  }
  target.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false))
  return target
}

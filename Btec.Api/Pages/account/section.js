// A section of the page: a heading, what it shows, and a panel that opens in place.

import { element, find, show } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { watch } from './store.js'

// source is what the section shows (see store.js). summarize makes what stands next to the button, and render what stands below. open is
// the text of a button that opens a panel, and fill makes the content of the panel.
export const createSection = ({ id, title, hint, source, summarize, render, open, openLabel, kind = '', fill }) => {
  const heading = element('h3', { id: `${id}-title`, tabindex: '-1' }, title)
  const [summary, body] = [element('div'), element('div', { class: 'section-body' })]
  const opener = open && element('button', {
    type: 'button', class: `button quiet small ${kind}`, 'aria-expanded': 'false', 'aria-controls': `${id}-panel`,
    'aria-label': openLabel,
  }, open)
  const panel = open && element('div', { id: `${id}-panel`, class: 'panel', hidden: true })

  const toggle = isOpen => {
    panel.hidden = !isOpen
    opener.hidden = isOpen
    opener.setAttribute('aria-expanded', String(isOpen))
  }
  const openWith = content => {
    show(panel, content)
    toggle(true)
    find('input:not([readonly]), [tabindex], button', panel)?.focus()
  }
  const close = () => {
    if (panel.hidden) return
    panel.replaceChildren()
    toggle(false)
    opener.focus()
  }
  opener?.addEventListener('click', () => openWith(fill({ close, openWith })))
  panel?.addEventListener('keydown', event => { if (event.key === 'Escape') close() })

  if (source)
    watch(source, (value, error) => {
      show(summary, !error && summarize?.(value))
      show(body, error
        ? element('p', { class: 'field-error' }, text('account.unavailable', { reason: error.message }))
        : render?.(value, () => heading.focus()))
    })
  return element('section', { id, class: 'section' },
    element('div', { class: 'section-head' },
      element('div', { class: 'section-text' }, heading, hint && element('p', { class: 'muted small' }, hint), summary), opener),
    body, panel)
}

// The fields of dialogs beside those of one line.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'

// Something to tick. A form sends "on" for it, or nothing.
export const createCheck = ({ name, label, hint, checked = false }) => element('div', { class: 'field tick' },
  element('input', { id: name, name, type: 'checkbox', checked, 'aria-describedby': hint && `${name}-hint` }),
  element('div', {}, element('label', { for: name }, label), hint && element('p', { class: 'hint', id: `${name}-hint` }, hint)))

// Several values, one on each line.
export const createLines = ({ name, label, hint, lines = [] }) => element('div', { class: 'field' },
  element('label', { for: name }, label, ' ', element('span', { class: 'muted' }, text('optional'))),
  element('textarea', { id: name, name, rows: '2', spellcheck: 'false', autocapitalize: 'none', class: 'mono', 'aria-describedby': hint && `${name}-hint` },
    lines.join('\n')),
  hint && element('p', { class: 'hint', id: `${name}-hint` }, hint))

export const readLines = value => value.split('\n').map(line => line.trim()).filter(Boolean)

// One of several.
export const createChoice = ({ name, label, hint, value, options }) => element('div', { class: 'field' },
  element('label', { for: name }, label),
  element('select', { id: name, name, 'aria-describedby': hint && `${name}-hint` },
    options.map(([key, title]) => element('option', { value: key, selected: key === value }, title))),
  hint && element('p', { class: 'hint', id: `${name}-hint` }, hint))

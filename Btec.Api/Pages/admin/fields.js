// The fields of dialogs.

import { element, find } from '../js/dom.js'
import { text } from '../js/i18n.js'

let count = 0

// A field with its label: { name, label, hint, type, value, required, options, autocomplete }.
export const field = one => {
  const id = `field-${++count}`
  const label = element('label', { for: id }, one.label, !one.required && one.type !== 'checkbox' && one.type !== 'select'
    && element('span', { class: 'muted' }, ` ${text('optional')}`))
  const hint = one.hint && element('p', { class: 'hint', id: `${id}-hint` }, one.hint)
  const input = makeInput(one, { id, name: one.name, required: one.required, 'aria-describedby': hint ? `${id}-hint` : null })
  return one.type === 'checkbox'
    ? element('div', { class: 'field check' }, input, element('div', {}, label, hint))
    : element('div', { class: 'field' }, label, hint,
      one.type === 'password' ? element('div', { class: 'with-reveal' }, input) : input)
}

export const readField = (form, { name, type }) => {
  const input = find(`[name="${name}"]`, form)
  return type === 'checkbox' ? input.checked
    : type === 'lines' ? input.value.split('\n').map(line => line.trim()).filter(Boolean)
      : input.value
}

const makeInput = ({ type = 'text', value, options, autocomplete = 'off' }, attributes) => {
  switch (type) {
    case 'checkbox':
      return element('input', { ...attributes, type, checked: value })
    case 'lines':
      return element('textarea', { ...attributes, rows: '3', spellcheck: 'false', class: 'mono' }, (value ?? []).join('\n'))
    case 'select':
      return element('select', attributes,
        options.map(([key, name]) => element('option', { value: key, selected: key === value }, name)))
    default:
      return element('input', { ...attributes, type, autocomplete, autocapitalize: 'none', spellcheck: 'false', value })
  }
}

// Forms and fields that scripts put on a page.

import { element } from './dom.js'
import { handle } from './form.js'
import { text } from './i18n.js'

let count = 0

// createField({ name: 'code', label: 'Code', inputmode: 'numeric' }) makes a required field with its label.
export const createField = ({ name, label, hint, isOptional = false, type = 'text', ...attributes }) => {
  const id = `${name.replaceAll('_', '-')}-${++count}`
  const input = element('input', {
    id, name, type, required: !isOptional, 'aria-describedby': hint && `${id}-hint`, autocapitalize: 'none', spellcheck: 'false',
    ...attributes,
  })
  return element('div', { class: 'field' },
    element('label', { for: id }, label, isOptional && [' ', element('span', { class: 'muted' }, text('optional'))]),
    type === 'password' ? element('div', { class: 'with-reveal' }, input) : input,
    hint && element('p', { id: `${id}-hint`, class: 'hint' }, hint))
}

// Makes a form. faults says to which field the error of a code belongs: { password_wrong: 'password' }.
export const createForm = ({ fields, action, kind = '', send, cancel, cancelText, faults = {} }) => {
  const form = element('form', { method: 'post' },
    element('p', { role: 'alert', class: 'notice danger' }), fields,
    element('div', { class: 'actions' },
      element('button', { type: 'submit', class: `button ${kind}` }, action),
      cancel && element('button', { type: 'button', class: 'button quiet', onclick: cancel }, cancelText ?? text('cancel'))))
  handle(form, async values => {
    try {
      await send(values)
    } catch (error) {
      if (faults[error.code]) error.errors = { [faults[error.code]]: error.message }
      throw error
    }
  })
  return form
}

// An error in words for the reader, perhaps by the names of fields.
export const fault = (message, errors = {}) => Object.assign(new Error(message), { status: 0, errors })

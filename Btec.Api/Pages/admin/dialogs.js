// Dialogs that ask for something and stay open until the server has accepted it.

import { element, find } from '../js/dom.js'
import { handle } from '../js/form.js'
import { text } from '../js/i18n.js'
import { field, readField } from './fields.js'
import { button } from './parts.js'

// Asks for values and sends them. Returns what `send` returned, or undefined if the person changed their mind.
export const ask = ({ title, lead, fields = [], submit, danger = false, send }) => new Promise(resolve => {
  let result
  const form = element('form', { method: 'dialog' },
    element('h2', { id: 'dialog-title' }, title), lead && element('p', { class: 'muted', id: 'dialog-lead' }, lead),
    element('p', { role: 'alert', class: 'notice danger' }), ...fields.map(field),
    element('div', { class: 'actions end' }, button(text('admin.cancel'), () => dialog.close()),
      element('button', { type: 'submit', class: `button small ${danger ? 'danger' : ''}` }, submit)))
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title', 'aria-describedby': lead && 'dialog-lead' }, form)
  const opener = document.activeElement
  handle(form, async () => {
    result = await send(Object.fromEntries(fields.map(one => [one.name, readField(form, one)]))) ?? true
    dialog.close()
  })
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (opener?.isConnected) opener.focus()
    resolve(result)
  })
  document.body.append(dialog)
  dialog.showModal()
  ;(find('input, textarea, select', form) ?? find('button', form)).focus()
})

// Asks for agreement, and for a word that names what is going to be destroyed.
export const confirm = ({ word, send, ...rest }) => ask({
  danger: true,
  ...rest,
  fields: word ? [{ name: 'word', label: text('admin.typeToConfirm', { word }), required: true }] : [],
  send: values => {
    if (word && values.word.trim() !== word) throw refusal('word', text('admin.mismatch'))
    return send()
  },
})

// Shows something that is shown only once.
export const tell = ({ title, lead, content }) => new Promise(resolve => {
  const done = element('button', { type: 'button', class: 'button small', onclick: () => dialog.close() }, text('admin.done'))
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-lead' },
    element('div', { class: 'stack' }, element('h2', { id: 'dialog-title' }, title), element('p', { id: 'dialog-lead' }, lead), content,
      element('div', { class: 'actions end' }, done)))
  dialog.addEventListener('close', () => {
    dialog.remove()
    resolve()
  })
  document.body.append(dialog)
  dialog.showModal()
  done.focus()
})

const refusal = (name, message) => Object.assign(new Error(message), { status: 422, errors: { [name]: message } })

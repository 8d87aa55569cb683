// Dialogs that stay open until the server has accepted what they ask for.

import { openDialog } from '../js/dialog.js'
import { element } from '../js/dom.js'
import { createField, createForm, fault } from '../js/fields.js'
import { text } from '../js/i18n.js'

// Asks for values and sends them. Returns what `send` returned, or undefined if the person changed their mind.
export const ask = ({ title, lead, fields = [], submit, kind, send }) => new Promise(resolve => {
  let result
  const close = () => dialog.close()
  const dialog = openDialog({
    title,
    lead,
    onclose: () => resolve(result),
    content: createForm({
      fields, kind, action: submit, cancel: close,
      send: async values => {
        result = await send(values) ?? true
        close()
      },
    }),
  })
})

// Asks for agreement, and for a word that names what is going to be destroyed.
export const confirm = ({ word, send, ...rest }) => ask({
  kind: 'danger',
  ...rest,
  fields: word ? [createField({ name: 'word', label: text('admin.typeToConfirm', { word }), autocomplete: 'off' })] : [],
  send: values => {
    if (word && values.word.trim() !== word) throw fault(text('admin.mismatch'), { word: text('admin.mismatch') })
    return send()
  },
})

// Shows something that is shown only once.
export const tell = ({ title, lead, content }) => new Promise(resolve => {
  const dialog = openDialog({
    title,
    lead,
    mustChoose: true,
    onclose: resolve,
    content: [content, element('div', { class: 'actions' },
      element('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, text('admin.done')))],
  })
})

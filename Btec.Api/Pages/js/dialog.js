// Modal dialogs.

import { element } from './dom.js'

let count = 0

// Opens a dialog, which is gone when it closes. Escape closes it, unless the user has to choose.
export const openDialog = ({ title, lead, content, mustChoose = false, onclose }) => {
  const id = `dialog-${++count}`
  const dialog = element('dialog', { class: 'dialog card', 'aria-labelledby': `${id}-title`, 'aria-describedby': lead && `${id}-lead` },
    element('header', {}, element('h2', { id: `${id}-title` }, title), lead && element('p', { id: `${id}-lead`, class: 'muted' }, lead)),
    content)
  dialog.addEventListener('close', () => {
    dialog.remove()
    onclose?.()
  })
  // Chromium lets a second Escape through unless its key is stopped, too.
  if (mustChoose) {
    dialog.addEventListener('cancel', event => event.preventDefault())
    dialog.addEventListener('keydown', event => { if (event.key === 'Escape') event.preventDefault() })
  }
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

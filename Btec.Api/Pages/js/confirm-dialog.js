// The question before something is destroyed. send does it, and the dialog says what went wrong; done follows once it has closed.

import { openDialog } from './dialog.js'
import { createForm } from './fields.js'

export const confirmBy = ({ title, lead, fields = [], send, done, ...form }) => {
  const close = () => dialog.close()
  const dialog = openDialog({
    title,
    lead,
    content: createForm({
      ...form,
      fields,
      kind: 'danger',
      cancel: close,
      send: async values => {
        await send(values)
        close()
        done()
      },
    }),
  })
}

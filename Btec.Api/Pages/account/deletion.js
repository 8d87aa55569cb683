// The deletion of the account.

import { pageUrl } from '../js/api.js'
import { createField, createForm, fault } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { call, signOut } from '../js/session.js'
import { createSection } from './section.js'
import { get } from './store.js'

export const createDeletion = () => createSection({
  id: 'delete',
  title: text('account.delete.title'),
  hint: text('account.delete.hint'),
  open: text('account.delete.open'),
  kind: 'danger',
  fill: ({ close }) => createForm({
    fields: [
      createField({ name: 'email', type: 'email', label: text('account.delete.email', { email: get('user').email }), autocomplete: 'off' }),
      createField({ name: 'password', type: 'password', label: text('account.delete.password'), autocomplete: 'current-password' }),
    ],
    action: text('account.delete.submit'),
    kind: 'danger',
    cancel: close,
    faults: { password_wrong: 'password' },
    send: async ({ email, password }) => {
      if (email.trim().toLowerCase() !== get('user').email) throw fault('', { email: text('account.delete.mismatch') })
      await call('DELETE', '/api/users/me', { password })
      // The session is gone already; this takes its cookie, too.
      await signOut().catch(() => undefined)
      location.assign(pageUrl('/'))
    },
  }),
})

// Creates an account, with a password or by a mailed invitation.

import { text } from '../js/i18n.js'
import { post } from './api.js'
import { ask } from './dialogs.js'
import { goTo, linkTo } from './place.js'

export const createUser = async () => {
  const user = await ask({
    title: text('admin.newUser'),
    lead: text('admin.newUserLead'),
    submit: text('admin.create'),
    fields: [
      { name: 'email', type: 'email', label: text('email'), required: true },
      { name: 'full_name', label: text('admin.name') },
      { name: 'password', type: 'password', label: text('password'), hint: text('admin.inviteHint'), autocomplete: 'new-password' },
      { name: 'is_superuser', type: 'checkbox', label: text('admin.superuser'), hint: text('admin.superuserHint') },
    ],
    send: ({ email, full_name, password, is_superuser }) =>
      post('/api/users', { email, full_name: full_name || null, password: password || null, is_superuser }),
  })
  if (user) goTo(linkTo(`users/${user.id}`))
}

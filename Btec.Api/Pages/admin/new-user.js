// Creates an account, with a password or by a mailed invitation.

import { createField } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { post } from './api.js'
import { ask } from './dialogs.js'
import { createCheck } from './fields.js'
import { goTo, linkTo } from './place.js'

export const createUser = async () => {
  const user = await ask({
    title: text('admin.newUser'),
    lead: text('admin.newUserLead'),
    submit: text('admin.create'),
    fields: [
      createField({ name: 'email', type: 'email', label: text('email'), autocomplete: 'off' }),
      createField({ name: 'full_name', label: text('admin.name'), isOptional: true, autocomplete: 'off', autocapitalize: 'words' }),
      createField({ name: 'password', type: 'password', label: text('password'), hint: text('admin.inviteHint'), isOptional: true, autocomplete: 'new-password' }),
      createCheck({ name: 'is_superuser', label: text('admin.superuser'), hint: text('admin.superuserHint') }),
    ],
    send: ({ email, full_name, password, is_superuser }) =>
      post('/api/users', { email, full_name: full_name || null, password: password || null, is_superuser: is_superuser === 'on' }),
  })
  if (user) goTo(linkTo(`users/${user.id}`))
}

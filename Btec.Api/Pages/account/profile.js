// Name, e-mail address and password.

import { element } from '../js/dom.js'
import { createField, createForm } from '../js/fields.js'
import { handleButton } from '../js/form.js'
import { text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { createSection } from './section.js'
import { get, reload, set } from './store.js'

export const createName = () => createSection({
  id: 'profile',
  title: text('account.name.title'),
  openLabel: `${text('account.change')}: ${text('account.name.title')}`,
  source: 'user',
  summarize: ({ full_name }) => element('p', { class: full_name ? '' : 'muted' }, full_name ?? text('account.name.none')),
  open: text('account.change'),
  fill: ({ close }) => createForm({
    fields: [createField({
      name: 'full_name', label: text('account.name.label'), autocomplete: 'name', autocapitalize: 'words', isOptional: true,
      maxlength: '255', value: get('user').full_name ?? '',
    })],
    action: text('account.save'),
    cancel: close,
    send: async ({ full_name }) => {
      set('user', await call('PATCH', '/api/users/me', { full_name: full_name.trim() || null }))
      close()
      announce(text('account.name.saved'))
    },
  }),
})

export const createEmail = () => createSection({
  id: 'email',
  title: text('account.email.title'),
  openLabel: `${text('account.change')}: ${text('account.email.title')}`,
  source: 'user',
  summarize: ({ email, email_verified: isVerified }) => element('p', {},
    email, ' ', element('span', { class: isVerified ? 'badge good' : 'badge warn' },
      text(isVerified ? 'account.email.confirmed' : 'account.email.unconfirmed'))),
  render: ({ email, email_verified: isVerified }) => !isVerified && createReminder(email),
  open: text('account.change'),
  fill: ({ close }) => createForm({
    fields: [
      createField({ name: 'email', type: 'email', label: text('account.email.label'), autocomplete: 'email' }),
      createField({ name: 'password', type: 'password', label: text('account.email.password'), autocomplete: 'current-password' }),
    ],
    action: text('account.email.submit'),
    cancel: close,
    faults: { password_wrong: 'password' },
    send: async ({ email, password }) => {
      await call('POST', '/api/users/me/email', { email, password })
      close()
      announce(text('account.email.sent', { email: email.trim() }))
    },
  }),
})

const createReminder = email => {
  const resend = element('button', { type: 'button', class: 'button quiet small' }, text('account.email.resend'))
  handleButton(resend, async () => {
    await call('POST', '/api/auth/email-verification')
    announce(text('account.email.resent', { email }))
  })
  return element('form', { class: 'notice' },
    element('p', {}, text('account.email.unconfirmedHint')),
    element('p', { role: 'alert', class: 'notice danger' }),
    element('p', {}, resend))
}

export const createPassword = () => createSection({
  id: 'password',
  title: text('account.password.title'),
  openLabel: `${text('account.change')}: ${text('account.password.title')}`,
  hint: text('account.password.hint'),
  open: text('account.change'),
  fill: ({ close }) => createForm({
    fields: [
      // Password managers keep the new password under the name of the account.
      element('input', {
        class: 'visually-hidden', autocomplete: 'username', tabindex: '-1', 'aria-hidden': 'true', readonly: true, value: get('user').email,
      }),
      createField({
        name: 'current_password', type: 'password', label: text('account.password.current'), autocomplete: 'current-password',
      }),
      createField({
        name: 'new_password', type: 'password', label: text('account.password.new'), hint: text('password.hint'),
        autocomplete: 'new-password',
      }),
    ],
    action: text('account.password.submit'),
    cancel: close,
    faults: { password_wrong: 'current_password' },
    send: async ({ current_password, new_password }) => {
      await call('POST', '/api/users/me/password', { current_password, new_password })
      close()
      announce(text('account.password.saved'))
      await reload('sessions')
    },
  }),
})

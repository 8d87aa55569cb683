// The pages of mailed links that confirm an address. A person presses the button: programs that look at mails follow links, too.

import { post } from './api.js'
import { find, showStep } from './dom.js'
import { handle } from './form.js'
import { takeToken } from './link-token.js'
import { findToken } from './session.js'

const linkToken = takeToken()
const form = find('#confirm-form')
const passwordField = find('#password')?.closest('.field')

// What shows that the account is the reader's own where the browser is signed in to it.
let accessToken

const askForPassword = isAsked => {
  passwordField.hidden = !isAsked
  find('#lead').hidden = !isAsked
}

handle(form, async ({ password }) => {
  const needed = !passwordField?.hidden && password
  try {
    await post('/api/auth/email-verification/confirm', { token: linkToken, ...(needed && { password }) }, { token: accessToken })
  } catch (error) {
    if (error.code === 'password_wrong' && passwordField?.hidden) {
      // The browser is signed in to another account.
      accessToken = undefined
      askForPassword(true)
      return find('#password').focus()
    }
    if (error.code === 'password_wrong') throw Object.assign(error, { errors: { password: error.message } })
    if (error.code !== 'link_invalid') throw error
    return showStep('void')
  }
  showStep('done')
})

if (!linkToken) {
  showStep('void')
} else if ('knowsSession' in form.dataset) {
  accessToken = await findToken().catch(() => undefined)
  if (accessToken) askForPassword(false)
}

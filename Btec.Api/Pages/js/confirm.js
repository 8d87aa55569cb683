// The pages of mailed links that confirm an address. A person presses the button: programs that look at mails follow links, too.

import { post } from './api.js'
import { find, showStep } from './dom.js'
import { handle } from './form.js'
import { takeToken } from './link-token.js'

const token = takeToken()

handle(find('#confirm-form'), async ({ password }) => {
  try {
    await post('/api/auth/email-verification/confirm', { token, ...(password && { password }) })
  } catch (error) {
    if (error.code === 'password_wrong') throw Object.assign(error, { errors: { password: error.message } })
    if (error.code !== 'link_invalid') throw error
    return showStep('void')
  }
  showStep('done')
})

if (!token) showStep('void')

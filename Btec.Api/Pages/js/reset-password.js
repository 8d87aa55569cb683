import { post } from './api.js'
import { find, showStep } from './dom.js'
import { handle } from './form.js'
import { takeToken } from './link-token.js'

const token = takeToken()

handle(find('#reset-form'), async ({ new_password }) => {
  try {
    await post('/api/auth/password-reset', { token, new_password })
  } catch (error) {
    if (error.code !== 'link_invalid') throw error
    return showStep('void')
  }
  showStep('done')
})

if (!token) showStep('void')

// The page of the mailed link that links an external login. A person presses the button: programs that look at mails follow links, too.

import { post } from './api.js'
import { find, showStep } from './dom.js'
import { forgetLink, readLink } from './external.js'
import { handle } from './form.js'
import { takeToken } from './link-token.js'

const token = takeToken()
const link_token = readLink()

handle(find('#link-form'), async () => {
  try {
    await post('/api/auth/external/link/confirm', { token, link_token })
  } catch (error) {
    if (error.code === 'link_token_invalid') return showStep('elsewhere')
    if (error.code !== 'link_invalid') throw error
    return showStep('void')
  }
  forgetLink()
  showStep('done')
})

if (!token) showStep('void')
else if (!link_token) showStep('elsewhere')

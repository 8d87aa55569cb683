import { post } from './api.js'
import { find, show, showStep } from './dom.js'
import { handle } from './form.js'
import { text } from './i18n.js'

handle(find('#forgot-form'), async ({ email }) => {
  await post('/api/auth/password-recovery', { email })
  show('#sent-lead', text('forgot.sentLead', { email: email.trim() }))
  showStep('sent')
})

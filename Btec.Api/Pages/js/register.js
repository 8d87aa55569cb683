import { post } from './api.js'
import { find, show, showStep } from './dom.js'
import { showProviders } from './external.js'
import { handle } from './form.js'
import { text } from './i18n.js'

handle(find('#register-form'), async ({ email, password, full_name }) => {
  // An account that works at once is in the answer; without one, a mailed link creates it.
  const created = await post('/api/auth/register', { email, password, full_name: full_name.trim() || null })
  const step = created ? 'created' : 'pending'
  show(`#${step}-lead`, text(created ? 'register.createdLead' : 'register.pendingLead', { email: created?.email ?? email.trim() }))
  find('#sign-in-link').hidden = true
  showStep(step)
})
await showProviders(find('#providers'), '/sign-in')

import { call, get } from './api.js'
import { find, show, showStep } from './dom.js'
import { handle } from './form.js'
import { text } from './i18n.js'

handle(find('#sign-out-form'), async () => {
  await call('DELETE', '/oauth/session')
  showStep('done')
})

try {
  const { email } = await get('/oauth/session')
  show('#user', text('signOut.user', { email }))
} catch (error) {
  if (error.status === 401) showStep('done')
}

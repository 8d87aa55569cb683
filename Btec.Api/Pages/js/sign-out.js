import { call, get, pageUrl } from './api.js'
import { find, show, showStep } from './dom.js'
import { handle } from './form.js'
import { text } from './i18n.js'

// An application that began the sign-out gets the browser back. The server judges the address, not this page.
const goesBack = new URLSearchParams(location.search).has('post_logout_redirect_uri')

handle(find('#sign-out-form'), async () => {
  await call('DELETE', '/oauth/session')
  if (goesBack) location.assign(pageUrl(`/oauth/logout${location.search}`))
  else showStep('done')
})

try {
  const { email } = await get('/oauth/session')
  show('#user', text('signOut.user', { email }))
} catch (error) {
  if (error.status === 401) showStep('done')
}

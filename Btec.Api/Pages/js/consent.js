import { element, find, icon, show, showStep } from './dom.js'
import { handle, showError } from './form.js'
import { hasText, text } from './i18n.js'
import { decide, readRequest, requestId, withRequest } from './requests.js'

<<<<<<< HEAD
const describe = ({ name, description }) => (hasText(`scope.${name}`) ? text(`scope.${name}`) : description || name)
=======
let user
>>>>>>> 0117e690be6ae249a8b3786ae1366d58f208fd6f

const start = async () => {
  if (!requestId) return showStep('void')
  const request = await readRequest()
  if (request.needs === 'sign_in') return location.replace(withRequest('/sign-in'))
  if (request.needs === 'nothing') return decide('allow', request.user)

  const { client, scopes } = request
  user = request.user
  show('#question', text('consent.question', { client: client.name }))
  show('#user', text('consent.user', { email: user.email }))
  show('#scopes', scopes.map(scope => element('li', {}, icon('m5 12.5 4.5 4.5L19 7.5'), describe(scope))))
  show('#client', client.uri ? text('consent.client', { host: new URL(client.uri).host }) : text('consent.trust'))
  showStep('consent')
}

<<<<<<< HEAD
handle(find('#consent-form'), (values, decision) => decide(decision === 'allow' ? 'allow' : 'deny'))
await start().catch(error => (error.status === 404 ? showStep('void') : showError(document, error)))
=======
handle(find('#consent-form'), (values, decision) => decide(decision === 'allow' ? 'allow' : 'deny', user))
await start()
>>>>>>> 0117e690be6ae249a8b3786ae1366d58f208fd6f

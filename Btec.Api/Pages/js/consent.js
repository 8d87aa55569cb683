import { element, find, icon, show, showStep } from './dom.js'
import { handle, showError } from './form.js'
import { describeScope, text } from './i18n.js'
import { decide, findRequestId, readRequest, withRequest } from './requests.js'

let user

const start = async () => {
  if (!findRequestId()) return showStep('void')
  const request = await readRequest()
  if (request.needs === 'sign_in') return location.replace(withRequest('/sign-in'))
  if (request.needs === 'nothing') return decide('allow', request.user)

  const { client, scopes } = request
  user = request.user
  show('#question', text('consent.question', { client: client.name }))
  show('#user', text('consent.user', { email: user.email }))
  show('#scopes', scopes.map(scope => element('li', {}, icon('m5 12.5 4.5 4.5L19 7.5'), describeScope(scope))))
  show('#client', client.uri ? text('consent.client', { host: new URL(client.uri).host }) : text('consent.trust'))
  showStep('consent')
}

handle(find('#consent-form'), (values, decision) => decide(decision === 'allow' ? 'allow' : 'deny', user))
await start().catch(error => (error.status === 404 ? showStep('void') : showError(document, error)))

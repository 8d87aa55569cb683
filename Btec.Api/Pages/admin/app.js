// The administration: signs in, shows the view that the address names, and keeps title, menu and focus in step with it.

import { pageUrl } from '../js/api.js'
import { find, findAll, show } from '../js/dom.js'
import { site } from '../js/i18n.js'
import { signIn, signOut } from '../js/session.js'
import { placeStatus } from '../js/status.js'
import { get } from './api.js'
import * as audit from './audit.js'
import * as client from './client.js'
import * as clients from './clients.js'
import { failed, forbidden, missing } from './dead-ends.js'
import * as keys from './keys.js'
import * as overview from './overview.js'
import { isPlace, readPlace } from './place.js'
import * as user from './user.js'
import * as users from './users.js'
import * as webhook from './webhook.js'
import * as webhooks from './webhooks.js'

const lists = { '': overview, users, audit, clients, webhooks, keys }
const details = { users: user, clients: client, webhooks: webhook }
const main = find('main')

const start = async () => {
  await signIn('/admin')
  const caller = await get('/api/users/me')
  if (!caller.is_superuser) return showView(forbidden, caller, leave)
  placeStatus()
  show('#who', caller.email)
  find('#sign-out').addEventListener('click', leave)
  find('.menu').hidden = false
  showPlace(caller)
  followAddress(caller)
}

const leave = async () => {
  await signOut()
  location.assign(pageUrl('/'))
}

const showView = (view, ...values) => {
  document.title = `${view.title()} · ${site}`
  show(main, view.show(...values))
}

const findView = ([name = '', one]) => {
  const views = one === undefined ? lists : details
  return Object.hasOwn(views, name) ? views[name] : missing
}

const showPlace = caller => {
  const place = readPlace()
  for (const item of findAll('.menu a'))
    item.ariaCurrent = item.getAttribute('href') === `#/${place.parts[0] ?? ''}` ? 'page' : null
  showView(findView(place.parts), place, caller)
}

const followAddress = caller => {
  let latest = location.hash
  addEventListener('hashchange', () => {
    // The link that skips to the content names an element, not a view.
    if (!isPlace(location.hash)) return history.replaceState(null, '', latest || '#/')
    latest = location.hash
    showPlace(caller)
    scrollTo(0, 0)
    ;(find('h1', main) ?? main).focus()
  })
}

await start().catch(error => {
  if (error.status === undefined) console.error(error)
  showView(failed, error)
})

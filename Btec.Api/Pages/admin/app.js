// The administration: signs in, shows the view that the address names, and keeps title, menu and focus in step with it.

import { find, findAll, show } from '../js/dom.js'
import { site } from '../js/i18n.js'
import { start, signOut } from '../js/session.js'
import * as audit from './audit.js'
import * as client from './client.js'
import * as clients from './clients.js'
import { forbidden, missing } from './dead-ends.js'
import * as keys from './keys.js'
import * as overview from './overview.js'
import { isPlace, readPlace } from './place.js'
import * as user from './user.js'
import * as users from './users.js'

const lists = { '': overview, users, audit, clients, keys }
const details = { users: user, clients: client }
const main = find('main')

const findView = ([name = '', one]) => {
  const views = one === undefined ? lists : details
  return Object.hasOwn(views, name) ? views[name] : missing
}

let leaving = new AbortController()
let latest

const showPlace = caller => {
  leaving.abort()
  leaving = new AbortController()
  latest = location.hash
  const place = readPlace()
  const view = findView(place.parts)
  document.title = `${view.title()} · ${site}`
  for (const item of findAll('.menu a[href^="#"]'))
    item.ariaCurrent = item.getAttribute('href') === `#/${place.parts[0] ?? ''}` ? 'page' : null
  show(main, view.show(place, leaving.signal, caller))
}

const followAddress = caller => addEventListener('hashchange', () => {
  // The link that skips to the content names an element, not a view.
  if (!isPlace(location.hash)) return history.replaceState(null, '', latest || '#/')
  showPlace(caller)
  scrollTo(0, 0)
  find('h1', main)?.focus()
})

const caller = await start()
if (caller.is_superuser) {
  show('#who', caller.email)
  find('#sign-out').addEventListener('click', signOut)
  find('.menu').hidden = false
  showPlace(caller)
  followAddress(caller)
} else {
  document.title = `${forbidden.title()} · ${site}`
  show(main, forbidden.show(caller, signOut))
}

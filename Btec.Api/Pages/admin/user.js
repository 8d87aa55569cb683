// One user: who they are, what they may do, and how they sign in.

import { element } from '../js/dom.js'
import { pageUrl } from '../js/api.js'
import { site, text } from '../js/i18n.js'
import { recentEvents } from './events.js'
import { get, remove } from './api.js'
import { confirm } from './dialogs.js'
import { renewable } from './load.js'
import { badge, button, copyable, date, facts, heading, link, section } from './parts.js'
import { goTo, linkTo } from './place.js'
import { factors, sessions } from './sign-ins.js'
import { editName, editRoles, setActive, setEmail, setSuperuser } from './user-changes.js'
import { stateOf } from './users.js'

export const title = () => text('admin.user')

export const show = (place, caller) => {
  const [view, renew] = renewable(async loading => {
    const user = await get(`/api/users/${encodeURIComponent(place.parts[1])}`)
    if (loading.isConnected) document.title = `${user.email} · ${site}`
    return element('div', { class: 'view' }, ...parts(user, user.id === caller.id, renew))
  })
  return [element('p', { class: 'back' }, link(text('admin.backToUsers'), linkTo('users'))), view]
}

const parts = (user, isCaller, renew) => [
  heading(user.full_name ?? user.email),
  element('p', { class: 'badges' }, stateOf(user), isCaller && badge(text('admin.you'), 'strong')),
  section(text('admin.profile'), [button(text('admin.editName'), () => editName(user).then(renew))], facts([
    [text('email'), copyable(user.email, text('admin.copyEmail'))], [text('admin.name'), user.full_name],
    [text('admin.created'), date(user.created_at)], [text('admin.id'), String(user.id)],
  ])),
  isCaller
    ? section(text('admin.access'), [], element('p', { class: 'muted' }, text('admin.ownAccount'), ' ',
      element('a', { href: pageUrl('/account') }, text('admin.toAccount'))))
    : access(user, renew),
  roles(user, renew),
  factors(user),
  sessions(user),
  recentEvents(user),
  !isCaller && destruction(user),
].filter(Boolean)

const access = (user, renew) => section(text('admin.access'), [
  button(user.is_active ? text('admin.deactivate') : text('admin.activate'), () => setActive(user).then(renew)),
  button(user.is_superuser ? text('admin.demote') : text('admin.promote'), () => setSuperuser(user).then(renew)),
  button(text('admin.setEmail'), () => setEmail(user).then(renew)),
], element('p', { class: 'muted' }, user.is_active ? text('admin.activeText') : text('admin.inactiveText')))

const roles = (user, renew) => section(text('admin.roles'), [button(text('admin.editRoles'), () => editRoles(user).then(renew))],
  user.roles.length > 0
    ? element('p', { class: 'badges' }, ...user.roles.map(role => badge(role)))
    : element('p', { class: 'muted' }, text('admin.rolesLead')))

const destruction = user => section(text('admin.deleteUser'), [button(text('admin.delete'), async () => {
  const isGone = await confirm({
    title: text('admin.deleteUserWho', { who: user.email }), lead: text('admin.deleteText'), word: user.email, submit: text('admin.delete'),
    send: () => remove(`/api/users/${user.id}`),
  })
  if (isGone) goTo(linkTo('users'))
}, 'danger quiet')], element('p', { class: 'muted' }, text('admin.deleteHint')))

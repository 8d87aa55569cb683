// The applications that the user allowed to use the account.

import { confirmBy } from '../js/confirm-dialog.js'
import { element, icon } from '../js/dom.js'
import { describeScope, text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { createAction, createItem, createMore, describeTime } from './item.js'
import { createSection } from './section.js'
import { reload } from './store.js'

export const createApplications = () => createSection({
  id: 'applications',
  title: text('account.applications.title'),
  hint: text('account.applications.hint'),
  source: 'grants',
  render: ({ items, next_cursor }, focus) => items.length === 0
    ? element('p', { class: 'muted' }, text('account.applications.none'))
    : [
      element('ul', { class: 'items' }, items.map(grant => createLine(grant, focus))),
      next_cursor && element('div', { class: 'actions' }, createMore('grants')),
    ],
})

const createLine = (grant, focus) => {
  const name = grant.client_name ?? grant.client_id
  const isLink = /^https?:\/\//.test(grant.client_uri ?? '')
  return createItem({
    icon: icon('M4 4h6.5v6.5H4Z', 'M13.5 4H20v6.5h-6.5Z', 'M4 13.5h6.5V20H4Z', 'M13.5 13.5H20V20h-6.5Z'),
    name: isLink ? element('a', { href: grant.client_uri, rel: 'noopener noreferrer' }, name) : name,
    details: [
      grant.scopes.map(describeScope).join(' · '), ' · ',
      ...describeTime('account.applications.since', grant.created_at),
    ],
    actions: [createAction(
      text('account.applications.revoke'), `${text('account.applications.revoke')}: ${name}`, () => revoke(grant, name, focus))],
  })
}

const revoke = (grant, name, focus) => confirmBy({
  title: text('account.applications.revokeAsk', { name }),
  lead: text('account.applications.revokeLead'),
  action: text('account.applications.revoke'),
  send: async () => {
    await call('DELETE', `/api/users/me/grants/${encodeURIComponent(grant.client_id)}`)
    await reload('grants', 'sessions')
  },
  done: () => {
    announce(text('account.applications.revoked', { name }))
    focus()
  },
})

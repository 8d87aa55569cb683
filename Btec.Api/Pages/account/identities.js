// The external logins that open the account: link and unlink.

import { confirmBy } from '../js/confirm-dialog.js'
import { element, icon } from '../js/dom.js'
import { leaveFor, listProviders } from '../js/external.js'
import { handleButton } from '../js/form.js'
import { text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { createAction, createItem, describeTime } from './item.js'
import { createSection } from './section.js'
import { reload } from './store.js'

const providers = await listProviders()

export const createIdentities = () => createSection({
  id: 'identities',
  title: text('account.identities.title'),
  hint: text('account.identities.hint'),
  source: 'identities',
  render: ({ items }, focus) => [
    items.length === 0
      ? element('p', { class: 'muted' }, text('account.identities.none'))
      : element('ul', { class: 'items' }, items.map(identity => createLine(identity, focus))),
    providers.length > 0 && createLinks(),
  ],
})

// Links the login with which the browser has come back.
export const finishLink = async ({ code, verifier, error }) => {
  if (error) return announce(text('account.identities.failed'))
  const { display_name } = await call('POST', '/api/users/me/identities', { code, code_verifier: verifier })
  await reload('identities')
  announce(text('account.identities.linked', { provider: display_name }))
}

const createLinks = () => element('form', { class: 'actions' },
  providers.map(({ name, display_name }) => {
    const button = element('button', { type: 'button', class: 'button quiet small' }, text('account.identities.link', { provider: display_name }))
    handleButton(button, () => leaveFor(name, '/account'))
    return button
  }),
  element('p', { role: 'alert', class: 'notice danger' }))

const createLine = (identity, focus) => createItem({
  icon: icon('M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.6l-1.6 1.6', 'M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.6l1.6-1.6'),
  name: identity.display_name,
  details: [identity.email && [identity.email, ' · '], ...describeTime('account.identities.since', identity.created_at)].flat().filter(Boolean),
  actions: [createAction(
    text('account.identities.unlink'), `${text('account.identities.unlink')}: ${identity.display_name}`, () => unlink(identity, focus))],
})

const unlink = (identity, focus) => confirmBy({
  title: text('account.identities.unlinkAsk', { provider: identity.display_name }),
  lead: text('account.identities.unlinkLead'),
  action: text('account.identities.unlink'),
  send: async () => {
    await call('DELETE', `/api/users/me/identities/${identity.id}`)
    await reload('identities')
  },
  done: () => {
    announce(text('account.identities.unlinked', { provider: identity.display_name }))
    focus()
  },
})

// Where the user is signed in.

import { confirmBy } from '../js/confirm-dialog.js'
import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { drawDevice, nameDevice } from './device.js'
import { createAction, createItem, createMore, describeTime } from './item.js'
import { createSection } from './section.js'
import { reload } from './store.js'

export const createSessions = () => createSection({
  id: 'sessions',
  title: text('account.sessions.title'),
  hint: text('account.sessions.hint'),
  source: 'sessions',
  render: ({ items, next_cursor }, focus) => [
    element('ul', { class: 'items' },
      [...items].sort((left, right) => right.current - left.current).map(session => createLine(session, focus))),
    element('div', { class: 'actions' },
      next_cursor && createMore('sessions'),
      items.length > 1 && element('button', { type: 'button', class: 'button quiet small', onclick: () => endOthers(focus) },
        text('account.sessions.endOthers'))),
  ],
})

const createLine = (session, focus) => {
  const device = nameDevice(session.user_agent) ?? session.user_agent ?? text('account.sessions.unknown')
  return createItem({
    icon: drawDevice(session.user_agent),
    name: device,
    badge: session.current && text('account.sessions.current'),
    details: [
      session.address && `${session.address} · `,
      ...describeTime('account.sessions.seen', session.last_seen_at), ' · ',
      ...describeTime('account.sessions.since', session.created_at),
    ],
    // This device has its button at the top of the page.
    actions: session.current
      ? []
      : [createAction(text('account.sessions.end'), `${text('account.sessions.end')}: ${device}`, () => end(session, device, focus))],
  })
}

const end = (session, device, focus) => confirmBy({
  title: text('account.sessions.endAsk', { device }),
  lead: text('account.sessions.endLead'),
  action: text('account.sessions.end'),
  send: async () => {
    // It may have ended by itself meanwhile.
    await call('DELETE', `/api/users/me/sessions/${session.id}`).catch(error => { if (error.status !== 404) throw error })
    await reload('sessions')
  },
  done: () => {
    announce(text('account.sessions.ended', { device }))
    focus()
  },
})

const endOthers = focus => confirmBy({
  title: text('account.sessions.endOthersAsk'),
  lead: text('account.sessions.endOthersLead'),
  action: text('account.sessions.endOthers'),
  send: async () => {
    await call('POST', '/api/auth/logout?scope=others')
    await reload('sessions')
  },
  done: () => {
    announce(text('account.sessions.othersEnded'))
    focus()
  },
})

// The second factors and the sessions of a user.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get, remove } from './api.js'
import { confirm } from './dialogs.js'
import { renewable } from './load.js'
import { badge, button, empty, moment, section, table } from './parts.js'

const pageSize = 20

// A part whose content is read anew after its action.
const part = (name, actionName, act, read) => {
  const [content, renew] = renewable(read)
  return section(name, [button(actionName, async () => await act() && renew(), 'danger quiet')], content)
}

export const factors = user => {
  const route = `/api/users/${user.id}/factors`
  const removeAll = () => confirm({
    title: text('admin.removeFactorsOf', { who: user.email }), lead: text('admin.removeFactorsLead'), word: user.email,
    submit: text('admin.removeFactors'), send: () => remove(route),
  })
  return part(text('admin.factors'), text('admin.removeFactors'), removeAll, async () => {
    const { items, recovery_codes_left } = await get(route)
    return items.length === 0 ? empty(text('admin.noFactors')) : element('div', { class: 'stack' },
      table(text('admin.factors'), [text('admin.name'), text('admin.kind'), text('admin.lastUsed')], items.map(factor => [
        factor.name ?? text('admin.unnamed'), badge(factor.type === 'totp' ? text('admin.totp') : text('admin.passkey')),
        factor.last_used_at ? moment(factor.last_used_at) : text('admin.never'),
      ])), element('p', { class: 'muted small' }, text('admin.codesLeft', { count: recovery_codes_left })))
  })
}

export const sessions = user => {
  const route = `/api/users/${user.id}/sessions`
  const endAll = () => confirm({
    title: text('admin.endSessionsOf', { who: user.email }), lead: text('admin.endSessionsLead'), submit: text('admin.endSessions'),
    send: () => remove(route),
  })
  return part(text('admin.sessions'), text('admin.endSessions'), endAll, async () => {
    const { items, next_cursor } = await get(route, { limit: pageSize })
    return items.length === 0 ? empty(text('admin.noSessions')) : element('div', { class: 'stack' },
      table(text('admin.sessions'), [text('admin.device'), text('admin.address'), text('admin.started'), text('admin.lastSeen')], items.map(session => [
        element('span', { class: 'device' }, session.user_agent ?? text('admin.unknownDevice')), element('span', { class: 'address' }, session.address ?? '–'),
        moment(session.created_at), moment(session.last_seen_at),
      ])), next_cursor && element('p', { class: 'muted small' }, text('admin.newestOnly', { count: items.length })))
  })
}

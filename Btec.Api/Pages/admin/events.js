// Audit events, as people read them.

import { element } from '../js/dom.js'
import { hasText, text } from '../js/i18n.js'
import { get } from './api.js'
import { loaded } from './load.js'
import { badge, copyable, empty, facts, link, moment, section } from './parts.js'
import { linkTo } from './place.js'

// The types of docs/audit.md.
export const types = [
  'login', 'logout', 'session.ended', 'session.stepped_up', 'session.refresh_token_reused', 'user.registration_requested',
  'user.registered', 'user.created', 'user.updated', 'user.roles_changed', 'user.deleted', 'password.changed', 'password.recovery_requested',
  'password.reset', 'email.verification_requested', 'email.verified', 'email.change_requested', 'email.changed', 'factor.added',
  'factor.renamed', 'factor.removed', 'factors.removed', 'recovery_codes.created', 'recovery_code.used', 'identity.link_requested',
  'identity.linked', 'identity.unlinked', 'grant.given', 'grant.revoked', 'code.reused', 'client.created', 'client.changed', 'client.deleted', 'client.secret_rotated', 'webhook.created',
  'webhook.changed', 'webhook.deleted', 'webhook.secret_rotated', 'webhook.disabled', 'users.imported', 'mail.abandoned',
  'signing_key.revoked', 'audit.pruned', 'audit.authenticated',
]

// The number of events on the page of a user.
const recent = 5

export const recentEvents = user =>
  section(text('admin.recentEvents'), [link(text('admin.allEvents'), linkTo('audit', { user_id: user.id }), 'button small quiet')],
    loaded(async () => {
      const { items } = await get('/api/audit-events', { user_id: user.id, limit: recent })
      return items.length === 0 ? empty(text('admin.noEvents')) : element('ul', { class: 'events' }, items.map(row))
    }))

// A type that this page does not know yet is shown as it is.
export const nameOf = type => hasText(`admin.event.${type}`) ? text(`admin.event.${type}`) : type

export const row = event => element('li', {}, element('details', {},
  element('summary', {},
    element('span', { class: 'event-name' }, nameOf(event.type), event.outcome !== 'success' && badge(event.outcome, event.outcome === 'mfa_required' ? '' : 'bad')),
    element('span', { class: 'muted small' }, event.user_id && text('admin.userNumber', { id: event.user_id })),
    element('span', { class: 'muted small' }, moment(event.occurred_at))),
  facts([
    [text('admin.type'), element('code', {}, event.type)], [text('admin.outcome'), element('code', {}, event.outcome)],
    [text('admin.aboutWhom'), userLink(event.user_id)], [text('admin.by'), userLink(event.actor_id)],
    [text('admin.address'), event.address], [text('admin.device'), event.user_agent],
    [text('admin.session'), event.session_id && element('code', {}, event.session_id)],
    ...Object.entries(event.details ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    [text('admin.traceId'), event.trace_id && copyable(event.trace_id, text('admin.copyTrace'))],
  ])))

const userLink = id => id && link(text('admin.userNumber', { id }), linkTo(`users/${id}`))

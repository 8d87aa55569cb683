// The deliveries to a webhook, newest first.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get, post } from './api.js'
import { confirm } from './dialogs.js'
import { renewable } from './load.js'
import { badge, button, empty, moment, pager, section, table } from './parts.js'
import { linkTo } from './place.js'
import { routeOf } from './webhook-form.js'

const pageSize = 25

export const deliveries = (webhook, query) => {
  const place = `webhooks/${webhook.id}`
  const status = query.get('status')
  const [view, renew] = renewable(async () => {
    const page = await get(`${routeOf(webhook)}/deliveries`, { status, cursor: query.get('cursor'), limit: pageSize })
    return page.items.length === 0 ? empty(text('admin.noDeliveries')) : element('div', {},
      table(text('admin.deliveries'), [text('admin.filter.type'), text('admin.state'), text('admin.answer'), text('admin.attempts'), text('admin.created')],
        page.items.map(delivery => row(webhook, delivery, renew))),
      pager(!query.get('cursor'), linkTo(place, { status }), page.next_cursor && linkTo(place, { status, cursor: page.next_cursor })))
  })
  return section(text('admin.deliveries'),
    [webhook.is_active && button(text('admin.sendTest'), () => sendTest(webhook).then(renew)), button(text('admin.refresh'), renew)].filter(Boolean),
    element('nav', { class: 'choices', 'aria-label': text('admin.state') }, choices().map(([value, name]) =>
      element('a', { href: linkTo(place, { status: value }), 'aria-current': (value || null) === status ? 'true' : null }, name))), view)
}

const choices = () => [
  ['', text('admin.all')], ['pending', text('admin.pending')], ['sent', text('admin.sent')], ['abandoned', text('admin.abandoned')],
]

const row = (webhook, delivery, renew) => [
  element('div', { class: 'person' }, element('code', {}, delivery.event_type), element('span', { class: 'muted small' }, delivery.event_id)),
  badge(choices().find(([value]) => value === delivery.status)[1], `whole ${{ sent: 'strong', abandoned: 'bad' }[delivery.status] ?? ''}`),
  element('span', {}, delivery.response_status && element('code', { title: delivery.response }, delivery.response_status),
    delivery.last_error && element('span', { class: 'muted small' }, ' ', delivery.last_error)),
  element('span', {}, String(delivery.attempts), delivery.next_attempt_at && element('span', { class: 'muted small' }, ' ', text('admin.nextAttempt'), ' ',
    moment(delivery.next_attempt_at))),
  element('span', {}, moment(delivery.created_at), ' ', delivery.status !== 'pending' && webhook.is_active
    && button(text('admin.sendAgain'), () => sendAgain(webhook, delivery).then(renew))),
]

const sendTest = webhook => confirm({
  title: text('admin.sendTest'), lead: text('admin.sendTestLead'), submit: text('admin.sendTest'), kind: '',
  send: () => post(`${routeOf(webhook)}/test`),
})

const sendAgain = (webhook, delivery) => confirm({
  title: text('admin.sendAgain'), lead: text('admin.sendAgainLead'), submit: text('admin.sendAgain'), kind: '',
  send: () => post(`${routeOf(webhook)}/deliveries/${delivery.id}/retry`),
})

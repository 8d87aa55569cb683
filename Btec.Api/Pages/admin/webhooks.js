// The systems that are told what happens to users.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get } from './api.js'
import { loaded } from './load.js'
import { badge, button, date, empty, heading, link, table } from './parts.js'
import { linkTo } from './place.js'
import { createWebhook } from './webhook-form.js'

export const title = () => text('admin.webhooks')

export const show = () => [
  heading(text('admin.webhooks'), button(text('admin.newWebhook'), createWebhook, '')),
  element('p', { class: 'muted' }, text('admin.webhooksLead')),
  element('div', { class: 'card flush', role: 'region', 'aria-label': text('admin.webhooks') }, loaded(list)),
]

const list = async () => {
  const { items } = await get('/api/webhooks')
  return items.length === 0
    ? empty(text('admin.noWebhooks'))
    : table(text('admin.webhooks'), [text('admin.url'), text('admin.state'), text('admin.created')], items.map(row))
}

const row = webhook => [
  element('div', { class: 'person' }, link(webhook.url, linkTo(`webhooks/${webhook.id}`)),
    webhook.description && element('span', { class: 'muted small' }, webhook.description)),
  element('span', { class: 'badges' }, stateOf(webhook)),
  date(webhook.created_at),
]

// Whether events go out.
export const stateOf = webhook => webhook.is_active
  ? [badge(text('admin.sending'), 'strong'), webhook.failing_since && badge(text('admin.failing'), 'bad')]
  : [badge(webhook.disabled_at ? text('admin.disabled') : text('admin.paused'), 'bad')]

// Creates a webhook, or changes one.

import { element } from '../js/dom.js'
import { createField } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { patch, post } from './api.js'
import { ask, tell } from './dialogs.js'
import { createCheck } from './fields.js'
import { copyable } from './parts.js'
import { goTo, linkTo } from './place.js'

const route = '/api/webhooks'

// The types of docs/events.md.
export const eventTypes = [
  'user.registered', 'user.created', 'user.updated', 'user.deactivated', 'user.roles_changed', 'user.deleted', 'email.verified',
  'email.changed', 'password.changed', 'password.reset', 'session.ended', 'session.refresh_token_reused', 'factor.added', 'factor.removed',
  'identity.linked', 'identity.unlinked',
]

export const routeOf = webhook => `${route}/${webhook.id}`

export const createWebhook = async () => {
  const created = await ask({
    title: text('admin.newWebhook'), submit: text('admin.create'), fields: createFields({ events: [] }),
    send: values => post(route, readFields(values)),
  })
  if (!created) return
  await tellSecret(created)
  goTo(linkTo(`webhooks/${created.webhook.id}`))
}

export const editWebhook = webhook => ask({
  title: text('admin.editWebhook'), submit: text('admin.save'), fields: createFields(webhook),
  send: values => patch(routeOf(webhook), readFields(values)),
})

export const tellSecret = ({ secret }) => tell({
  title: text('admin.secret'), lead: text('admin.secretOnce'), content: copyable(secret, text('admin.copySecret')),
})

const createFields = webhook => [
  createField({ name: 'url', label: text('admin.url'), hint: text('admin.urlHint'), value: webhook.url, autocomplete: 'off', inputmode: 'url' }),
  createField({ name: 'description', label: text('admin.description'), value: webhook.description, isOptional: true, autocomplete: 'off' }),
  element('fieldset', { class: 'ticks' }, element('legend', {}, text('admin.events')),
    eventTypes.map(type => createCheck({ name: nameOf(type), label: element('code', {}, type), checked: webhook.events.includes(type) }))),
  createCheck({
    name: 'include_email', label: text('admin.includeEmail'), hint: text('admin.includeEmailHint'), checked: webhook.include_email,
  }),
]

const nameOf = type => `event-${type}`

const readFields = values => ({
  url: values.url.trim(),
  events: eventTypes.filter(type => values[nameOf(type)] === 'on'),
  description: values.description.trim() || null,
  include_email: values.include_email === 'on',
})

// One webhook: what it is told, its secret, and its deliveries.

import { element } from '../js/dom.js'
import { site, text } from '../js/i18n.js'
import { get, patch, post, remove } from './api.js'
import { deliveries } from './deliveries.js'
import { confirm } from './dialogs.js'
import { renewable } from './load.js'
import { button, date, facts, heading, link, moment, section } from './parts.js'
import { goTo, linkTo } from './place.js'
import { editWebhook, routeOf, tellSecret } from './webhook-form.js'
import { stateOf } from './webhooks.js'

export const title = () => text('admin.webhooks')

export const show = place => {
  const [view, renew] = renewable(async loading => {
    const webhook = await get(`/api/webhooks/${place.parts[1]}`)
    if (loading.isConnected) document.title = `${webhook.url} · ${site}`
    return element('div', { class: 'view' }, ...parts(webhook, place.query, renew))
  })
  return [element('p', { class: 'back' }, link(text('admin.backToWebhooks'), linkTo('webhooks'))), view]
}

const parts = (webhook, query, renew) => [
  heading(webhook.url),
  element('p', { class: 'badges' }, stateOf(webhook)),
  webhook.disabled_at && element('p', { class: 'notice' },
    webhook.disabled_reason === 'gone' ? text('admin.disabledGone') : text('admin.disabledFailing')),
  section(text('admin.settings'), [button(text('admin.edit'), () => editWebhook(webhook).then(renew)), pauseOrResume(webhook, renew)], facts([
    [text('admin.description'), webhook.description], [text('admin.created'), date(webhook.created_at)],
    [text('admin.events'), webhook.events.flatMap(type => [element('code', {}, type), element('br')])],
    [text('admin.includeEmail'), webhook.include_email && text('admin.yes')],
    [text('admin.failingSince'), webhook.failing_since && moment(webhook.failing_since)],
    [text('admin.disabledAt'), webhook.disabled_at && moment(webhook.disabled_at)],
  ])),
  deliveries(webhook, query),
  section(text('admin.secret'), [button(text('admin.rotate'), () => rotate(webhook).then(renew))],
    element('p', { class: 'muted' }, text('admin.rotateWebhookLead')), facts([
      [text('admin.formerSecret'), webhook.previous_secret_expires_at && moment(webhook.previous_secret_expires_at)],
    ])),
  section(text('admin.deleteWebhook'), [button(text('admin.delete'), () => destroy(webhook), 'danger quiet')],
    element('p', { class: 'muted' }, text('admin.deleteWebhookLead'))),
].filter(Boolean)

const pauseOrResume = (webhook, renew) => webhook.is_active
  ? button(text('admin.pause'), () => setActive(webhook, false, text('admin.pause'), text('admin.pauseLead'), 'danger').then(renew))
  : button(text('admin.resume'), () => setActive(webhook, true, text('admin.resume'), text('admin.resumeLead'), '').then(renew))

const setActive = (webhook, isActive, submit, lead, kind) => confirm({
  title: submit, lead, submit, kind, send: () => patch(routeOf(webhook), { is_active: isActive }),
})

const rotate = async webhook => {
  const answer = await confirm({
    title: text('admin.rotate'), lead: text('admin.rotateWebhookLead'), submit: text('admin.rotate'),
    send: () => post(`${routeOf(webhook)}/secret`),
  })
  if (answer) await tellSecret(answer)
}

const destroy = async webhook => {
  const isGone = await confirm({
    title: text('admin.deleteWebhook'), lead: text('admin.deleteWebhookLead'), submit: text('admin.delete'),
    send: () => remove(routeOf(webhook)),
  })
  if (isGone) goTo(linkTo('webhooks'))
}

// One application: what it may do, and its secret.

import { element } from '../js/dom.js'
import { site, text } from '../js/i18n.js'
import { get, post, remove } from './api.js'
import { editClient, routeOf, tellSecret } from './client-form.js'
import { kindsOf } from './clients.js'
import { confirm } from './dialogs.js'
import { renewable } from './load.js'
import { button, copyable, date, facts, heading, link, section } from './parts.js'
import { goTo, linkTo } from './place.js'

export const title = () => text('admin.clients')

export const show = place => {
  const [view, renew] = renewable(async loading => {
    const client = await get(`/api/oauth-clients/${place.parts[1]}`)
    if (loading.isConnected) document.title = `${client.name} · ${site}`
    return element('div', { class: 'view' }, ...parts(client, renew))
  })
  return [element('p', { class: 'back' }, link(text('admin.backToClients'), linkTo('clients'))), view]
}

const parts = (client, renew) => [
  heading(client.name),
  element('p', { class: 'badges' }, kindsOf(client)),
  client.is_configured && element('p', { class: 'notice' }, text('admin.configuredLead')),
  section(text('admin.settings'), client.is_configured ? [] : [button(text('admin.edit'), () => editClient(client).then(renew))], facts([
    [text('admin.clientId'), copyable(client.id, text('admin.copyClientId'))], [text('admin.created'), client.created_at && date(client.created_at)],
    [text('admin.redirectUris'), lines(client.redirect_uris)], [text('admin.logoutUris'), lines(client.post_logout_redirect_uris)],
    [text('admin.scopes'), lines(client.scopes)], [text('admin.grantTypes'), lines(client.grant_types)],
    [text('admin.resources'), lines(client.resources)], [text('admin.logoutUri'), client.back_channel_logout_uri],
    [text('admin.clientUri'), client.client_uri], [text('admin.mayIntrospect'), client.may_introspect && text('admin.yes')],
  ])),
  client.is_confidential && !client.is_configured && section(text('admin.secret'), [button(text('admin.rotate'), () => rotate(client))],
    element('p', { class: 'muted' }, text('admin.rotateLead'))),
  !client.is_configured && section(text('admin.deleteClient'), [button(text('admin.delete'), () => destroy(client), 'danger quiet')],
    element('p', { class: 'muted' }, text('admin.deleteClientLead'))),
].filter(Boolean)

const lines = values => values?.length > 0 && values.flatMap(value => [element('code', {}, value), element('br')])

const rotate = async client => {
  const answer = await confirm({
    title: text('admin.rotateOf', { name: client.name }), lead: text('admin.rotateLead'), submit: text('admin.rotate'),
    send: () => post(`${routeOf(client)}/secret`),
  })
  if (answer) await tellSecret(answer)
}

const destroy = async client => {
  const isGone = await confirm({
    title: text('admin.deleteClientOf', { name: client.name }), lead: text('admin.deleteClientLead'), word: client.name,
    submit: text('admin.delete'), send: () => remove(routeOf(client)),
  })
  if (isGone) goTo(linkTo('clients'))
}

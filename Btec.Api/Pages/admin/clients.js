// The applications that let people sign in here.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get } from './api.js'
import { createClient } from './client-form.js'
import { loaded } from './load.js'
import { badge, button, empty, heading, link, pager, table } from './parts.js'
import { linkTo } from './place.js'

const pageSize = 25

export const title = () => text('admin.clients')

export const show = place => [
  heading(text('admin.clients'), button(text('admin.newClient'), createClient, '')),
  element('p', { class: 'muted' }, text('admin.clientsLead')),
  element('div', { class: 'card flush', role: 'region', 'aria-label': text('admin.clients') }, loaded(() => list(place.query.get('cursor')))),
]

const list = async cursor => {
  const page = await get('/api/oauth-clients', { cursor, limit: pageSize })
  return page.items.length === 0 ? empty(text('admin.noClients')) : element('div', {},
    table(text('admin.clients'), [text('admin.name'), text('admin.kind'), text('admin.clientId')], page.items.map(row)),
    pager(!cursor, linkTo('clients'), page.next_cursor && linkTo('clients', { cursor: page.next_cursor })))
}

const row = client => [
  element('div', { class: 'person' }, link(client.name, linkTo(`clients/${encodeURIComponent(client.id)}`)),
    client.client_uri && element('span', { class: 'muted small' }, client.client_uri)),
  element('span', { class: 'badges' }, kindsOf(client)),
  element('code', {}, client.id),
]

// What is worth knowing about an application at a glance.
export const kindsOf = client => [
  badge(client.is_confidential ? text('admin.confidential') : text('admin.public')),
  client.is_first_party && badge(text('admin.firstParty'), 'strong'),
  client.is_configured && badge(text('admin.configured')),
]

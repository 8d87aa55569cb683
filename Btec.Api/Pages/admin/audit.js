// What has happened: who did what to whom, when, from where and with which outcome.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get } from './api.js'
import { filters } from './audit-filters.js'
import { row } from './events.js'
import { loaded } from './load.js'
import { empty, heading, pager } from './parts.js'
import { linkTo } from './place.js'

const pageSize = 25

export const title = () => text('admin.audit')

export const show = place => {
  const asked = Object.fromEntries(['type', 'user_id', 'from', 'to', 'cursor'].map(name => [name, place.query.get(name) ?? '']))
  return [
    heading(text('admin.audit')),
    filters(asked),
    element('div', { class: 'card flush', role: 'region', 'aria-label': text('admin.audit') }, loaded(() => list(asked))),
  ]
}

const list = async asked => {
  const page = await get('/api/audit-events', { ...asked, limit: pageSize })
  return page.items.length === 0 ? empty(text('admin.noEvents')) : element('div', {},
    element('ul', { class: 'events' }, page.items.map(row)),
    pager(!asked.cursor, linkTo('audit', { ...asked, cursor: '' }), page.next_cursor && linkTo('audit', { ...asked, cursor: page.next_cursor })))
}

// The list of users: one request for a page, and no counting, so that it is as fast with a million of them.

import { element, show as fill } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get } from './api.js'
import { loaded } from './load.js'
import { createUser } from './new-user.js'
import { badge, button, date, empty, heading, link, pager, table } from './parts.js'
import { linkTo, noteAddress } from './place.js'

// The length of the shortest text that the API searches for.
const shortest = 3

// The time without another keystroke after which a search starts, in milliseconds.
const patience = 250

const pageSize = 25

export const title = () => text('admin.users')

export const show = place => {
  const asked = { q: place.query.get('q') ?? '', is_active: place.query.get('is_active') ?? '', cursor: place.query.get('cursor') ?? '' }
  const results = element('div', { class: 'card flush', role: 'region', 'aria-label': text('admin.users'), 'aria-live': 'polite' })
  const run = () => {
    const query = { ...asked, q: [...asked.q.trim()].length < shortest ? '' : asked.q.trim() }
    noteAddress(linkTo('users', query))
    fill(results, loaded(() => list(query)))
  }
  run()
  return [
    heading(text('admin.users'), button(text('admin.newUser'), createUser, '')),
    filters(asked, () => {
      asked.cursor = ''
      run()
    }),
    results,
  ]
}

const filters = (asked, run) => {
  let waiting
  const words = element('input', {
    id: 'search', type: 'search', value: asked.q, autocomplete: 'off', spellcheck: 'false', maxlength: '255', 'aria-describedby': 'search-hint',
    oninput: () => {
      asked.q = words.value
      clearTimeout(waiting)
      waiting = setTimeout(run, patience)
    },
  })
  const states = [['', text('admin.everybody')], ['true', text('admin.activeOnly')], ['false', text('admin.inactiveOnly')]]
  const state = element('select', {
    id: 'state',
    onchange: () => {
      asked.is_active = state.value
      run()
    },
  }, states.map(([value, name]) => element('option', { value, selected: value === asked.is_active }, name)))
  return element('form', { class: 'filters', role: 'search', onsubmit: event => event.preventDefault() },
    element('div', { class: 'field grow' }, element('label', { for: 'search' }, text('admin.search')), words,
      element('p', { class: 'hint', id: 'search-hint' }, text('admin.searchHint'))),
    element('div', { class: 'field' }, element('label', { for: 'state' }, text('admin.state')), state))
}

const list = async query => {
  const page = await get('/api/users', { ...query, limit: pageSize })
  return page.items.length === 0
    ? empty(query.q ? text('admin.nobodyFound', { q: query.q }) : text('admin.nobody'))
    : element('div', {},
      table(text('admin.users'), [text('admin.user'), text('admin.state'), text('admin.created')], page.items.map(row)),
      pager(!query.cursor, linkTo('users', { ...query, cursor: '' }),
        page.next_cursor && linkTo('users', { ...query, cursor: page.next_cursor })))
}

const row = user => [
  element('div', { class: 'person' }, link(user.email, linkTo(`users/${user.id}`)), user.full_name && element('span', { class: 'muted small' }, user.full_name)),
  element('span', { class: 'badges' }, stateOf(user)),
  date(user.created_at),
]

// What is worth knowing about a user at a glance.
export const stateOf = user => [
  user.is_active ? badge(text('admin.active'), 'good') : badge(text('admin.inactive'), 'bad'),
  user.is_superuser && badge(text('admin.superuser'), 'strong'),
  !user.email_verified && badge(text('admin.unconfirmed')),
]

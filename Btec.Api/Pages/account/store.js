// What the page knows of the account, and who shows it.

import { call } from '../js/session.js'

const paths = {
  user: '/api/users/me',
  factors: '/api/users/me/factors',
  sessions: '/api/users/me/sessions?limit=20',
  grants: '/api/users/me/grants?limit=20',
  identities: '/api/users/me/identities',
}
const known = {}
const watchers = { user: [], factors: [], sessions: [], grants: [], identities: [] }

// Calls show whenever something is loaded, with it or with why it could not be.
export const watch = (name, show) => watchers[name].push(show)

export const get = name => known[name]

// Takes what a request has answered.
export const set = (name, value) => {
  known[name] = value
  for (const show of watchers[name]) show(value)
}

// Loads something again. What fails keeps nothing else from being shown.
export const reload = (...names) => Promise.all(names.map(async name => {
  try {
    set(name, await call('GET', paths[name]))
  } catch (error) {
    for (const show of watchers[name]) show(undefined, error)
  }
}))

export const loadAll = () => reload(...Object.keys(paths))

// Loads the next page of a list, and shows it below what is there.
export const loadMore = async name => {
  const { items, next_cursor } = known[name]
  const more = await call('GET', `${paths[name]}&cursor=${encodeURIComponent(next_cursor)}`)
  set(name, { ...more, items: [...items, ...more.items] })
}

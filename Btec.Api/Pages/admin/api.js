// Calls of the API as the administrator who is signed in.

import { request } from '../js/session.js'

export const get = (path, query = {}, signal) => request('GET', path + toQuery(query), { signal })
export const post = (path, json) => request('POST', path, { json })
export const patch = (path, json) => request('PATCH', path, { json })
export const remove = path => request('DELETE', path)

const toQuery = query => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

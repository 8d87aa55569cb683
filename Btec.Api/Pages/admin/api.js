// Calls of the API as the administrator who is signed in.

import { call } from '../js/session.js'

export const get = (path, query = {}) => call('GET', path + toQuery(query))
export const post = (path, json) => call('POST', path, json)
export const put = (path, json) => call('PUT', path, json)
export const patch = (path, json) => call('PATCH', path, json)
export const remove = path => call('DELETE', path)

const toQuery = query => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

// The figures of the running system.

import { element } from '../js/dom.js'
import { formatNumber, text } from '../js/i18n.js'
import { get } from './api.js'
import { renewable } from './load.js'
import { badge, button, heading, moment } from './parts.js'
import { linkTo } from './place.js'

export const title = () => text('admin.overview')

export const show = () => {
  const [view, renew] = renewable(read)
  return [heading(text('admin.overview'), button(text('admin.refresh'), renew)), view]
}

const read = async () => {
  const [figures, health] = await Promise.all([get('/api/figures'), readHealth()])
  return element('div', { class: 'view' },
    element('ul', { class: 'tiles' },
      tile(text('admin.figure.users'), figures.users, linkTo('users')),
      tile(text('admin.figure.sessions'), figures.sessions),
      tile(text('admin.figure.logins'), figures.logins, linkTo('audit', { type: 'login' })),
      tile(text('admin.figure.refused'), figures.refused_logins, linkTo('audit', { type: 'login' })),
      tile(text('admin.figure.mails'), figures.waiting_mails)),
    element('p', { class: 'badges muted small' },
      health.status === 'ok' ? badge(text('admin.healthy'), 'good') : badge(text('admin.unhealthy'), 'bad'),
      text('admin.version', { version: health.version }), ' · ', element('span', {}, text('admin.readAt'), ' ', moment(figures.read_at))))
}

const tile = (name, { count, precision }, href) => {
  const number = formatNumber(count)
  const content = [
    element('span', { class: 'muted' }, name),
    element('strong', { class: 'number' }, precision === 'exact' ? number
      : precision === 'about' ? text('admin.about', { count: number }) : text('admin.atLeast', { count: number })),
  ]
  return element('li', {}, href ? element('a', { class: 'card tile', href }, content) : element('div', { class: 'card tile' }, content))
}

// The answer has the same members whether the system is well or not.
const readHealth = () => get('/api/health').catch(error => ({ status: 'unavailable', version: error.problem?.version ?? '?' }))

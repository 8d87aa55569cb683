// The filters of the audit events.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { nameOf, types } from './events.js'
import { link } from './parts.js'
import { goTo, linkTo } from './place.js'

export const filters = asked => {
  const form = element('form', { class: 'filters', role: 'search' },
    field('type', text('admin.filter.type'), element('select', { id: 'type', name: 'type' },
      ['', ...types].map(type => element('option', { value: type, selected: type === asked.type }, type ? nameOf(type) : text('admin.everything'))))),
    field('user_id', text('admin.filter.user'), element('input', { id: 'user_id', name: 'user_id', inputmode: 'numeric', value: asked.user_id })),
    field('from', text('admin.filter.from'), element('input', { id: 'from', name: 'from', type: 'datetime-local', value: toLocal(asked.from) })),
    field('to', text('admin.filter.to'), element('input', { id: 'to', name: 'to', type: 'datetime-local', value: toLocal(asked.to) })),
    element('div', { class: 'actions' }, element('button', { class: 'button small' }, text('admin.filter')),
      link(text('admin.reset'), linkTo('audit'), 'button small quiet')))
  form.addEventListener('submit', event => {
    event.preventDefault()
    const { type, user_id, from, to } = Object.fromEntries(new FormData(form))
    goTo(linkTo('audit', { type, user_id, from: toMoment(from), to: toMoment(to) }))
  })
  return form
}

const field = (id, name, input) => element('div', { class: 'field' }, element('label', { for: id }, name), input)

// A local time in the form of RFC 3339, and back.
const toMoment = local => local && new Date(local).toISOString()

const toLocal = moment => {
  const time = new Date(moment)
  return moment && !Number.isNaN(time.getTime()) ? new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : ''
}

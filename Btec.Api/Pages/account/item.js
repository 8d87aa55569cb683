// The lines of a list, what is known of each and what can be done with it, and the button that shows more of them.

import { element } from '../js/dom.js'
import { handleButton } from '../js/form.js'
import { formatTime, language, text } from '../js/i18n.js'
import { loadMore } from './store.js'

const seconds = { year: 31_557_600, month: 2_629_800, week: 604_800, day: 86_400, hour: 3600, minute: 60 }

export const createItem = ({ icon, name, badge, details, actions = [] }) => element('li', { class: 'item' },
  icon && element('span', { class: 'badge-icon' }, icon),
  element('div', { class: 'item-text' },
    element('p', { class: 'item-name' }, element('span', {}, name), badge && [' ', element('span', { class: 'badge good' }, badge)]),
    element('p', { class: 'muted small' }, ...details)),
  element('div', { class: 'item-actions' }, actions))

// A button of a line. Its full name says which line, for those who do not see it.
export const createAction = (name, label, onclick) =>
  element('button', { type: 'button', class: 'button quiet small', 'aria-label': label, onclick }, name)

// The button that shows more, and room for what goes wrong.
export const createMore = name => {
  const button = element('button', { type: 'button', class: 'button quiet small' }, text('account.more'))
  handleButton(button, () => loadMore(name))
  return [button, element('p', { role: 'alert', class: 'notice danger' })]
}

// Returns a text with a time element in the place of {when}.
export const describeTime = (key, moment) => {
  const [before, after] = text(key, { when: '\n' }).split('\n')
  return [before, element('time', { datetime: moment, title: formatTime(moment) }, ago(moment)), after]
}

const ago = moment => {
  const past = (Date.now() - new Date(moment)) / 1000
  const unit = Object.keys(seconds).find(name => past >= seconds[name])
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return unit ? format.format(-Math.floor(past / seconds[unit]), unit) : format.format(0, 'second')
}

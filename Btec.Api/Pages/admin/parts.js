// The small parts that the views are built of.

import { element, icon } from '../js/dom.js'
import { formatDate, formatTime, text } from '../js/i18n.js'

export const badge = (name, kind = '') => element('span', { class: `badge ${kind}` }, name)

export const moment = value => element('time', { datetime: value, title: value }, formatTime(value))

export const date = value => element('time', { datetime: value, title: formatTime(value) }, formatDate(value))

export const button = (name, onclick, kind = 'quiet') => element('button', { type: 'button', class: `button small ${kind}`, onclick }, name)

export const link = (name, href, kind) => element('a', { href, class: kind }, name)

// A heading with the actions that belong to what it heads.
export const heading = (name, ...actions) =>
  element('header', { class: 'heading' }, element('h1', { tabindex: '-1' }, name), element('div', { class: 'actions' }, ...actions))

// A part of a view with a heading of its own.
export const section = (name, actions, ...content) => {
  const id = `section-${++sections}`
  return element('section', { class: 'card', 'aria-labelledby': id },
    element('header', { class: 'heading' }, element('h2', { id }, name), element('div', { class: 'actions' }, ...actions)), ...content)
}

let sections = 0

// Pairs of a term and its description. Those without a description are left out.
export const facts = pairs => element('dl', { class: 'facts' }, pairs
  .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
  .map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))))

// A table that becomes a list where there is no room for its columns.
export const table = (caption, columns, rows) => element('table', {},
  element('caption', { class: 'visually-hidden' }, caption),
  element('thead', {}, element('tr', {}, columns.map(column => element('th', { scope: 'col' }, column)))),
  element('tbody', {}, rows.map(cells => element('tr', {}, cells.map((cell, index) => index === 0
    ? element('th', { scope: 'row' }, cell)
    : element('td', { 'data-label': columns[index] }, cell))))))

export const empty = message => element('p', { class: 'empty muted' }, message)

// What went wrong, and a way to try again.
export const fault = (error, retry) => element('div', { class: 'notice danger', role: 'alert' },
  element('p', {}, error.name === 'AbortError' ? text('admin.unproved') : error.status === undefined ? text('problem.unknown') : error.message),
  error.problem?.trace_id && element('p', { class: 'small' }, text('admin.trace', { id: error.problem.trace_id })),
  retry && button(text('admin.retry'), retry))

// A value with a button that copies it.
export const copyable = (value, label) => {
  const told = element('span', { class: 'visually-hidden', role: 'status' })
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    told.textContent = text('admin.copied')
    act.classList.add('done')
    setTimeout(() => act.classList.remove('done'), 1500)
  }
  const act = element('button', { type: 'button', class: 'copy', 'aria-label': label, title: label, onclick: copy },
    icon('M9 9h10v11H9Z', 'M15 9V4H5v11h4'))
  return element('span', { class: 'copyable' }, element('code', {}, value), act, told)
}

// The links below a page of a list. The way back is the browser's.
export const pager = (isFirst, first, next) => (!isFirst || next) && element('nav', { class: 'pager', 'aria-label': text('admin.pages') },
  !isFirst && link(text('admin.first'), first, 'button small quiet'), next && link(text('admin.next'), next, 'button small quiet next'))

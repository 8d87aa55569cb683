// What is shown where there is nothing to administer.

import { element } from '../js/dom.js'
import { pageUrl } from '../js/api.js'
import { text } from '../js/i18n.js'
import { button, fault, heading, link } from './parts.js'

export const missing = {
  title: () => text('admin.missing'),
  show: () => [heading(text('admin.missing')), element('p', {}, link(text('admin.toOverview'), '#/', 'button small'))],
}

export const forbidden = {
  title: () => text('admin.forbidden'),
  show: (caller, signOut) => element('section', { class: 'card narrow' },
    element('h1', {}, text('admin.forbidden')),
    element('p', { class: 'muted' }, text('admin.forbiddenLead', { email: caller.email })),
    element('div', { class: 'actions' }, button(text('admin.signOut'), signOut, ''),
      element('a', { class: 'button small quiet', href: pageUrl('/account') }, text('admin.toAccount')))),
}

export const failed = {
  title: () => text('admin.failed'),
  show: error => element('section', { class: 'card narrow' },
    element('h1', {}, text('admin.failed')), fault(error, () => location.reload())),
}

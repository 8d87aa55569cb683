// The button that shows more of a list, and room for what goes wrong.

import { element } from '../js/dom.js'
import { handleButton } from '../js/form.js'
import { text } from '../js/i18n.js'
import { loadMore } from './store.js'

export const createMore = name => {
  const button = element('button', { type: 'button', class: 'button quiet small' }, text('account.more'))
  handleButton(button, () => loadMore(name))
  return [button, element('p', { role: 'alert', class: 'notice danger' })]
}

// The list of authenticators or passkeys, and how one is removed.

import { confirmBy } from '../js/confirm-dialog.js'
import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { createAction, createItem, describeTime } from './item.js'
import { get, reload } from './store.js'

// kind is what passkeys and authenticators differ in: type, path, icon, and the keys of their texts.
export const listFactors = (kind, factors, focus, listActions = () => []) => {
  const items = factors.filter(factor => factor.type === kind.type)
  return items.length > 0 && element('ul', { class: 'items' }, items.map(factor => {
    const name = factor.name ?? text(kind.unnamed)
    return createItem({
      icon: kind.icon(),
      name,
      details: [
        ...describeTime('account.factor.added', factor.created_at), ' · ',
        ...factor.last_used_at ? describeTime('account.factor.used', factor.last_used_at) : [text('account.factor.neverUsed')],
      ],
      actions: [
        ...listActions(factor, name),
        createAction(text('account.remove'), `${text('account.remove')}: ${name}`, () => remove(kind, factor, name, focus)),
      ],
    })
  }))
}

const remove = (kind, factor, name, focus) => {
  const isLast = get('factors').items.length === 1
  confirmBy({
    title: text(kind.remove, { name }),
    lead: [text(kind.removeLead), isLast && text('account.factor.lastWarning')].filter(Boolean).join(' '),
    action: text('account.remove'),
    send: async () => {
      await call('DELETE', `${kind.path}/${factor.id}`)
      await reload('factors')
    },
    done: () => {
      announce(text(kind.removed))
      focus()
    },
  })
}

// Recovery codes: how many are left, new ones, and the only moment in which they are shown.

import { confirmBy } from '../js/confirm-dialog.js'
import { openDialog } from '../js/dialog.js'
import { element } from '../js/dom.js'
import { site, text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { createSection } from './section.js'
import { get, reload } from './store.js'

// The number at which the owner is warned by mail, too.
const fewCodes = 3

export const createRecoveryCodes = () => createSection({
  id: 'recovery-codes',
  title: text('account.codes.title'),
  hint: text('account.codes.hint'),
  source: 'factors',
  render: ({ items, recovery_codes_left: left }) => items.length > 0
    ? element('div', { class: 'row' },
      element('span', { class: left > fewCodes ? 'badge good' : 'badge warn' }, text('account.codes.left', { count: left })),
      element('button', { type: 'button', class: 'button quiet small', onclick: replaceCodes }, text('account.codes.create')))
    : element('p', { class: 'muted small' }, text('account.codes.none')),
})

const replaceCodes = () => {
  let codes
  confirmBy({
    title: text('account.codes.replace'),
    lead: text('account.codes.replaceLead'),
    action: text('account.codes.create'),
    send: async () => {
      codes = (await call('POST', '/api/users/me/recovery-codes')).recovery_codes
      await reload('factors')
    },
    done: () => showCodes(codes),
  })
}

// Shows codes until the user says that they are saved.
export const showCodes = codes => new Promise(resolve => {
  const title = text('account.codes.file', { email: get('user').email })
  const file = `${title}\n\n${codes.join('\n')}\n`
  const dialog = openDialog({
    title: text('account.codes.show'),
    lead: text('account.codes.showLead'),
    mustChoose: true,
    onclose: resolve,
    content: [
      element('p', { class: 'print-only' }, title),
      element('ol', { class: 'codes' }, codes.map(code => element('li', {}, element('code', {}, code)))),
      element('div', { class: 'actions' },
        element('button', { type: 'button', class: 'button quiet small', onclick: () => copy(codes) }, text('account.codes.copy')),
        element('button', { type: 'button', class: 'button quiet small', onclick: () => download(file) }, text('account.codes.download')),
        element('button', { type: 'button', class: 'button quiet small', onclick: () => print() }, text('account.codes.print'))),
      element('button', { type: 'button', class: 'button wide', onclick: () => dialog.close() }, text('account.codes.done')),
    ],
  })
})

const copy = async codes => {
  await navigator.clipboard.writeText(codes.join('\n'))
  announce(text('account.codes.copied'))
}

const download = file => {
  const url = URL.createObjectURL(new Blob([file], { type: 'text/plain' }))
  element('a', { href: url, download: `${site}.txt` }).click()
  setTimeout(() => URL.revokeObjectURL(url))
}

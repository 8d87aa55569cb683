// Authenticator applications: add one by a QR code, and remove.

import { element, icon, svg } from '../js/dom.js'
import { createField, createForm, fault } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { listFactors } from './factor-list.js'
import { encodeQr } from './qr.js'
import { showCodes } from './recovery-codes.js'
import { createSection } from './section.js'
import { reload } from './store.js'

const kind = {
  type: 'totp',
  path: '/api/users/me/totp',
  icon: () => icon('M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5Z', 'M10.5 18.5h3'),
  unnamed: 'account.authenticator.unnamed',
  remove: 'account.authenticator.remove',
  removeLead: 'account.authenticator.removeLead',
  removed: 'account.authenticator.removed',
}

// The light modules around a QR code (ISO/IEC 18004:2015 section 6.3.8).
const quietZone = 4

export const createAuthenticator = () => createSection({
  id: 'authenticator',
  title: text('account.authenticator.title'),
  hint: text('account.authenticator.hint'),
  source: 'factors',
  render: ({ items }, focus) => listFactors(kind, items, focus),
  open: text('account.authenticator.add'),
  fill: ({ close, openWith }) => createForm({
    fields: [createField({
      name: 'name', label: text('account.authenticator.name'), hint: text('account.authenticator.nameHint'), isOptional: true,
      autocapitalize: 'words', autocomplete: 'off', maxlength: '120',
    })],
    action: text('account.authenticator.continue'),
    cancel: close,
    send: async ({ name }) => openWith(createSteps(await call('POST', kind.path, { name }), close)),
  }),
})

const createSteps = ({ id, secret, uri }, close) => element('div', { class: 'enrollment' },
  element('figure', { class: 'qr' }, drawQr(uri), element('figcaption', { class: 'small' }, text('account.authenticator.scan'))),
  element('div', { class: 'stack' },
    element('div', {},
      element('p', { class: 'small muted' }, text('account.authenticator.key')),
      element('p', {}, element('code', { class: 'key' }, secret.match(/.{1,4}/g).join(' '))),
      element('p', { class: 'small' }, element('a', { href: uri }, text('account.authenticator.open')))),
    createForm({
      fields: [createField({
        name: 'code', label: text('account.authenticator.code'), class: 'code', inputmode: 'numeric', autocomplete: 'one-time-code',
        maxlength: '8',
      })],
      action: text('account.authenticator.confirm'),
      cancel: close,
      faults: { code_wrong: 'code' },
      send: async ({ code }) => {
        const { recovery_codes } = await confirm(id, code.replaceAll(' ', ''))
        await reload('factors', 'sessions')
        close()
        announce(text('account.authenticator.added'))
        if (recovery_codes.length > 0) await showCodes(recovery_codes)
      },
    })))

const confirm = async (id, code) => {
  try {
    return await call('POST', `${kind.path}/${id}/confirm`, { code })
  } catch (error) {
    throw error.code === 'not_found' ? fault(text('account.authenticator.expired')) : error
  }
}

// Draws a text as a QR code: dark on light in every color scheme, as readers expect it.
const drawQr = content => {
  const rows = encodeQr(content)
  const size = rows.length + 2 * quietZone
  const dark = rows.flatMap((row, y) => [...row.map(isDark => isDark ? 1 : 0).join('').matchAll(/1+/g)]
    .map(({ index, 0: run }) => `M${index + quietZone} ${y + quietZone}h${run.length}v1h-${run.length}z`))
  const label = text('account.authenticator.qr')
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    svg('path', { fill: '#fff', d: `M0 0h${size}v${size}h-${size}z` }), svg('path', { fill: '#000', d: dark.join('') }))
}

// Passkeys: add, rename and remove.

import { openDialog } from '../js/dialog.js'
import { find, icon } from '../js/dom.js'
import { createField, createForm, fault } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { areSupported } from '../js/passkeys.js'
import { call } from '../js/session.js'
import { announce } from '../js/status.js'
import { nameDevice } from './device.js'
import { listFactors } from './factor-list.js'
import { createAction } from './item.js'
import { showCodes } from './recovery-codes.js'
import { createSection } from './section.js'
import { reload } from './store.js'

const kind = {
  type: 'passkey',
  path: '/api/users/me/passkeys',
  icon: () => icon(
    'M10 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM3 20.5c0-3.6 2.9-6 7-6 1 0 2 .1 2.8.4',
    'M18 11.5a2.7 2.7 0 0 0-1.2 5.1v3l1.2 1.2 1.6-1.4-1-1 1-1-.8-.9A2.7 2.7 0 0 0 18 11.5Z'),
  unnamed: 'account.passkeys.unnamed',
  remove: 'account.passkeys.remove',
  removeLead: 'account.passkeys.removeLead',
  removed: 'account.passkeys.removed',
}

export const createPasskeys = () => createSection({
  id: 'passkeys',
  title: text('account.passkeys.title'),
  hint: text('account.passkeys.hint'),
  source: 'factors',
  render: ({ items }, focus) => listFactors(kind, items, focus, (factor, name) =>
    [createAction(text('account.rename'), `${text('account.rename')}: ${name}`, () => rename(factor, name, focus))]),
  open: areSupported && text('account.passkeys.add'),
  fill: ({ close }) => createForm({
    fields: [createField({
      name: 'name', label: text('account.passkeys.name'), hint: text('account.passkeys.nameHint'), isOptional: true,
      autocapitalize: 'words', autocomplete: 'off', maxlength: '120', value: nameDevice(navigator.userAgent) ?? '',
    })],
    action: text('account.passkeys.create'),
    cancel: close,
    send: async ({ name }) => {
      const { recovery_codes } = await add(name)
      await reload('factors', 'sessions')
      close()
      announce(text('account.passkeys.added'))
      if (recovery_codes.length > 0) await showCodes(recovery_codes)
    },
  }),
})

const add = async name => {
  const { challenge_id, options } = await call('POST', `${kind.path}/options`)
  const credential = await create(options)
  return call('POST', kind.path, { challenge_id, credential: credential.toJSON(), name })
}

const create = async options => {
  try {
    return await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
  } catch (error) {
    throw fault(text(error.name === 'InvalidStateError' ? 'account.passkeys.exists' : 'account.passkeys.refused'))
  }
}

const rename = (factor, name, focus) => {
  const close = () => dialog.close()
  const dialog = openDialog({
    title: `${text('account.rename')}: ${name}`,
    content: createForm({
      fields: [createField({
        name: 'name', label: text('account.passkeys.name'), isOptional: true, autocapitalize: 'words', autocomplete: 'off',
        maxlength: '120', value: factor.name ?? '',
      })],
      action: text('account.save'),
      cancel: close,
      send: async values => {
        await call('PATCH', `${kind.path}/${factor.id}`, values)
        close()
        await reload('factors')
        announce(text('account.passkeys.renamed'))
        focus()
      },
    }),
  })
  find('input', dialog).select()
}

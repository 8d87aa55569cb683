// The dialog that asks users to prove again who they are (RFC 9470), by what they have.

import { openDialog } from './dialog.js'
import { element, find, show } from './dom.js'
import { createField, createForm, fault } from './fields.js'
import { text } from './i18n.js'
import { areSupported, usePasskey } from './passkeys.js'

const names = {
  passkey: 'stepUp.usePasskey',
  password: 'stepUp.usePassword',
  code: 'stepUp.useCode',
  recovery_code: 'stepUp.useRecoveryCode',
}
const fields = {
  password: () => createField({ name: 'password', type: 'password', label: text('password'), autocomplete: 'current-password' }),
  code: () => createField({
    name: 'code', label: text('stepUp.code'), class: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '8',
  }),
  recovery_code: () => createField({ name: 'recovery_code', label: text('stepUp.recoveryCode'), class: 'mono', autocomplete: 'off' }),
}

// Asks until the session has taken a proof. Throws an AbortError, which forms pass over, if the user closes the dialog.
export const askForProof = async session => {
  const ways = session.needsTwoFactors ? listWays(await session.listFactors()) : ['password']
  const place = element('div', { class: 'stack' })
  let isProved = false
  await new Promise((resolve, reject) => {
    const dialog = openDialog({
      title: text('stepUp.title'),
      lead: text('stepUp.lead'),
      content: place,
      onclose: () => isProved ? resolve() : reject(new DOMException('No proof was given.', 'AbortError')),
    })
    const close = () => dialog.close()
    const end = () => {
      isProved = true
      close()
    }
    const showWay = way => {
      show(place,
        createForm(way === 'passkey' ? formOfPasskey(session, end, close) : formOfFields(way, session, end, close)),
        ways.filter(other => other !== way).map(other =>
          element('p', { class: 'small' },
            element('button', { type: 'button', class: 'link-button', onclick: () => showWay(other) }, text(names[other])))))
      find('input, button', place).focus()
    }
    showWay(ways[0])
  })
}

const listWays = factors => {
  const has = type => factors.some(factor => factor.type === type)
  return [has('passkey') && areSupported && 'passkey', has('totp') && 'code', 'recovery_code'].filter(Boolean)
}

const formOfPasskey = (session, end, close) => ({
  fields: [],
  action: text('stepUp.usePasskey'),
  cancel: close,
  send: async () => {
    const given = await usePasskey()
    if (!given) throw fault(text('stepUp.passkeyRefused'))
    await session.prove(given)
    end()
  },
})

// A code is the second factor beside the password: a session that began with a passkey has not proved the password yet.
const formOfFields = (way, session, end, close) => {
  const asked = way === 'password' || session.readMethods().includes('pwd') ? [way] : ['password', way]
  return {
    fields: asked.map(name => fields[name]()),
    action: text('stepUp.submit'),
    cancel: close,
    faults: { password_wrong: 'password', code_wrong: way },
    send: async values => {
      for (const name of asked) await session.prove({ [name]: name === 'code' ? values[name].replaceAll(' ', '') : values[name] })
      end()
    },
  }
}

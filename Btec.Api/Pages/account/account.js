// The page /account: everything that people can do with their account.

import { pageUrl } from '../js/api.js'
import { element, find, show } from '../js/dom.js'
import { takeExternalAnswer } from '../js/external.js'
import { handleButton } from '../js/form.js'
import { text } from '../js/i18n.js'
import { signIn, signOut } from '../js/session.js'
import { announce, placeStatus } from '../js/status.js'
import { createApplications } from './applications.js'
import { createAuthenticator } from './authenticator.js'
import { createDeletion } from './deletion.js'
import { createIdentities, finishLink } from './identities.js'
import { createPasskeys } from './passkeys.js'
import { createEmail, createName, createPassword } from './profile.js'
import { createRecoveryCodes } from './recovery-codes.js'
import { createSessions } from './sessions.js'
import { loadAll, watch } from './store.js'

// The groups of sections, each with the section that the navigation leads to.
const groups = [
  ['account.group.profile', 'profile', createName, createEmail],
  ['account.group.security', 'password', createPassword, createPasskeys, createAuthenticator, createRecoveryCodes, createIdentities],
  ['account.group.sessions', 'sessions', createSessions],
  ['account.group.applications', 'applications', createApplications],
  ['account.group.delete', 'delete', createDeletion],
]

const start = async () => {
  const answer = takeExternalAnswer()
  await signIn('/account')
  show(find('#sections'), groups.map(([title, , ...sections]) => element('div', { class: 'group' },
    element('h2', {}, text(title)), element('div', { class: 'card' }, sections.map(create => create())))))
  show(find('#links'), groups.map(([title, first]) => element('li', {}, element('a', { href: `#${first}` }, text(title)))))
  watch('user', showUser)
  placeStatus()
  await loadAll()
  handleButton(find('#sign-out'), async () => {
    await signOut()
    location.assign(pageUrl('/'))
  })
  find('#waiting').hidden = true
  find('#account').hidden = false
  goTo(location.hash)
  if (answer) await finishLink(answer).catch(error => announce(error.message))
  addEventListener('hashchange', () => goTo(location.hash))
}

const showUser = user => {
  if (!user) return
  show('#initial', [...user.full_name ?? user.email][0].toUpperCase())
  show('#name', user.full_name ?? text('account.title'))
  show('#address', user.email)
}

// Goes to the section that a link names.
const goTo = hash => {
  const section = document.getElementById(hash.slice(1))?.closest('.section')
  section?.scrollIntoView()
  if (section) find('h3', section).focus({ preventScroll: true })
}

await start().catch(error => {
  if (error.status === undefined) console.error(error)
  find('#waiting').hidden = true
  find('#failed').hidden = false
  show('#reason', error.status === undefined ? text('problem.unknown') : error.message)
  find('#failed h1').focus()
})

import { ApiError, get, pageUrl, post } from './api.js'
import { element, find, findAll, show, showStep } from './dom.js'
import { forgetLink, keepLink, showProviders, takeExternalAnswer } from './external.js'
import { handle, handleButton, showError } from './form.js'
import { text } from './i18n.js'
import { areSupported, canSuggest, forget, usePasskey } from './passkeys.js'
import { decide, findRequestId, readRequest, withRequest } from './requests.js'
import { findToken } from './session.js'

// The login that waits for its second factor: mfa_token and methods.
let pending
// Ends the offer of passkeys in the field of the address, so that a button can ask for one.
let suggestion
// The token that links the external login to the account of the next sign-in.
let linkToken
// Who has signed in, but is not whom the application expects, or not in the way that it asks for.
let user

const signIn = async proof => {
  try {
    await post('/oauth/session', proof)
  } catch (error) {
    if (error.code === 'mfa_required') return askForSecondFactor(error.problem)
    if (error.code === 'link_required') return askForLink(error.problem.link_token)
    if (error.code === 'mfa_token_invalid') {
      showStep('password')
      find('#password').value = ''
    }
    if (error.code === 'passkey_invalid' && error.problem.unknown_credential) await forget(proof.credential)
    throw error
  }
  if (linkToken) await link()
  await goOn()
}

// Asks how the user wants to prove that the account with the address is theirs.
const askForLink = link_token => {
  linkToken = link_token
  keepLink(link_token)
  find('#register-link').hidden = true
  showStep('link')
}

const link = async () => {
  const token = await findToken()
  await post('/api/users/me/identities', { link_token: linkToken }, { token })
  linkToken = undefined
  forgetLink()
}

// Ends a sign-in at an external provider.
const finishExternal = async ({ code, verifier, error, request }) => {
  // The request of an application that waited while the browser was at the provider.
  history.replaceState(null, '', withRequest('/sign-in', request))
  if (error) throw new ApiError(400, { code: error })
  await signIn({ external_code: code, code_verifier: verifier })
}

// Goes where the user wanted to go: back to the application, or to the account.
const goOn = async () => {
  if (!findRequestId()) return location.replace(pageUrl('/account'))
  const request = await readRequest().catch(error => {
    if (error.status !== 404) throw error
  })
  if (!request) return showStep('void')
  if (request.needs === 'consent') return location.replace(withRequest('/consent'))
  if (request.needs === 'nothing') return decide('allow', request.user)
  user = request.user
  find('#register-link').hidden = true
  showStep('unmet')
}

const askForSecondFactor = ({ mfa_token, methods }) => {
  pending = { mfa_token, methods: methods.filter(method => method !== 'passkey' || areSupported) }
  const names = { totp: 'code', recovery_code: 'recovery', passkey: 'second-passkey' }
  const steps = pending.methods.map(method => names[method]).filter(Boolean)
  const labels = { code: 'signIn.byCode', recovery: 'signIn.byRecoveryCode', 'second-passkey': 'signIn.byPasskey' }
  for (const place of findAll('[data-others]')) {
    const own = place.closest('[data-step]').dataset.step
    show(place, steps.filter(step => step !== own).map(step =>
      element('p', {}, element('button', { type: 'button', class: 'link-button', onclick: () => showStep(step) }, text(labels[step])))))
  }
  find('#register-link').hidden = true
  showStep(steps[0] ?? 'recovery')
}

const signInWithPasskey = async (extra, options) => {
  const proof = await usePasskey(options)
  if (proof) await signIn({ ...extra, ...proof })
}

const suggestPasskeys = async () => {
  if (!await canSuggest()) return
  suggestion = new AbortController()
  // Nobody has asked for this, so nobody is told that it does not work.
  const proof = await usePasskey({ mediation: 'conditional', signal: suggestion.signal }).catch(() => undefined)
  if (proof) await signIn(proof).catch(error => showError(find('#password-form'), error))
}

const start = async () => {
  const answer = takeExternalAnswer()
  if (answer) {
    try {
      return await finishExternal(answer)
    } catch (error) {
      showError(find('#password-form'), error)
    }
  } else if (findRequestId()) {
    const request = await readRequest()
    show('#purpose', text('signIn.for', { client: request.client.name }))
    if (request.login_hint && !find('#email').value) {
      find('#email').value = request.login_hint
      find('#password').focus()
    }
    if (request.needs !== 'sign_in') return goOn()
  } else if (await get('/oauth/session').catch(() => undefined)) {
    return location.replace(pageUrl('/account'))
  }
  await showProviders(find('#providers'), '/sign-in', { request: findRequestId() })
  await suggestPasskeys()
}

handle(find('#password-form'), ({ email, password }) => signIn({ email, password }))
handle(find('#code-form'), ({ code }) => signIn({ mfa_token: pending.mfa_token, code: code.replaceAll(' ', '') }))
handle(find('#recovery-form'), ({ recovery_code }) => signIn({ mfa_token: pending.mfa_token, recovery_code: recovery_code.trim() }))
handleButton(find('#link-by-sign-in'), () => showStep('password'))
handleButton(find('#link-by-mail'), async () => {
  await post('/api/auth/external/link', { link_token: linkToken })
  showStep('link-mailed')
})
handleButton(find('#retry'), () => {
  find('#password').value = ''
  showStep('password')
})
handleButton(find('#leave'), () => decide('allow', user))
handleButton(find('#second-passkey'), () => signInWithPasskey({ mfa_token: pending.mfa_token }))
handleButton(find('#passkey'), () => {
  suggestion?.abort()
  return signInWithPasskey({})
})
find('#passkey').parentElement.hidden = !areSupported
await start().catch(error => (error.status === 404 ? showStep('void') : showError(find('#password-form'), error)))

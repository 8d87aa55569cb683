// Signing in at external providers. The code verifier stays in this tab, and a link token in this browser, so that what comes back is of
// use here alone.

import { get, pageUrl, post } from './api.js'
import { element, show } from './dom.js'
import { handleButton } from './form.js'
import { text } from './i18n.js'

const keptUnder = 'btec-external'
const linkKeptUnder = 'btec-link'

// What cannot be listed is not offered.
export const listProviders = async () => (await get('/api/auth/external').catch(() => ({ items: [] }))).items

// Shows a button for each provider, which leads there and back to a page.
export const showProviders = async (place, page, kept) => {
  const providers = await listProviders()
  show(place, providers.map(({ name, display_name }) => {
    const button = element('button', { type: 'button', class: 'button quiet wide' }, text('external.signIn', { provider: display_name }))
    handleButton(button, () => leaveFor(name, page, kept))
    return button
  }))
  place.hidden = providers.length === 0
}

// Goes to a provider, from where the browser comes back to a page.
export const leaveFor = async (name, page, kept = {}) => {
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)))
  const code_challenge = encode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
  const { authorization_url } = await post(
    `/api/auth/external/${encodeURIComponent(name)}`, { redirect_uri: location.origin + pageUrl(page), code_challenge })
  sessionStorage.setItem(keptUnder, JSON.stringify({ ...kept, verifier }))
  location.assign(authorization_url)
  await new Promise(() => undefined)
}

// Takes what came back out of the address bar. What this tab did not ask for counts for nothing.
export const takeExternalAnswer = () => {
  const answer = new URLSearchParams(location.search)
  const kept = JSON.parse(sessionStorage.getItem(keptUnder) ?? 'null')
  if (!kept || (!answer.has('code') && !answer.has('error'))) return undefined
  sessionStorage.removeItem(keptUnder)
  history.replaceState(null, '', location.pathname)
  return { ...kept, code: answer.get('code'), error: answer.get('error') }
}

export const keepLink = link_token => localStorage.setItem(linkKeptUnder, link_token)
export const readLink = () => localStorage.getItem(linkKeptUnder) ?? undefined
export const forgetLink = () => localStorage.removeItem(linkKeptUnder)

const encode = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

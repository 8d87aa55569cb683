// Passkeys of the browser (Web Authentication Level 3).

import { post } from './api.js'

// Passkeys belong to a domain, so browsers have none for addresses such as 127.0.0.1.
export const areSupported = document.documentElement.dataset.passkeys === 'on' && 'PublicKeyCredential' in globalThis
  && 'parseRequestOptionsFromJSON' in PublicKeyCredential && !/^[\d.]+$|^\[/.test(location.hostname)

let rpId

// Returns whether the browser offers passkeys in the field of the e-mail address.
export const canSuggest = async () => areSupported && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true

// Asks the browser for a passkey. Returns undefined if the user does not want to give one.
export const usePasskey = async ({ mediation, signal } = {}) => {
  const { challenge_id, options } = await post('/api/auth/passkeys/options', undefined, { signal })
  rpId = options.rpId
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    const credential = await navigator.credentials.get({ publicKey, mediation, signal })
    return { challenge_id, credential: credential.toJSON() }
  } catch (error) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return undefined
    throw error
  }
}

// Tells the browser that a passkey is not registered here (any more), so that it does not offer it again.
export const forget = async credential => {
  await PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId: credential.id }).catch(() => undefined)
}

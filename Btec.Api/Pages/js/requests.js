// The stored request of an application that wants the user to sign in (/oauth/requests).

import { get, pageUrl, post } from './api.js'

export const findRequestId = () => new URLSearchParams(location.search).get('request') || undefined

const path = () => `/oauth/requests/${encodeURIComponent(findRequestId())}`

export const readRequest = () => get(path())

// Decides the request in the name of the user whom the page shows, and goes back to the application.
export const decide = async (decision, user) => {
  const { redirect_uri } = await post(path(), { decision, user_id: user?.id })
  location.assign(redirect_uri)
}

export const withRequest = (page, id = findRequestId()) => pageUrl(id ? `${page}?request=${encodeURIComponent(id)}` : page)

// Calls of the HTTP contract.

import { hasText, text, textOf, translate } from './i18n.js'

export const base = document.documentElement.dataset.base
export const pageUrl = path => `${base}${path}`

// What the API answered instead of success, in words for the reader.
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(describe(status, problem, retryAfter))
    this.status = status
    this.problem = problem
    this.code = problem?.code ?? problem?.error
    this.retryAfter = retryAfter
    this.errors = Object.fromEntries(
      Object.entries(problem?.errors ?? {}).map(([name, messages]) => [name, messages.map(translate).join(' ')]))
  }
}

// Returns the body of a successful answer: an object, or undefined if it has none.
export const call = async (method, path, { json, form, token, signal, redirect } = {}) => {
  const headers = {
    Accept: 'application/json',
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...(token && { Authorization: `Bearer ${token}` }),
  }
  const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form) : undefined
  let response
  try {
    response = await fetch(pageUrl(path), { method, headers, body, signal, redirect, cache: 'no-store' })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new ApiError(0)
  }
  const isJson = /\bjson\b/.test(response.headers.get('Content-Type') ?? '')
  const content = isJson ? await response.json().catch(() => undefined) : undefined
  if (!response.ok) throw new ApiError(response.status, content, Number(response.headers.get('Retry-After')) || undefined)
  return content
}

export const get = (path, options) => call('GET', path, options)
export const post = (path, json, options) => call('POST', path, { json, ...options })

function describe(status, problem, retryAfter) {
  if (status === 0) return text('problem.offline')
  const code = problem?.code
  if (retryAfter && (status === 429 || status === 503)) {
    const wait = retryAfter < 90 ? textOf(retryAfter, 'wait.seconds') : textOf(Math.ceil(retryAfter / 60), 'wait.minutes')
    return `${text(status === 429 ? 'problem.rate_limited' : 'problem.busy')} ${wait}`
  }
  if (code && hasText(`problem.${code}`)) return text(`problem.${code}`)
  return problem?.title ? `${translate(problem.title)} ${translate(problem.detail ?? '')}`.trim() : text('problem.unknown')
}

// One request and its answer.

import type { Failed, Ok, Problem } from './results.js'

export interface Request {
  method: string
  path: string
  query?: object | undefined
  json?: unknown
  form?: Record<string, string>
  accessToken?: string | undefined
  signal?: AbortSignal | undefined
}

export type Received = Ok<unknown> | Failed

export type Send = (request: Request) => Promise<Received>

/** Returns a function that sends requests to an API. An abort is thrown; everything else that goes wrong is returned. */
export const createSend = (baseUrl: string, fetch: typeof globalThis.fetch): Send => async request => {
  const headers = new Headers({ accept: 'application/json' })
  if (request.accessToken) headers.set('authorization', `Bearer ${request.accessToken}`)
  if (request.json !== undefined) headers.set('content-type', 'application/json')
  const body = request.form ? new URLSearchParams(request.form) : request.json === undefined ? null : JSON.stringify(request.json)
  try {
    const response = await fetch(baseUrl.replace(/\/+$/, '') + request.path + toQuery(request.query), {
      method: request.method.toUpperCase(), headers, body, signal: request.signal ?? null,
      // The API reads no cookie, and its answers are about one user.
      credentials: 'omit', cache: 'no-store',
    })
    const data = await read(response)
    return response.ok
      ? { type: 'ok', status: response.status, data }
      : fail(toProblem(response.status, data), Number(response.headers.get('retry-after') ?? NaN))
  } catch (error) {
    if (request.signal?.aborted) throw error
    return fail({ status: 0, code: 'no_answer', detail: 'The server did not answer. Check the connection and try again.' })
  }
}

const fail = (problem: Problem, retryAfter = NaN): Failed =>
  Number.isFinite(retryAfter) ? { type: 'failed', problem, retryAfter } : { type: 'failed', problem }

// Something in front of the API may answer in a form of its own.
const read = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// OAuth endpoints answer in the form of RFC 6749 section 5.2, with the same code.
const toProblem = (status: number, data: unknown): Problem => {
  const problem = (typeof data === 'object' && data !== null ? data : {}) as Partial<Problem> & { error_description?: string }
  return {
    ...problem, status, code: problem.code ?? 'unknown',
    detail: problem.detail ?? problem.error_description ?? `The server answered with the status ${status}.`,
  }
}

const toQuery = (query: object | undefined): string => {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

// What the compiler accepts and refuses. It is compiled and never run.

import { BtecClient, type CallResult, type LoginResult, type Schemas } from '../src/index.js'

const btec = new BtecClient({ baseUrl: 'https://auth.example.com' })

export const known = async (): Promise<Schemas['UserResponse'] | undefined> => {
  const result = await btec.call('get', '/api/users/me')
  await btec.call('get', '/api/users', { query: { limit: 10 } })
  await btec.call('patch', '/api/users/me', { body: { full_name: 'Ada Lovelace' } })
  await btec.call('delete', '/api/users/{id}', { path: { id: 1 } })
  return result.type === 'ok' ? result.data : undefined
}

export const refused = async (): Promise<void> => {
  // @ts-expect-error No such route.
  await btec.call('get', '/api/nothing')
  // @ts-expect-error The route has no such method.
  await btec.call('put', '/api/users/me')
  // @ts-expect-error The id is missing.
  await btec.call('delete', '/api/users/{id}')
  // @ts-expect-error The body has no such member.
  await btec.call('patch', '/api/users/me', { body: { fullName: 'Ada' } })
  const result = await btec.call('get', '/api/users/me')
  // @ts-expect-error Not before the type of the result is known.
  result.data
}

// A case that is missing here would be an error.
export const nameLogin = (result: LoginResult): string => {
  switch (result.type) {
    case 'signed_in': return 'welcome'
    case 'mfa_required': return result.methods.join()
    case 'failed': return result.problem.detail
  }
}

export const nameCall = (result: CallResult<unknown>): string => {
  switch (result.type) {
    case 'ok': return 'ok'
    case 'step_up_required': return String(result.maxAge)
    case 'signed_out': return 'sign in'
    case 'failed': return result.problem.code
  }
}

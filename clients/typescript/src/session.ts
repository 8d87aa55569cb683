// The tokens of a session, and their renewal.

import type { Failed, SignedOut } from './results.js'
import type { Schemas } from './routes.js'
import type { Tokens, TokenStore } from './tokens.js'
import type { Received, Request, Send } from './transport.js'

/** Sends requests with the access token, and renews that once it is refused. */
export class Session {
  readonly #send: Send
  readonly #store: TokenStore
  #renewal: Promise<SignedOut | Failed | undefined> | undefined

  constructor(send: Send, store: TokenStore) {
    this.#send = send
    this.#store = store
  }

  get isSignedIn(): boolean {
    return this.#store.read() !== undefined
  }

  get tokens(): Tokens | undefined {
    return this.#store.read()
  }

  /** Keeps the tokens of an answer. That of a step-up has no new refresh token. */
  keep(data: unknown): void {
    const answer = data as Partial<Schemas['TokenResponse']>
    const refreshToken = answer.refresh_token ?? this.#store.read()?.refreshToken
    if (answer.access_token && refreshToken) this.#store.write({ accessToken: answer.access_token, refreshToken })
  }

  forget(): void {
    this.#store.write(undefined)
  }

  /** Sends a request. If the access token is refused, renews it, and sends the request once more. */
  async send(request: Request): Promise<Received | SignedOut> {
    for (let isRenewed = false; ;) {
      const used = this.#store.read()
      const received = await this.#send({ ...request, accessToken: used?.accessToken })
      if (received.type === 'ok' || !isTokenRefused(received)) return received
      if (!used) return { type: 'signed_out' }
      // Meanwhile another request may have got new tokens, or the user may have signed out or in.
      if (this.#store.read()?.accessToken !== used.accessToken) continue
      if (isRenewed) {
        this.forget()
        return { type: 'signed_out' }
      }
      const failure = await this.#renewOnce(used)
      if (failure) return failure
      isRenewed = true
    }
  }

  // Renews once for all requests that wait: a refresh token works once.
  #renewOnce(used: Tokens): Promise<SignedOut | Failed | undefined> {
    this.#renewal ??= this.#renew(used).finally(() => { this.#renewal = undefined })
    return this.#renewal
  }

  async #renew(used: Tokens): Promise<SignedOut | Failed | undefined> {
    const received = await this.#send({
      method: 'post', path: '/api/auth/token', form: { grant_type: 'refresh_token', refresh_token: used.refreshToken },
    })
    // Whoever signed out or in meanwhile keeps what came of that.
    if (this.#store.read()?.refreshToken !== used.refreshToken) return undefined
    if (received.type === 'ok') {
      this.keep(received.data)
      return undefined
    }
    if (received.problem.status !== 400 && received.problem.status !== 401) return received
    this.forget()
    return { type: 'signed_out' }
  }
}

// Another 401 is about what the request proves, not about its access token.
const refusals = ['not_authenticated', 'token_expired', 'token_invalid']

const isTokenRefused = ({ problem }: Failed): boolean => refusals.includes(problem.code)

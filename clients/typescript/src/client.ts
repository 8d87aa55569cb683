import type {
  CallResult, Failed, LoginResult, MfaRequired, Ok, SecondFactorResult, SignedOut, StepUpRequired, StepUpResult,
} from './results.js'
import type { Answer, Arguments, Method, Operation, PathOf } from './routes.js'
import { Session } from './session.js'
import { MemoryTokenStore, type TokenStore } from './tokens.js'
import { createSend, type Received, type Request, type Send } from './transport.js'

export interface BtecClientOptions {
  /** The address of the API, such as https://auth.example.com. */
  baseUrl: string
  /** The place that keeps the tokens, by default memory. */
  store?: TokenStore
  /** The function that sends requests, by default the global `fetch`. */
  fetch?: typeof globalThis.fetch
}

/** A second factor. */
export type SecondFactor = { code: string } | { recovery_code: string } | { challenge_id: string; credential: object }

/** A proof of identity. */
export type Proof = { password: string } | SecondFactor

// The class of a proof by one factor. Accounts with a second factor need a stronger one.
const singleFactor = 'urn:btec:acr:1'

/** A client of the BTEC Backend. Results are values; nothing but an abort is thrown. */
export class BtecClient {
  readonly #send: Send
  readonly #session: Session

  constructor({ baseUrl, store = new MemoryTokenStore(), fetch = (input, init) => globalThis.fetch(input, init) }: BtecClientOptions) {
    this.#send = createSend(baseUrl, fetch)
    this.#session = new Session(this.#send, store)
  }

  get isSignedIn(): boolean {
    return this.#session.isSignedIn
  }

  /** Signs in with a password. */
  async login(email: string, password: string): Promise<LoginResult> {
    const received = await this.#send({
      method: 'post', path: '/api/auth/login', form: { grant_type: 'password', username: email, password },
    })
    return (received.type === 'failed' && toMfa(received)) || this.#signIn(received)
  }

  /** Completes a login that is `mfa_required`. */
  async completeSecondFactor(mfaToken: string, factor: SecondFactor): Promise<SecondFactorResult> {
    return this.#signIn(await this.#send({ method: 'post', path: '/api/auth/mfa', json: { mfa_token: mfaToken, ...factor } }))
  }

  /** Signs in with a passkey, for a challenge of `POST /api/auth/passkeys/options`. */
  async loginWithPasskey(challengeId: string, credential: object): Promise<SecondFactorResult> {
    return this.#signIn(await this.#send({ method: 'post', path: '/api/auth/passkeys', json: { challenge_id: challengeId, credential } }))
  }

  /** Proves the user's identity again, after `step_up_required`. */
  async stepUp(proof: Proof): Promise<StepUpResult> {
    const received = await this.#session.send({ method: 'post', path: '/api/auth/step-up', json: proof })
    if (received.type !== 'ok') return received
    this.#session.keep(received.data)
    return { type: 'stepped_up' }
  }

  /** Ends the session. The tokens are forgotten, even if the API does not answer. */
  async logout(): Promise<void> {
    const { accessToken } = this.#session.tokens ?? {}
    this.#session.forget()
    if (accessToken) await this.#send({ method: 'post', path: '/api/auth/logout', accessToken })
  }

  /** Calls a route, for the user who is signed in. An access token that has expired is renewed, once for all calls that wait. */
  async call<M extends Method, P extends PathOf<M>>(
    method: M, path: P, ...[sent]: Arguments<Operation<M, P>>
  ): Promise<CallResult<Answer<Operation<M, P>>>> {
    const received = await this.#session.send({ method, ...fill(path, (sent ?? {}) as SentValues) })
    return received.type === 'failed' ? toStepUp(received) ?? received : received as SignedOut | Ok<Answer<Operation<M, P>>>
  }

  #signIn(received: Received): SecondFactorResult {
    if (received.type === 'failed') return received
    this.#session.keep(received.data)
    return { type: 'signed_in' }
  }
}

const toMfa = ({ problem }: Failed): MfaRequired | undefined => problem.code === 'mfa_required' && problem.mfa_token
  ? { type: 'mfa_required', mfaToken: problem.mfa_token, methods: problem.methods ?? [], expiresIn: problem.expires_in ?? 0 }
  : undefined

const toStepUp = ({ problem }: Failed): StepUpRequired | undefined => {
  if (problem.code !== 'step_up_required') return undefined
  const acrValues = problem.acr_values?.split(' ') ?? []
  return { type: 'step_up_required', maxAge: problem.max_age ?? 0, acrValues, needsSecondFactor: !acrValues.includes(singleFactor) }
}

interface SentValues {
  path?: object | undefined
  query?: object | undefined
  body?: unknown
  signal?: AbortSignal | undefined
}

const fill = (path: string, sent: SentValues): Omit<Request, 'method'> => {
  const values = { ...sent.path } as Record<string, unknown>
  return {
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name]))),
    query: sent.query, json: sent.body, signal: sent.signal,
  }
}

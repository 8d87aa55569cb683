// What comes of a request. Each result has a `type`, so that the compiler notices one that a caller forgets.

import type { Schemas } from './routes.js'

/** A problem that the API reports; `code` is stable (docs/api.md lists them). Its status is 0 if there was no answer at all. */
export type Problem = Partial<Schemas['Problem']> & { status: number; code: string; detail: string }

/** The request was refused, for a reason that is none of the others, or there was no answer. */
export interface Failed {
  type: 'failed'
  problem: Problem
  /** The number of seconds to wait, if the API said it (429 and 503). */
  retryAfter?: number
}

/** The password was right, and the account has a second factor: call `completeSecondFactor`. */
export interface MfaRequired {
  type: 'mfa_required'
  mfaToken: string
  /** What the account has: totp, recovery_code, passkey. */
  methods: string[]
  /** The number of seconds for which `mfaToken` works. */
  expiresIn: number
}

/** The request needs a recent proof of identity: call `stepUp`, then repeat the request. */
export interface StepUpRequired {
  type: 'step_up_required'
  /** The longest time since the proof, in seconds. */
  maxAge: number
  /** The classes of a proof, one of which suffices. */
  acrValues: string[]
  /** Whether a second factor or a passkey is needed, because the account has one. */
  needsSecondFactor: boolean
}

/** Nobody is signed in, or the session has ended: ask the user to sign in. */
export interface SignedOut {
  type: 'signed_out'
}

export interface SignedIn {
  type: 'signed_in'
}

export interface Ok<T> {
  type: 'ok'
  status: number
  data: T
}

export type LoginResult = SignedIn | MfaRequired | Failed
export type SecondFactorResult = SignedIn | Failed
export type StepUpResult = { type: 'stepped_up' } | SignedOut | Failed
export type CallResult<T> = Ok<T> | StepUpRequired | SignedOut | Failed

// The types of a call, read from those that are generated from the OpenAPI document.

import type { components, paths } from './schema.js'

/** The bodies of requests and answers, by their names in the OpenAPI document. */
export type Schemas = components['schemas']

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never
}[keyof paths]

export type Operation<M extends Method, P extends PathOf<M>> = paths[P][M]

type SuccessStatus = 200 | 201 | 202 | 204

/** The body of the answer, or `undefined` if a route answers none. */
export type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R & SuccessStatus]: R[S] extends { content: { 'application/json': infer B } } ? B : undefined }[keyof R & SuccessStatus]
  : never

type Body<O> = O extends { requestBody?: infer R }
  ? [Exclude<R, undefined>] extends [never]
    ? undefined
    : Exclude<R, undefined> extends { content: { 'application/json': infer B } } ? B : undefined
  : undefined

type Values<O> = O extends { parameters: { path: infer V } } ? V : undefined

type Query<O> = O extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never

type Member<Name extends string, T> = [T] extends [undefined] ? { [N in Name]?: undefined } : { [N in Name]: T }

/** What a call sends: `path` has the values in the path, `query` those of the query, and `body` is sent as JSON. */
export type Sent<O> = Member<'path', Values<O>> & Member<'body', Body<O>> & { query?: Query<O>; signal?: AbortSignal }

/** The last argument of a call, which may be left out if nothing has to be sent. */
export type Arguments<O> = object extends Sent<O> ? [sent?: Sent<O>] : [sent: Sent<O>]

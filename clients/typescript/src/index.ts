export { BtecClient, type BtecClientOptions, type Proof, type SecondFactor } from './client.js'
export type * from './results.js'
export type { Answer, Method, Operation, PathOf, Schemas } from './routes.js'
export { MemoryTokenStore, type Tokens, type TokenStore } from './tokens.js'

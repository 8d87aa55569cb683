/** The tokens of a session. */
export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** The place that keeps the tokens. */
export interface TokenStore {
  read(): Tokens | undefined
  write(tokens: Tokens | undefined): void
}

/** Keeps the tokens only in memory: no script of another page can read them, and they are gone when the page is. */
export class MemoryTokenStore implements TokenStore {
  #tokens: Tokens | undefined

  read(): Tokens | undefined {
    return this.#tokens
  }

  write(tokens: Tokens | undefined): void {
    this.#tokens = tokens
  }
}

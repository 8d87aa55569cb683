// What the tests do with the client, the same in Node and in a browser.
export const createCommands = (BtecClient, baseUrl) => {
  const requests = []
  let isOffline = false
  const btec = new BtecClient({
    baseUrl,
    fetch: (url, options) => {
      requests.push(`${options.method} ${new URL(url).pathname}`)
      return isOffline ? Promise.reject(new TypeError('offline')) : fetch(url, options)
    },
  })
  return {
    login: ({ email, password }) => btec.login(email, password),
    secondFactor: ({ mfaToken, factor }) => btec.completeSecondFactor(mfaToken, factor),
    stepUp: ({ proof }) => btec.stepUp(proof),
    call: ({ method, path, sent }) => btec.call(method, path, sent),
    // Calls a route many times at once.
    callAtOnce: ({ method, path, times }) => Promise.all(Array.from({ length: times }, () => btec.call(method, path))),
    logout: () => btec.logout(),
    isSignedIn: () => btec.isSignedIn,
    requests: () => requests.splice(0),
    offline: ({ value }) => { isOffline = value },
    abort: async () => {
      const signal = AbortSignal.abort()
      return btec.call('get', '/api/users/me', { signal }).then(result => result.type, error => error.name)
    },
  }
}

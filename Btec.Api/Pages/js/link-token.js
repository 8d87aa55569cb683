// The token of a mailed link. It is in the fragment, which browsers send nowhere, and leaves the address bar and the history at once.

export const takeToken = () => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? new URLSearchParams(location.search).get('token')
  if (token) history.replaceState(null, '', location.pathname)
  // A newer link that is opened in the same tab changes the fragment alone.
  addEventListener('hashchange', () => location.reload())
  return token || undefined
}

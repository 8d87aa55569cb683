// The place in the page is the fragment of its address, so that each view can be bookmarked and sent to a colleague.

export const isPlace = fragment => fragment === '' || fragment.startsWith('#/')

export const readPlace = () => {
  const [path, query = ''] = (isPlace(location.hash) ? location.hash : '').replace(/^#\/?/, '').split('?')
  return { parts: path.split('/').filter(Boolean), query: new URLSearchParams(query) }
}

// Returns the address of a view. Members of the query that are empty are left out.
export const linkTo = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return `#/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`
}

export const goTo = link => { location.hash = link }

// Changes the address without showing the view anew.
export const noteAddress = link => history.replaceState(history.state, '', link)

// Shows what is asked of the server as soon as it is there, or what went wrong, with a way to try again.

import { element, show } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { fault } from './parts.js'

// Returns an element that fills itself with what `read` returns. Of one that is not on the page any more nobody sees it.
export const loaded = read => {
  const place = element('div', { class: 'loading', 'aria-busy': 'true' }, element('p', { class: 'visually-hidden' }, text('wait')))
  const fill = async () => {
    try {
      show(place, await read(place))
    } catch (error) {
      if (error.status === undefined && error.name !== 'AbortError') console.error(error)
      show(place, fault(error, fill))
    }
    place.classList.remove('loading')
    place.removeAttribute('aria-busy')
  }
  fill()
  return place
}

// Returns an element that fills itself, and a function that fills it anew.
export const renewable = read => {
  const place = element('div', {})
  const fill = () => show(place, loaded(read))
  fill()
  return [place, fill]
}

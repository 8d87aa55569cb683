// The keys that are published, and when the next one takes over.

import { element } from '../js/dom.js'
import { text } from '../js/i18n.js'
import { get } from './api.js'
import { loaded } from './load.js'
import { badge, copyable, date, empty, heading, moment, section, table } from './parts.js'

export const title = () => text('admin.keys')

export const show = () => [
  heading(text('admin.keys')),
  element('p', { class: 'muted' }, text('admin.keysLead')),
  element('div', { class: 'card flush' }, loaded(read)),
  section(text('admin.rotateKeys'), [], element('p', { class: 'muted' }, text('admin.rotateKeysLead')),
    ...['--rotate-signing-key', '--revoke-signing-key=KEY_ID'].map(option =>
      element('p', {}, copyable(`dotnet Btec.MigrationService.dll ${option}`, text('admin.copyCommand'))))),
]

const read = async () => {
  const { items } = await get('/api/signing-keys')
  return items.length === 0 ? empty(text('admin.noKeys'))
    : table(text('admin.keys'), [text('admin.keyId'), text('admin.algorithm'), text('admin.state'), text('admin.since'), text('admin.nextRotation')],
      items.map(key => [
        element('code', { class: 'break' }, key.key_id), key.algorithm, stateOf(key), date(key.active_from),
        key.state === 'current' ? moment(key.rotates_at) : '–',
      ]))
}

const stateOf = ({ state }) => state === 'current' ? badge(text('admin.key.current'), 'good')
  : state === 'next' ? badge(text('admin.key.next'), 'strong') : badge(text('admin.key.former'))

// Registers an application, or changes one.

import { createField } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { patch, post } from './api.js'
import { ask, tell } from './dialogs.js'
import { createCheck, createChoice, createLines, readLines } from './fields.js'
import { copyable } from './parts.js'
import { goTo, linkTo } from './place.js'

const route = '/api/oauth-clients'

export const routeOf = client => `${route}/${encodeURIComponent(client.id)}`

export const createClient = async () => {
  const created = await ask({
    title: text('admin.newClient'),
    submit: text('admin.create'),
    fields: [
      createField({ name: 'name', label: text('admin.name'), autocomplete: 'off', autocapitalize: 'words' }),
      createChoice({
        name: 'kind', label: text('admin.kind'), hint: text('admin.confidentialHint'), value: 'confidential',
        options: [['confidential', text('admin.confidential')], ['public', text('admin.public')]],
      }),
      ...createFields({}),
    ],
    send: values => post(route, { name: values.name, is_confidential: values.kind === 'confidential', ...readFields(values) }),
  })
  if (!created) return
  if (created.client_secret) await tellSecret(created)
  goTo(linkTo(`clients/${encodeURIComponent(created.client.id)}`))
}

export const editClient = client => ask({
  title: text('admin.editClient'),
  submit: text('admin.save'),
  fields: [createField({ name: 'name', label: text('admin.name'), value: client.name, autocomplete: 'off' }), ...createFields(client)],
  send: values => patch(routeOf(client), { name: values.name, ...readFields(values) }),
})

export const tellSecret = ({ client_secret }) => tell({
  title: text('admin.secret'), lead: text('admin.secretOnce'), content: copyable(client_secret, text('admin.copySecret')),
})

const createFields = client => [
  createLines({ name: 'redirect_uris', label: text('admin.redirectUris'), hint: text('admin.redirectUrisHint'), lines: client.redirect_uris }),
  createLines({ name: 'post_logout_redirect_uris', label: text('admin.logoutUris'), hint: text('admin.redirectUrisHint'), lines: client.post_logout_redirect_uris }),
  createLines({ name: 'scopes', label: text('admin.scopes'), hint: text('admin.scopesHint'), lines: client.scopes }),
  createLines({ name: 'grant_types', label: text('admin.grantTypes'), hint: text('admin.grantTypesHint'), lines: client.grant_types }),
  createLines({ name: 'resources', label: text('admin.resources'), hint: text('admin.resourcesHint'), lines: client.resources }),
  createField({
    name: 'back_channel_logout_uri', label: text('admin.logoutUri'), hint: text('admin.logoutUriHint'), value: client.back_channel_logout_uri,
    isOptional: true, autocomplete: 'off', inputmode: 'url',
  }),
  createField({ name: 'client_uri', label: text('admin.clientUri'), value: client.client_uri, isOptional: true, autocomplete: 'off', inputmode: 'url' }),
  createCheck({ name: 'is_first_party', label: text('admin.firstPartyLabel'), hint: text('admin.firstPartyHint'), checked: client.is_first_party }),
  createCheck({ name: 'may_introspect', label: text('admin.mayIntrospect'), hint: text('admin.mayIntrospectHint'), checked: client.may_introspect }),
]

// Lists that are empty are left to the defaults of the server.
const readFields = values => ({
  ...Object.fromEntries(['redirect_uris', 'post_logout_redirect_uris', 'scopes', 'grant_types', 'resources']
    .map(name => [name, readLines(values[name])]).filter(([name, lines]) => lines.length > 0 || !['scopes', 'grant_types'].includes(name))),
  back_channel_logout_uri: values.back_channel_logout_uri.trim() || null,
  client_uri: values.client_uri.trim() || null,
  is_first_party: values.is_first_party === 'on',
  may_introspect: values.may_introspect === 'on',
})

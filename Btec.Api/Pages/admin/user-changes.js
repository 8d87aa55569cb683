// The changes of a user that an administrator can make.

import { createField } from '../js/fields.js'
import { text } from '../js/i18n.js'
import { patch, put } from './api.js'
import { ask, confirm } from './dialogs.js'
import { createLines, readLines } from './fields.js'

const change = (user, values) => patch(`/api/users/${user.id}`, values)

export const editName = user => ask({
  title: text('admin.editName'), submit: text('admin.save'),
  fields: [createField({ name: 'full_name', label: text('admin.name'), value: user.full_name, isOptional: true, autocomplete: 'off', autocapitalize: 'words' })],
  send: ({ full_name }) => change(user, { full_name: full_name || null }),
})

export const setEmail = user => ask({
  title: text('admin.setEmail'), lead: text('admin.setEmailLead'), submit: text('admin.save'),
  fields: [createField({ name: 'email', type: 'email', label: text('admin.newEmail'), value: user.email, autocomplete: 'off' })],
  send: values => change(user, values),
})

export const editRoles = user => ask({
  title: text('admin.editRoles'), lead: text('admin.rolesLead'), submit: text('admin.save'),
  fields: [createLines({ name: 'roles', label: text('admin.roles'), hint: text('admin.rolesHint'), lines: user.roles })],
  send: ({ roles }) => put(`/api/users/${user.id}/roles`, { roles: readLines(roles) }),
})

export const setActive = user => user.is_active
  ? confirm({
    title: text('admin.deactivateWho', { who: user.email }), lead: text('admin.deactivateLead'), submit: text('admin.deactivate'),
    send: () => change(user, { is_active: false }),
  })
  : confirm({
    title: text('admin.activateWho', { who: user.email }), lead: text('admin.activateLead'), submit: text('admin.activate'), kind: '',
    send: () => change(user, { is_active: true }),
  })

export const setSuperuser = user => user.is_superuser
  ? confirm({
    title: text('admin.demoteWho', { who: user.email }), lead: text('admin.demoteLead'), submit: text('admin.demote'),
    send: () => change(user, { is_superuser: false }),
  })
  : confirm({
    title: text('admin.promoteWho', { who: user.email }), lead: text('admin.promoteLead'), submit: text('admin.promote'),
    send: () => change(user, { is_superuser: true }),
  })

// Forms that say what is wrong in words, next to the field.

import { element, find, findAll, icon } from './dom.js'
import { text } from './i18n.js'

// Sends a form by a function of its values. What the function throws is shown; while it runs, the form is busy.
export const handle = (form, send) => {
  form.noValidate = true
  for (const password of findAll('input[type="password"]', form)) addReveal(password)
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (form.ariaBusy === 'true') return
    clearErrors(form)
    if (!checkRequired(form)) return
    await whileBusy(form, event.submitter ?? find('button[type="submit"]', form), async () => {
      await send(Object.fromEntries(new FormData(form)), event.submitter?.value)
    })
  })
}

// Runs what a button outside of a form does. The error goes to the alert of the form or card around it.
export const handleButton = (button, act) => button.addEventListener('click', async () => {
  const scope = button.closest('form, [data-step], .card, dialog') ?? document
  if (button.ariaBusy === 'true') return
  clearErrors(scope)
  await whileBusy(scope, button, act)
})

export const showError = (scope, error) => {
  const fields = Object.entries(error.errors ?? {})
  const unknown = fields.filter(([name, message]) => !markField(scope, name, message)).map(([, message]) => message)
  const first = find('[aria-invalid="true"]', scope)
  if (first) first.focus()
  if (!first || unknown.length > 0) showAlert(scope, unknown.length > 0 ? unknown.join(' ') : error.message)
}

// Writes a message next to a field. Returns whether the form has the field.
const markField = (scope, name, message) => {
  const field = find(`[name="${CSS.escape(name)}"]`, scope)
  if (!field || field.type === 'hidden') return false
  const id = `${field.id}-error`
  const place = field.closest('.field')
  const note = find(`#${CSS.escape(id)}`, place) ?? place.appendChild(element('p', { id, class: 'field-error' }))
  note.textContent = message
  field.setAttribute('aria-invalid', 'true')
  const described = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
  field.setAttribute('aria-describedby', [...described.add(id)].join(' '))
  return true
}

const showAlert = (scope, message) => {
  const alert = find('[role="alert"]', scope) ?? find('[role="alert"]')
  alert.className = 'notice danger'
  alert.textContent = message
  alert.scrollIntoView?.({ block: 'nearest' })
}

const clearErrors = scope => {
  for (const alert of findAll('[role="alert"]', scope)) alert.textContent = ''
  for (const field of findAll('[aria-invalid]', scope)) {
    const id = `${field.id}-error`
    find(`#${CSS.escape(id)}`, scope)?.remove()
    field.removeAttribute('aria-invalid')
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(other => other && other !== id)
    if (described.length > 0) field.setAttribute('aria-describedby', described.join(' '))
    else field.removeAttribute('aria-describedby')
  }
}

async function whileBusy(scope, button, act) {
  const form = scope instanceof HTMLFormElement ? scope : undefined
  if (form) form.ariaBusy = 'true'
  if (button) button.ariaBusy = 'true'
  try {
    await act()
  } catch (error) {
    if (error.name === 'AbortError') return
    if (error.status === undefined) console.error(error)
    showError(scope, error.status === undefined ? { message: text('problem.unknown') } : error)
  } finally {
    if (form) form.ariaBusy = null
    if (button) button.ariaBusy = null
  }
}

function checkRequired(form) {
  for (const field of findAll('[required]', form)) {
    if (field.closest('[hidden]')) continue
    if (field.value.trim() === '') markField(form, field.name, text('field.required'))
    else if (field.type === 'email' && field.validity.typeMismatch && !/^[^@\s]+@[^@\s]+$/.test(field.value.trim()))
      markField(form, field.name, text('field.email'))
  }
  const first = find('[aria-invalid="true"]', form)
  first?.focus()
  return !first
}

// A button that shows the password.
function addReveal(field) {
  const eye = icon('M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12Z', 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z', 'M4 4l16 16')
  eye.lastChild.setAttribute('class', 'slash')
  const button = element(
    'button', { type: 'button', class: 'reveal', 'aria-pressed': 'false', 'aria-label': text('password.show'), 'aria-controls': field.id }, eye)
  button.addEventListener('click', () => {
    const isShown = field.type === 'password'
    field.type = isShown ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(isShown))
  })
  field.closest('.with-reveal')?.append(button)
}

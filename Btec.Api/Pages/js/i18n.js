// The texts of the page, which a module in front of this one has brought, in the language that the server has chosen.

const texts = globalThis.pageTexts
const messages = globalThis.serverMessages
const { lang, dataset } = document.documentElement

export const language = lang
export const site = dataset.site

// Returns a text of the catalog, with the values where it names them in braces.
export const text = (key, values = {}) => {
  const found = texts[key]
  if (found === undefined) throw new Error(`There is no text ${key}.`)
  return fill(found, values)
}

export const hasText = key => texts[key] !== undefined

// What a scope allows. Its own description stands in where the catalog does not know it.
export const describeScope = ({ name, description }) => (hasText(`scope.${name}`) ? text(`scope.${name}`) : description || name)

// Returns the plural form for a number: the text whose key ends in .one, .other and so on.
export const textOf = (count, key) => {
  const form = `${key}.${new Intl.PluralRules(lang).select(count)}`
  return text(hasText(form) ? form : `${key}.other`, { count: new Intl.NumberFormat(lang).format(count) })
}

// A message of the API in the language of the page, if the catalog knows it.
export const translate = message => messages[message] ?? message

export const formatDate = moment => new Intl.DateTimeFormat(lang, { dateStyle: 'medium' }).format(new Date(moment))
export const formatTime = moment => new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment))
export const formatNumber = number => new Intl.NumberFormat(lang).format(number)

const fill = (found, values) =>
  found.replace(/\{(\w+)\}/g, (match, name) => (name === 'site' ? site : values[name] ?? match))

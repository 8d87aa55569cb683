// What a scope allows, in the language of the page if the catalog knows it.

import { hasText, text } from './i18n.js'

export const describeScope = ({ name, description }) => (hasText(`scope.${name}`) ? text(`scope.${name}`) : description || name)

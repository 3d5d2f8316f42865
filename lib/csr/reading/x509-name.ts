import type { X509CertificateRequest } from '#lib/csr/model.ts'
import { boundedValue } from '#lib/csr/reading/bounded-value.ts'
import { contentOf, type DerElement, oidOf, TAG } from '#lib/csr/reading/der.ts'
import { guessedText, plainText } from '#lib/csr/reading/der-text.ts'
import { firstOf, type Report } from '#lib/csr/reading/reading-problems.ts'
import { trimmed } from '#lib/csr/reading/trimmed.ts'

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** C0, DEL and C1 controls. */
const CONTROL = /\p{Cc}/u

/**
 * Reads a distinguished name's attributes up to the bound, raw, in the order of the encoding.
 * Reported: a wrong structure, ambiguous string types, empty values, control characters.
 */
export function readName(name: DerElement, report: Report): X509CertificateRequest['subject'] {
  const commonNames: string[] = []
  const organizations: string[] = []
  const others: string[] = []
  for (const { tag, children } of name.children) {
    if (tag !== TAG.set || children.length === 0) report('structure', 'RDN')
  }
  const attributes = name.children.flatMap(({ children }) => children)
  for (const attribute of firstOf('AttributeTypeAndValue', attributes, report)) {
    const [type, value, ...more] = attribute.children
    const oid = oidOf(type)
    const isPair = attribute.tag === TAG.sequence && more.length === 0
    if (!isPair || oid === '' || value === undefined) {
      report('structure', 'AttributeTypeAndValue')
      continue
    }
    const text = readValue(value, attributeName(oid), report)
    if (oid === COMMON_NAME) commonNames.push(text)
    else if (oid === ORGANIZATION) organizations.push(text)
    else others.push(`${oid}=${text}`)
  }
  return {
    commonNames: trimmed(commonNames),
    organizations: trimmed(organizations),
    others: trimmed(others),
  }
}

function readValue(value: DerElement, where: string, report: Report): string {
  const bytes = contentOf(value)
  const text = plainText(value.tag, bytes)
  if (text === null) {
    const plain =
      value.tag === TAG.utf8String ||
      value.tag === TAG.printableString ||
      value.tag === TAG.ia5String
    if (plain) report('badString', where)
    else report('stringType', `${where} (${stringTypeName(value.tag)})`)
    return boundedValue(where, guessedText(value.tag, bytes), report)
  }
  // Go omits an empty CN from the certificate, but keeps an empty O.
  if (text === '') report('emptyValue', where)
  if (CONTROL.test(text)) report('controlCharacter', where)
  return boundedValue(where, text, report)
}

function attributeName(oid: string): string {
  if (oid === COMMON_NAME) return 'CN'
  return oid === ORGANIZATION ? 'O' : oid
}

const STRING_TYPES: Readonly<Record<number, string>> = {
  18: 'NumericString',
  20: 'TeletexString',
  26: 'VisibleString',
  27: 'GeneralString',
  28: 'UniversalString',
  30: 'BMPString',
}

function stringTypeName(tag: number): string {
  return STRING_TYPES[tag] ?? `0x${tag.toString(16).padStart(2, '0')}`
}

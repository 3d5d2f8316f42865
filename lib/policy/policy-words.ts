import { policySchema } from '#lib/policy/approval-policy.ts'
import { didYouMean } from '#lib/policy/nearest.ts'
import type { Path } from '#lib/policy/yaml-place.ts'

/** What zod found, as far as it is told. */
export interface ShapeIssue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  readonly expected?: string
  readonly maximum?: number | bigint
  readonly minimum?: number | bigint
  readonly origin?: string
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'a text: put it in quotes',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}

/** What a text has to look like, where its form is not named by the value itself. */
const FORMS: Readonly<Record<string, string>> = {
  maxExpiration: 'must be minutes, hours or days, as 90m, 24h or 366d',
  within: 'must be minutes, hours or days, as 90m, 24h or 1d',
  allowedNames: 'must be a name, in which * and ? may stand for other characters',
  signers: 'must be the name of one signer, as example.com/my-signer',
  name: 'must be at most 63 letters, digits, spaces, dots, dashes and underscores',
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' values' }

/** `value` is the whole document. */
export function shapeWords(issue: ShapeIssue, path: Path, document: unknown): string {
  const field = path.findLast((part) => typeof part === 'string')
  const what =
    field === undefined
      ? 'The document'
      : typeof path.at(-1) === 'number'
        ? `This of ${field}`
        : field
  const unit = UNITS[issue.origin ?? ''] ?? ''
  switch (issue.code) {
    case 'invalid_type':
      if (valueAt(document, path) === undefined) return `${what} is missing`
      return `${what} must be ${TYPES[issue.expected ?? ''] ?? issue.expected ?? 'something else'}`
    case 'invalid_value':
      return `${what} must be ${oneOf(issue.values ?? [], valueAt(document, path))}`
    case 'too_big':
      return `${what} must ${unit === '' ? 'be' : 'have'} at most ${issue.maximum}${unit}`
    case 'too_small':
      return issue.origin === 'string'
        ? `${what} must not be empty`
        : `${what} must be at least ${issue.minimum}`
    case 'invalid_format':
      return `${what} ${FORMS[field ?? ''] ?? 'is not written as it should be'}`
    default:
      return `${what} ${issue.message}`
  }
}

export function unknownFieldWords(field: string, path: Path): string {
  return `There is no field ${JSON.stringify(field)} here${didYouMean(field, fieldsAt(path))}`
}

const FEW = 5

function oneOf(values: readonly unknown[], value: unknown): string {
  const texts = values.map(String)
  if (texts.length <= FEW) return texts.join(' or ')
  return `one of ${texts.length} names${didYouMean(String(value), texts)}`
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = Reflect.get(value, part)
  }
  return value
}

let schema: object | null = null

/** The names of the fields there, as the schema has them. */
function fieldsAt(path: Path): readonly string[] {
  schema ??= policySchema()
  let at: unknown = schema
  for (const part of path) {
    at = valueAt(at, typeof part === 'number' ? ['items'] : ['properties', part])
  }
  return Object.keys(Object(valueAt(at, ['properties'])))
}

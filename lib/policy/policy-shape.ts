import { type CAUSES, type Cause, type CauseCode, cause } from '#lib/csr/cause.ts'
import { policySchema, type Wrong } from '#lib/policy/approval-policy.ts'
import { nearest } from '#lib/policy/nearest.ts'
import type { Path } from '#lib/policy/yaml-place.ts'

/** The part of a zod issue that causes are made from. */
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
  /** The answer of a refinement. */
  readonly params?: { readonly wrong?: Wrong } | undefined
}

/** Causes whose only value is the field's name. */
type OfField = {
  [Code in CauseCode]: (typeof CAUSES)[Code] extends { readonly field: 'text' }
    ? keyof (typeof CAUSES)[Code] extends 'field'
      ? Code
      : never
    : never
}[CauseCode]

const TYPES: Readonly<Record<string, OfField>> = {
  object: 'fieldNotAMap',
  array: 'fieldNotAList',
  string: 'fieldNotAText',
  boolean: 'fieldNotAFlag',
  number: 'fieldNotANumber',
  int: 'fieldNotWhole',
}

/** Expected form of a text, where the value does not name its own form. */
const FORMS: Readonly<Record<string, OfField>> = {
  maxExpiration: 'fieldNoExpiration',
  within: 'fieldNoTimeSpan',
  allowedNames: 'fieldNoPattern',
  signers: 'fieldNoSigner',
  name: 'fieldNoRuleName',
}

const SIZES: Readonly<Record<string, 'fieldTooLong' | 'fieldTooMany'>> = {
  string: 'fieldTooLong',
  array: 'fieldTooMany',
}

/** The document's kind, which names the document as a whole. */
const DOCUMENT = 'ApprovalPolicy'

/** Cause of one zod issue; `value` is the whole document. */
export function shapeCause(issue: ShapeIssue, path: Path, document: unknown): Cause {
  const name = path.findLast((part) => typeof part === 'string')
  const last = path.at(-1)
  const field = name === undefined ? DOCUMENT : typeof last === 'number' ? `${name}[${last}]` : name
  switch (issue.code) {
    case 'invalid_type': {
      if (valueAt(document, path) === undefined) return cause('fieldMissing', { field })
      const known = TYPES[issue.expected ?? '']
      if (known !== undefined) return cause(known, { field })
      return cause('fieldOfOtherType', { field, type: issue.expected ?? '' })
    }
    case 'invalid_value':
      return notOneOf(field, issue.values ?? [], valueAt(document, path))
    case 'too_big': {
      const most = Number(issue.maximum)
      return cause(SIZES[issue.origin ?? ''] ?? 'fieldTooLarge', { field, most })
    }
    case 'too_small':
      return issue.origin === 'string'
        ? cause('fieldEmpty', { field })
        : cause('fieldTooSmall', { field, least: Number(issue.minimum) })
    case 'invalid_format':
      return cause(FORMS[name ?? ''] ?? 'fieldBadForm', { field })
    default:
      return issue.params?.wrong === undefined
        ? cause('fieldSaid', { field, said: issue.message })
        : ofField(issue.params.wrong, field)
  }
}

export function unknownField(field: string, path: Path): Cause {
  const meant = nearest(field, fieldsAt(path))
  return meant === null
    ? cause('fieldUnknown', { field })
    : cause('fieldUnknownNear', { field, meant })
}

function ofField({ code, values }: Wrong, field: string): Cause {
  return { code, values: { field, ...values } }
}

function notOneOf(field: string, values: readonly unknown[], value: unknown): Cause {
  const texts = values.map(String)
  if (texts.length <= 5) return cause('fieldNotOneOf', { field, values: texts.join(', ') })
  const meant = nearest(String(value), texts)
  const count = texts.length
  return meant === null
    ? cause('fieldNotOneOfMany', { field, count })
    : cause('fieldNotOneOfManyNear', { field, count, meant })
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

/** Names of the fields at this path, from the schema. */
function fieldsAt(path: Path): readonly string[] {
  schema ??= policySchema()
  let at: unknown = schema
  for (const part of path) {
    at = valueAt(at, typeof part === 'number' ? ['items'] : ['properties', part])
  }
  return Object.keys(Object(valueAt(at, ['properties'])))
}

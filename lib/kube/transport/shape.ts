import { type Cause, type CauseCode, cause } from '#lib/csr/cause.ts'

/** Strict reading of the API server's objects. Callers catch a ProjectionError. */

/** An object that breaks the API's promise: it is counted as unreadable, never guessed at. */
export class ProjectionError extends Error {
  override readonly name = 'ProjectionError'
  readonly causes: readonly Cause[]

  constructor(why: Cause) {
    super(`${why.code} ${why.values.field}`)
    this.causes = [why]
  }
}

export type Fields = Readonly<Record<string, unknown>>

/** The fields of a Kubernetes API type, all unread. */
export type Unread<Of> = { readonly [Field in keyof Of]?: unknown }

/**
 * `Of` is a `V1…` type of the Kubernetes client: it gives field names, and vouches for no value.
 */
export function fieldsOf<Of = Fields>(value: unknown, at: string): Unread<Of> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw wrong(at, 'notAnObject')
}

/** Absent and null both mean "empty" to the API server. */
export function optionalFields<Of = Fields>(value: unknown, at: string): Unread<Of> {
  return value === undefined || value === null ? {} : fieldsOf<Of>(value, at)
}

/** A non-empty text. */
export function requiredText(value: unknown, at: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw wrong(at, 'notText')
}

export function optionalText(value: unknown, at: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  throw wrong(at, 'notText')
}

export function optionalNumber(value: unknown, at: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw wrong(at, 'notANumber')
}

export function optionalFlag(value: unknown, at: string): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  throw wrong(at, 'notAFlag')
}

export function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrong(at, 'notAListOf')
}

export function textsOf(value: unknown, at: string): readonly string[] {
  return listOf(value, at).map((item) => {
    if (typeof item === 'string') return item
    throw wrong(at, 'notTexts')
  })
}

type Wrong = Extract<
  CauseCode,
  `not${'AnObject' | 'Text' | 'ANumber' | 'AFlag' | 'AListOf' | 'Texts'}`
>

function wrong(field: string, code: Wrong): ProjectionError {
  return new ProjectionError(cause(code, { field }))
}

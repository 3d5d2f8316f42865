import type { Cause } from '#lib/csr/cause.ts'

/** One problem of a document, and its position. */
export interface PolicyProblem {
  /** Both counted from 1. */
  readonly line: number
  readonly column: number
  /** `spec.rules[0].cel`; '' for the document itself. */
  readonly path: string
  /** Cause for the author; its values may be the author's words. */
  readonly cause: Cause
}

import type { Cause } from '#lib/csr/cause.ts'

/** What is wrong with a document, and where. */
export interface PolicyProblem {
  /** Both counted from 1. */
  readonly line: number
  readonly column: number
  /** `spec.rules[0].cel`; '' for the document itself. */
  readonly path: string
  /** For whoever wrote it; its values may be their words. */
  readonly cause: Cause
}

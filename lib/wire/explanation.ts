import type { Sentence } from '#lib/csr/cause.ts'

/** A reason. The page words `causes` in its reader's language. */
export interface Explanation {
  /** The reason in English, for scripts, and for a page that does not know one of the codes. */
  readonly detail: string
  readonly causes: readonly Sentence[]
}

/** A reason that may be missing. */
export interface OptionalExplanation extends Omit<Explanation, 'detail'> {
  readonly detail: string | null
}

export const NO_EXPLANATION: OptionalExplanation = { detail: null, causes: [] }

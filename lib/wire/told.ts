import type { Sentence } from '#lib/csr/cause.ts'

/** Why something is so. The page words `causes` in its reader's language. */
export interface Told {
  /** The same in English, for scripts, and for a page that does not know one of the codes. */
  readonly detail: string
  readonly causes: readonly Sentence[]
}

/** The same where there may be nothing to say. */
export interface MaybeTold extends Omit<Told, 'detail'> {
  readonly detail: string | null
}

export const UNTOLD: MaybeTold = { detail: null, causes: [] }

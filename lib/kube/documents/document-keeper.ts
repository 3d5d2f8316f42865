import type { Cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'

export interface SaveResult {
  readonly outcome:
    | 'saved'
    /** It is no longer what was read: nothing was written. */
    | 'changed'
    /** Whoever saves may not write there. */
    | 'forbidden'
    /** The write may have happened, and could not be read back. */
    | 'unknown'
    | 'error'
  readonly causes?: readonly Cause[]
  /** As whom; '' where the API server does not say, absent where it was not asked. */
  readonly by?: string
}

/** What a place answers; both never reject. */
export interface DocumentKeeper {
  read(): Promise<DocumentReading>
  /** `version` null: where there must be none yet. As `identity`, if the place knows identities. */
  write(text: string, version: string | null, identity: Identity): Promise<SaveResult>
}

export type DocumentReading =
  | { readonly text: string; readonly version: string }
  | { readonly absent: Cause }
  | { readonly unreadable: readonly Cause[] }

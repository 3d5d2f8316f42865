import type { Cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'

export interface SaveResult {
  readonly outcome:
    | 'saved'
    /** The document has changed since it was read; nothing was written. */
    | 'changed'
    /** The saving identity may not write there. */
    | 'forbidden'
    /** The write may have succeeded and could not be read back. */
    | 'unknown'
    | 'error'
  readonly causes?: readonly Cause[]
  /** Username of the writer; '' if the API server does not say, absent if not asked. */
  readonly by?: string
}

/** A document's storage; both functions never reject. */
export interface DocumentKeeper {
  read(): Promise<DocumentReading>
  /**
   * `version` null: the document must not exist yet. `identity` is used where the storage has
   * identities.
   */
  write(text: string, version: string | null, identity: Identity): Promise<SaveResult>
}

export type DocumentReading =
  | { readonly text: string; readonly version: string }
  | { readonly absent: Cause }
  | { readonly unreadable: readonly Cause[] }

import type { Cause } from '#lib/csr/cause.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'

/** Where in a ConfigMap a document may be: in one of these keys. */
export type DocumentKeys = readonly [string, ...string[]]

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

/** Storage of documents, each known by its keys; both functions never reject. */
export interface DocumentKeeper {
  /** Reads documents, all at one moment. */
  read(documents: readonly DocumentKeys[]): Promise<readonly DocumentReading[]>
  /**
   * `version` null: the document must not exist yet. `identity` is used where the storage has
   * identities.
   */
  write(
    keys: DocumentKeys,
    text: string,
    version: string | null,
    identity: ActingIdentity,
  ): Promise<SaveResult>
}

export type DocumentReading =
  | {
      readonly text: string
      readonly version: string
      /** The key of a ConfigMap that holds it. */
      readonly key?: string
      /** Name of the Helm release that owns the ConfigMap, '' if it is unnamed; absent for none. */
      readonly helmRelease?: string
    }
  | { readonly absent: Cause }
  | { readonly unreadable: readonly Cause[] }

export function unreadable(why: Cause): DocumentReading {
  return { unreadable: [why] }
}

import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import type { Explanation, OptionalExplanation } from '#lib/wire/explanation.ts'

/** A document of the admin's: the policy, or the list of expected machines. */
export interface DocumentAnswer<Problem> {
  /** Null for a document pasted here, which ends with this process. */
  readonly place: DocumentPlace | null
  /** The key of the ConfigMap that holds the document, or would hold it. */
  readonly key: string
  /**
   * The Helm release that owns the ConfigMap, '' if unnamed, null for none. The release's next
   * upgrade overwrites a save.
   */
  readonly helmRelease: string | null
  /** The stored text, valid or not; null when there is none, or when it could not be read. */
  readonly text: string | null
  /** The version to which a save is bound; null when there is none. */
  readonly version: string | null
  /** Reason that the place holds no document or cannot be read; null after a successful reading. */
  readonly trouble: Explanation | null
  /** Reasons that the stored text is refused: the last valid text stays in force. */
  readonly problems: readonly Problem[]
  /** Whether this identity may save there; null while the API server has not answered. */
  readonly mayEdit: boolean | null
}

/** The problems of a draft, line by line, or the effect of saving it. */
export type DocumentPreview<Problem, Effect> = { readonly problems: readonly Problem[] } | Effect

export interface DocumentDraft {
  readonly text: string
}

/** A save. An empty text removes a list that is kept in memory. */
export interface DocumentBody extends DocumentDraft {
  /** Version of the replaced text; null when there was none. */
  readonly version: string | null
}

export interface DocumentSaved<Problem> extends OptionalExplanation {
  /** `refused`: the text has `problems`. `changed`: another text was saved since. Neither wrote. */
  readonly outcome: 'saved' | 'refused' | 'changed' | 'forbidden' | 'unknown' | 'error'
  readonly problems: readonly Problem[]
}

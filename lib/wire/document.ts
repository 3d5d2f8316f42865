import type { Explanation, OptionalExplanation } from '#lib/wire/explanation.ts'

/** Where a document of the admin's is kept. */
export type DocumentPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'configMap'; readonly namespace: string; readonly name: string }

/** A document of the admin's: the policy, or the list of expected machines. */
export interface DocumentAnswer<Problem> {
  /** Null: pasted here, and gone with this process. */
  readonly place: DocumentPlace | null
  /** The key of a ConfigMap that holds it, or would. */
  readonly key: string
  /**
   * The Helm release that owns the ConfigMap, '' if unnamed, null for none: its next upgrade puts its
   * own text back.
   */
  readonly helmRelease: string | null
  /** As it is kept there, good or bad; null when there is none, or none that could be read. */
  readonly text: string | null
  /** The version that a save is bound to; null when there is none. */
  readonly version: string | null
  /** Why the place holds no document, or cannot be read; null after a good reading. */
  readonly trouble: Explanation | null
  /** Why that text is refused: the last good one then stays in force. */
  readonly problems: readonly Problem[]
  /** Whether this identity may save there; null while the API server has not said. */
  readonly mayEdit: boolean | null
}

/** The problems of a draft, line by line, or the effect of saving it. */
export type DocumentPreview<Problem, Effect> = { readonly problems: readonly Problem[] } | Effect

export interface DocumentDraft {
  readonly text: string
}

/** A save. An empty text forgets a list that is kept in memory. */
export interface DocumentBody extends DocumentDraft {
  /** Version of the replaced text; null when there was none. */
  readonly version: string | null
}

export interface DocumentSaved<Problem> extends OptionalExplanation {
  /** `refused`: the text has `problems`. `changed`: another text was saved since. Neither wrote. */
  readonly outcome: 'saved' | 'refused' | 'changed' | 'forbidden' | 'unknown' | 'error'
  readonly problems: readonly Problem[]
}

/** Largest document in bytes of UTF-8: the most that a ConfigMap can hold. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024

/** The place where a document of the admin's is stored: the policy, or the list. */
export type DocumentPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'configMap'; readonly namespace: string; readonly name: string }

export type ConfigMapPlace = Extract<DocumentPlace, { readonly kind: 'configMap' }>

import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import type { DocumentKeys } from '#lib/kube/documents/document-keeper.ts'

/**
 * The admin's documents, each with its keys in a ConfigMap. `paused` is the kill switch: "false" lets
 * the automatic approver act, any other text stops it. `released` is the time at which a person last
 * released the approver's brake.
 */
export const DOCUMENT_KEYS = {
  policy: ['policy.yaml'],
  expected: ['machines.csv', 'machines.yaml'],
  paused: ['paused'],
  released: ['released'],
} as const satisfies Readonly<Record<string, DocumentKeys>>

export type DocumentName = keyof typeof DOCUMENT_KEYS

const CONFIG_MAP = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/

/** A file, or a ConfigMap as `configmap:<namespace>/<name>`. */
export function readPlace(
  text: string,
  what: string,
): DocumentPlace | { readonly problem: string } {
  if (text !== '' && !text.startsWith('configmap:')) return { kind: 'file', path: text }
  const [, namespace, name] = CONFIG_MAP.exec(text.slice('configmap:'.length)) ?? []
  return namespace === undefined || name === undefined
    ? { problem: `"${text}" is no place for the ${what}: configmap:<namespace>/<name>, or a file.` }
    : { kind: 'configMap', namespace, name }
}

/** Place of each document; null for none. The switch and the release are beside the policy. */
export function placesOf(
  policy: DocumentPlace | null,
  expected: DocumentPlace | null,
): Readonly<Record<DocumentName, DocumentPlace | null>> {
  return {
    policy,
    expected,
    paused: policy === null ? null : besideOf(policy, 'paused'),
    released: policy === null ? null : besideOf(policy, 'released'),
  }
}

/** The place of a document beside another: in its ConfigMap, or in its folder. */
function besideOf(place: DocumentPlace, name: DocumentName): DocumentPlace {
  if (place.kind === 'configMap') return place
  const folder = place.path.slice(0, place.path.lastIndexOf('/') + 1)
  return { kind: 'file', path: folder + DOCUMENT_KEYS[name][0] }
}

/** Storage place of an admin's document. */
export type DocumentPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'configMap'; readonly namespace: string; readonly name: string }

const CONFIG_MAP = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/

/** A file, or a ConfigMap as `configmap:<namespace>/<name>`; null for none. */
export function readPlace(
  text: string | undefined,
  what: string,
): DocumentPlace | { readonly problem: string } | null {
  if (text === undefined || text === '') return null
  if (!text.startsWith('configmap:')) return { kind: 'file', path: text }
  const [, namespace, name] = CONFIG_MAP.exec(text.slice('configmap:'.length)) ?? []
  return namespace === undefined || name === undefined
    ? { problem: `"${text}" is no place for the ${what}: configmap:<namespace>/<name>, or a file.` }
    : { kind: 'configMap', namespace, name }
}

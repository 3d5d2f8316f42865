import { escapeCharacter } from '#lib/csr/escape.ts'
import type { ConfigMapPlace, DocumentPlace } from '#lib/csr/policy/admin-document.ts'

/** The place as text: a file's path, or `namespace/name`. */
export function placeText(place: DocumentPlace): string {
  return place.kind === 'file' ? place.path : `${place.namespace}/${place.name}`
}

/**
 * Manifest for `kubectl apply -f` that puts the text there. Other keys of the ConfigMap, such as the
 * kill switch, are not in it and stay unchanged.
 */
export function manifestOf(place: ConfigMapPlace, key: string, text: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  namespace: ${JSON.stringify(place.namespace)}
  name: ${JSON.stringify(place.name)}
data:
  ${key}: ${scalar(text)}
`
}

/** Values of the chart that hold the text, for `helm upgrade --values`. */
export function valuesOf(
  { section, field }: { readonly section: string; readonly field: string },
  text: string,
): string {
  return `${section}:\n  ${field}: ${scalar(text)}\n`
}

/**
 * kubectl's YAML refuses these characters, or reads them as line feeds, unless they are escaped.
 */
const UNSAFE = /[\x7f-\x9f\u2028\u2029\ufeff]/g

/** A YAML block that a person can read, where one holds the text exactly; else a quoted string. */
function scalar(text: string): string {
  const isPlain = /^[^\s][\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufdff]*$/.test(text)
  // YAML readers differ about blank lines at the end, and about lines of white space.
  if (!isPlain || /\n\n$/.test(text) || /(^|\n)[ \t]+(\n|$)/.test(text)) {
    return JSON.stringify(text).replace(UNSAFE, escapeCharacter)
  }
  const lines = text.replace(/\n$/, '').split('\n')
  const block = lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')
  return `${text.endsWith('\n') ? '|' : '|-'}\n${block}`
}

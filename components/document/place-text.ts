import type { DocumentPlace } from '#lib/query/document-queries.ts'

/** The place as text: a file's path, or `namespace/name`. */
export function placeText(place: DocumentPlace): string {
  return place.kind === 'file' ? place.path : `${place.namespace}/${place.name}`
}

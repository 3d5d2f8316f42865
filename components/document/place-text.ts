import type { DocumentPlace } from '#lib/query/draft.ts'

/** A file's path, or `namespace/name`. */
export function placeText(place: DocumentPlace): string {
  return place.kind === 'file' ? place.path : `${place.namespace}/${place.name}`
}

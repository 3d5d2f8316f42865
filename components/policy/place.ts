import type { PolicyDocument } from '#lib/query/policy.ts'

export function placeText(place: PolicyDocument['place']): string {
  return place.kind === 'file' ? place.path : `${place.namespace}/${place.name}`
}

import type { Target } from '#sandbox/resource-api.ts'
import type { ServedResource } from '#sandbox/served-resources.ts'

/** Resource and object of a path; null for an unserved one. Segments are decoded one by one. */
export function readPath(path: string, served: readonly ServedResource[]): Target | null {
  const segments = path.split('/').slice(1)
  const [root] = segments
  const [group, version, ...rest] = root === 'api' ? ['', ...segments.slice(1)] : segments.slice(1)
  if (root !== 'api' && root !== 'apis') return null
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status'
  const namespace = inNamespace ? decode(rest[1]) : ''
  const [plural, name, subresource, ...more] = inNamespace ? rest.slice(2) : rest
  const resource = served.find(
    (one) => one.group === group && one.version === version && one.plural === plural,
  )
  if (resource === undefined || more.length > 0) return null
  const decoded = name === undefined ? '' : decode(name)
  if (namespace === null || decoded === null || name === '') return null
  if (resource.namespaced !== inNamespace && (inNamespace || decoded !== '')) return null
  if (subresource !== undefined && !resource.subresources.includes(subresource)) return null
  return { resource, namespace, name: decoded, subresource: subresource ?? '' }
}

function decode(segment: string | undefined): string | null {
  try {
    return decodeURIComponent(segment ?? '')
  } catch {
    return null
  }
}

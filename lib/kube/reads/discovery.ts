import { groupPath, type Resource } from '#lib/kube/objects/resources.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'

/**
 * The collection's path in the newest version that both sides know; null if the cluster lacks this
 * API. Every user may ask this, whereas a forbidden LIST does not tell a missing API from a missing
 * right.
 */
export async function discover<T>(
  identity: Identity,
  resource: Resource<T>,
  signal: AbortSignal,
): Promise<string | null> {
  const path = (version: string) => `${groupPath(resource.group)}/${version}`
  const [newest = 'v1'] = resource.versions
  if (!resource.optional) return `${path(newest)}/${resource.plural}`
  try {
    const group = await call(identity, { method: 'GET', path: groupPath(resource.group), signal })
    const served = new Set(itemsOf(group.body, 'versions').map((item) => textOf(item, 'version')))
    const version = resource.versions.find((candidate) => served.has(candidate))
    if (version === undefined) return null
    const list = await call(identity, { method: 'GET', path: path(version), signal })
    const names = itemsOf(list.body, 'resources').map((item) => textOf(item, 'name'))
    return names.includes(resource.plural) ? `${path(version)}/${resource.plural}` : null
  } catch (error) {
    if (isNotFound(error)) return null
    // Discovery is hidden: the LIST itself will show.
    if (isForbidden(error)) return `${path(newest)}/${resource.plural}`
    throw error
  }
}

function itemsOf(body: unknown, field: string): readonly unknown[] {
  if (typeof body !== 'object' || body === null) return []
  const items: unknown = Reflect.get(body, field)
  return Array.isArray(items) ? items : []
}

function textOf(item: unknown, field: string): string {
  if (typeof item !== 'object' || item === null) return ''
  const value: unknown = Reflect.get(item, field)
  return typeof value === 'string' ? value : ''
}

import { cause } from '#lib/csr/cause.ts'
import { isTooLarge, KubeError } from '#lib/kube/errors.ts'
import type { Identity } from '#lib/kube/identity.ts'
import { pluralOf, type Resource } from '#lib/kube/resources.ts'
import { metadataText } from '#lib/kube/set-aside.ts'
import { call } from '#lib/kube/transport.ts'

export interface Listing<T> {
  readonly items: readonly T[]
  /** Those that could not be projected, as they came. */
  readonly setAside: readonly unknown[]
  /** Where a watch goes on from. */
  readonly resourceVersion: string
}

export interface ListFacts<T> {
  readonly path: string
  readonly resource: Resource<T>
  readonly signal: AbortSignal
  /** After each page. */
  readonly onPage: () => void
}

export const PAGE_TIMEOUT_MS = 30_000
/** Ten times what this product is built for: a list without end is a broken server. */
const MAX_ITEMS = 200_000
/** An API server may answer a page without objects before the last one: not for ever. */
const MAX_EMPTY_PAGES = 10

/**
 * The whole collection, page by page, each projected before the next is asked for, so that the
 * raw objects of one page are all that is ever held. Rejects with a KubeError, `isGone` when the
 * continue token has expired: the pages so far are then worth nothing. A list that repeats a token, or
 * that has more empty pages than it may, is `malformed`: each further page would be asked for at once.
 */
export async function list<T>(identity: Identity, facts: ListFacts<T>): Promise<Listing<T>> {
  const { path, resource, signal } = facts
  const items: T[] = []
  const setAside: unknown[] = []
  let limit = resource.pageSize
  let token: string | undefined
  const tokens = new Set<string>()
  let emptyPages = 0
  for (;;) {
    const query = { limit, continue: token }
    let body: unknown
    try {
      const timeoutMs = PAGE_TIMEOUT_MS
      body = (await call(identity, { method: 'GET', path, query, signal, timeoutMs })).body
    } catch (error) {
      // Some objects are huge: fewer of them fit.
      if (!isTooLarge(error) || limit === 1) throw error
      limit = Math.max(1, Math.floor(limit / 10))
      continue
    }
    const page = pageItems(body)
    for (const raw of page) {
      try {
        items.push(resource.project(raw))
      } catch {
        setAside.push(raw)
      }
    }
    facts.onPage()
    const next = metadataText(body, 'continue')
    if (next === null) return { items, setAside, resourceVersion: versionOf(body) }
    if (items.length + setAside.length > MAX_ITEMS) {
      const why = cause('tooManyObjects', { most: MAX_ITEMS, resource: pluralOf(resource) })
      throw new KubeError(why, { kind: 'tooLarge' })
    }
    if (page.length === 0) emptyPages += 1
    if (tokens.has(next) || emptyPages > MAX_EMPTY_PAGES) {
      throw withoutEnd(pluralOf(resource), emptyPages > MAX_EMPTY_PAGES)
    }
    tokens.add(next)
    token = next
    // Others get their turn: a page is parsed in one go.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

function withoutEnd(resource: string, isEmpty: boolean): KubeError {
  const why = isEmpty
    ? cause('listEmptyPages', { most: MAX_EMPTY_PAGES, resource })
    : cause('listRepeated', { resource })
  return new KubeError(why, { kind: 'malformed' })
}

function pageItems(body: unknown): readonly unknown[] {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : 0
  if (Array.isArray(items)) return items
  // An empty list of Go's may be null.
  if (items === null) return []
  throw new KubeError(cause('notAList'), { kind: 'malformed' })
}

function versionOf(body: unknown): string {
  const version = metadataText(body, 'resourceVersion')
  if (version !== null) return version
  throw new KubeError(cause('listWithoutVersion'), { kind: 'malformed' })
}

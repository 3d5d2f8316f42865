import { cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { pluralOf, type Resource } from '#lib/kube/resources.ts'
import { isTooLarge, KubeError } from '#lib/kube/transport/errors.ts'
import { type Answer, call } from '#lib/kube/transport/transport.ts'
import { metadataText, withoutContents } from '#lib/kube/watch/set-aside.ts'
import { isUsableToken, readWholeList } from '#lib/kube/watch/whole-list.ts'

export interface Listing<T> {
  readonly items: readonly T[]
  /** Those that could not be projected: which they are, and nothing else. */
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
/** The API server reads all of a list before it answers with any, and gives itself a minute. */
const WHOLE_TIMEOUT_MS = 60_000
/** Ten times what this product is built for: a list without end is a broken server. */
const MAX_ITEMS = 200_000
/** An API server may answer a page without objects before the last one: not for ever. */
const MAX_EMPTY_PAGES = 10
/**
 * A page is parsed in one go, and an object with nothing but keys takes 33 ms a MB: what keeps it below
 * 100 ms. An object by itself may have 1.5 MiB in etcd; in JSON a control character is six times as long,
 * and a condition with nothing in it eight times.
 */
const MOST_PAGE_BYTES = 3 * 1024 * 1024
export const MOST_OBJECT_BYTES = 16 * 1024 * 1024
/** After a page that had to be smaller the next is larger by no more than this. */
const MOST_GROWTH = 4

/**
 * The whole collection, page by page, each projected before the next is asked for, so that the
 * raw objects of one page are all that is ever held. Rejects with a KubeError, `isGone` when the
 * continue token has expired: the pages so far are then worth nothing. A list that repeats a token, or
 * that has more empty pages than it may, is `malformed`: each further page would be asked for at once.
 * Where a page ends with an object whose name makes the token too long to be sent back, the whole list
 * is read anew in one answer.
 */
export async function list<T>(identity: Identity, facts: ListFacts<T>): Promise<Listing<T>> {
  const { path, resource, signal } = facts
  const items: T[] = []
  const setAside: unknown[] = []
  const take = (raw: unknown) => {
    try {
      items.push(resource.project(raw))
    } catch {
      setAside.push(withoutContents(raw))
    }
    if (items.length + setAside.length <= MAX_ITEMS) return
    const why = cause('tooManyObjects', { most: MAX_ITEMS, resource: pluralOf(resource) })
    throw new KubeError(why, { kind: 'tooLarge' })
  }
  let limit = resource.pageSize
  let token: string | undefined
  const tokens = new Set<string>()
  let emptyPages = 0
  for (;;) {
    const query = { limit, continue: token }
    const maxBytes = limit === 1 ? MOST_OBJECT_BYTES : MOST_PAGE_BYTES
    const timeoutMs = PAGE_TIMEOUT_MS
    let answer: Answer
    try {
      answer = await call(identity, { method: 'GET', path, query, signal, timeoutMs, maxBytes })
    } catch (error) {
      // Some objects are huge: fewer of them fit.
      if (!isTooLarge(error) || limit === 1) throw error
      limit = Math.max(1, Math.floor(limit / 10))
      continue
    }
    const { body } = answer
    const page = pageItems(body)
    for (const raw of page) take(raw)
    facts.onPage()
    const next = metadataText(body, 'continue')
    if (next === null) return { items, setAside, resourceVersion: versionOf(body) }
    if (!isUsableToken(next)) {
      items.length = 0
      setAside.length = 0
      const whole = await readWholeList(identity, {
        path,
        signal,
        silenceMs: WHOLE_TIMEOUT_MS,
        maxItemBytes: MOST_OBJECT_BYTES,
        onItem: take,
        onPiece: facts.onPage,
      })
      return { items, setAside, resourceVersion: versionOf(whole) }
    }
    if (page.length === 0) emptyPages += 1
    if (tokens.has(next) || emptyPages > MAX_EMPTY_PAGES) {
      throw withoutEnd(pluralOf(resource), emptyPages > MAX_EMPTY_PAGES)
    }
    tokens.add(next)
    token = next
    limit = Math.min(resource.pageSize, nextLimit(limit, answer.bytes))
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

/** As many more as there was room for: half a page, so that objects of about that size fit. */
function nextLimit(limit: number, bytes: number): number {
  const room = Math.floor((limit * MOST_PAGE_BYTES) / 2 / Math.max(1, bytes))
  return Math.max(limit, Math.min(limit * MOST_GROWTH, room))
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

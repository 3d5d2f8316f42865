import { cause } from '#lib/csr/cause.ts'
import { pluralOf, type Resource } from '#lib/kube/objects/resources.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { isTooLarge, KubeError } from '#lib/kube/transport/errors.ts'
import { createItemSplitter } from '#lib/kube/transport/item-splitter.ts'
import { optionalFields } from '#lib/kube/transport/shape.ts'
import {
  type Answer,
  asKubeError,
  call,
  parseJson,
  type Query,
  queryText,
  send,
  tooLarge,
} from '#lib/kube/transport/transport.ts'
import { metadataText, withoutContents } from '#lib/kube/watch/set-aside.ts'

export interface Listing<T> {
  readonly items: readonly T[]
  /** Objects that could not be projected, reduced to their identity. */
  readonly setAside: readonly unknown[]
  /** Version to watch from; null where the list was left at the resource's most objects. */
  readonly resourceVersion: string | null
}

export interface ListFacts<T> {
  readonly path: string
  readonly resource: Resource<T>
  readonly signal: AbortSignal
  /** Called after each page, with its objects. */
  readonly onPage: (items: readonly T[]) => void
}

export const PAGE_TIMEOUT_MS = 30_000
/** The API server reads the whole list before it answers, for up to a minute. */
const WHOLE_TIMEOUT_MS = 60_000
/** Most pages without objects that a list may have before its last. */
const MAX_EMPTY_PAGES = 10
/**
 * A page is parsed at once; 33 ms a MB at worst keeps it below 100 ms. One object has up to 1.5 MiB
 * in etcd; in JSON a control character is six times as long, an empty condition eight times.
 */
const MOST_PAGE_BYTES = 3 * 1024 * 1024
/**
 * Node keeps a text of 1,031,913 bytes outside V8's heap, and V8 collects all old objects for each 64
 * MB of such texts: five times in the start of the largest cluster.
 */
const BEST_PAGE_BYTES = 1_000_000
export const MOST_OBJECT_BYTES = 16 * 1024 * 1024
/**
 * Longest continue token to send back: Go reads 1 MiB of headers, a proxy 8 KiB of request line. A
 * name of 253 characters makes a token of 450; a name has up to 490 kB.
 */
const LONGEST_TOKEN = 2 * 1024
/** Largest growth of the next page after a smaller one. */
const MOST_GROWTH = 4

/**
 * The collection page by page, each projected before the next, so that only one page is raw. Ends
 * early with more than the resource's most objects, so that an endless list costs no more.
 * Rejects with a KubeError: `isGone` for an expired continue token, `malformed` for a repeated
 * token or too many empty pages. Where a token is too long to send back (a huge object name), the
 * list is read again in one answer.
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
  }
  const isTooLong = () => items.length + setAside.length > resource.most
  let limit = resource.pageSize
  let token: string | undefined
  const tokens = new Set<string>()
  let emptyPages = 0
  for (;;) {
    const query = { fieldSelector: resource.fieldSelector, limit, continue: token }
    const maxBytes = limit === 1 ? MOST_OBJECT_BYTES : MOST_PAGE_BYTES
    const timeoutMs = PAGE_TIMEOUT_MS
    const taken = items.length
    const request = { method: 'GET', path, query, signal, timeoutMs, maxBytes } as const
    const page = await call(identity, request).then(
      (answer) => takePage(answer, take),
      (error: unknown) => {
        if (isTooLarge(error) && limit > 1) return null
        throw error
      },
    )
    if (page === null) {
      // Huge objects: ask for fewer.
      limit = Math.max(1, Math.floor(limit / 10))
      continue
    }
    facts.onPage(items.slice(taken))
    if (isTooLong()) return { items, setAside, resourceVersion: null }
    const { next } = page
    if (next === null) return { items, setAside, resourceVersion: versionOf(page.version) }
    if (next.length > LONGEST_TOKEN) {
      items.length = 0
      setAside.length = 0
      const whole = await readWholeList(identity, {
        path,
        query: { fieldSelector: resource.fieldSelector },
        signal,
        onItem(raw) {
          take(raw)
          return !isTooLong()
        },
        onPiece: () => facts.onPage([]),
      })
      if (whole === null) return { items, setAside, resourceVersion: null }
      return { items, setAside, resourceVersion: versionOf(metadataText(whole, 'resourceVersion')) }
    }
    if (page.objects === 0) emptyPages += 1
    if (tokens.has(next) || emptyPages > MAX_EMPTY_PAGES) {
      throw withoutEnd(pluralOf(resource), emptyPages > MAX_EMPTY_PAGES)
    }
    tokens.add(next)
    token = next
    limit = Math.min(resource.pageSize, nextLimit(limit, page.bytes))
    // Yields to the event loop after parsing a page.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

interface Page {
  readonly objects: number
  readonly bytes: number
  /** Token of the page after it; null for the last page. */
  readonly next: string | null
  readonly version: string | null
}

/** Takes the objects here: `list` would hold them until it has the next page. */
function takePage({ body, bytes }: Answer, take: (raw: unknown) => void): Page {
  const items = pageItems(body)
  for (const raw of items) take(raw)
  const [next, version] = [metadataText(body, 'continue'), metadataText(body, 'resourceVersion')]
  return { objects: items.length, bytes, next, version }
}

function withoutEnd(resource: string, isEmpty: boolean): KubeError {
  const why = isEmpty
    ? cause('listEmptyPages', { most: MAX_EMPTY_PAGES, resource })
    : cause('listRepeated', { resource })
  return new KubeError(why, { kind: 'malformed' })
}

/** Objects of that size that make the best page. */
function nextLimit(limit: number, bytes: number): number {
  const room = Math.floor((limit * BEST_PAGE_BYTES) / Math.max(1, bytes))
  return Math.max(1, Math.min(limit * MOST_GROWTH, room))
}

function pageItems(body: unknown): readonly unknown[] {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : 0
  if (Array.isArray(items)) return items
  // Go encodes an empty list as null.
  if (items === null) return []
  throw new KubeError(cause('notAList'), { kind: 'malformed' })
}

function versionOf(version: string | null): string {
  if (version !== null) return version
  throw new KubeError(cause('listWithoutVersion'), { kind: 'malformed' })
}

/**
 * The collection in one answer, with at most one item buffered or parsed at a time. Resolves with
 * the list without its items; null where `onItem` ended it. Rejects with a KubeError; `timeout` after
 * a long silence.
 */
async function readWholeList(
  identity: Identity,
  facts: {
    readonly path: string
    readonly query: Query
    readonly signal: AbortSignal
    /** Called with each parsed item; returns whether to go on. */
    readonly onItem: (raw: unknown) => boolean
    /** Called after each network chunk. */
    readonly onPiece: () => void
  },
): Promise<unknown> {
  const { path, query, signal } = facts
  const { server } = identity
  const late = (seconds: number) => cause('noAnswer', { server, seconds })
  const deadline = startDeadline(signal, systemClock, late)
  try {
    deadline.within(WHOLE_TIMEOUT_MS)
    const whole = path + queryText(query)
    const outgoing = {
      method: 'GET',
      path: whole,
      headers: {},
      body: null,
      signal: deadline.signal,
    }
    const { body } = await send(identity, outgoing)
    const splitter = createItemSplitter()
    for await (const chunk of body) {
      deadline.within(WHOLE_TIMEOUT_MS)
      for (const item of splitter.push(chunk)) if (!facts.onItem(parseJson(item))) return null
      if (splitter.heldBytes > MOST_OBJECT_BYTES) throw tooLarge(MOST_OBJECT_BYTES)
      facts.onPiece()
    }
    return parseJson(splitter.rest())
  } catch (thrown) {
    throw deadline.reason() ?? asKubeError(thrown, identity)
  } finally {
    deadline.end()
    // Closes the connection in every case.
    deadline.giveUp()
  }
}

/**
 * Number of all objects, whatever their fields: the API server counts no selection. Null where it
 * does not say.
 */
export async function countAll(
  identity: Identity,
  { path, signal }: Pick<ListFacts<unknown>, 'path' | 'signal'>,
): Promise<number | null> {
  const request = { method: 'GET', path, query: { limit: 1 }, signal } as const
  const { body } = await call(identity, { ...request, maxBytes: MOST_OBJECT_BYTES })
  const objects = pageItems(body).length
  if (metadataText(body, 'continue') === null) return objects
  const { metadata } = optionalFields(body, 'list')
  const { remainingItemCount: rest } = optionalFields(metadata, 'metadata')
  return typeof rest === 'number' ? objects + rest : null
}

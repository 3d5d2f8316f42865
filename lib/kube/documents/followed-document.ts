import { type Cause, cause } from '#lib/csr/cause.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { configMapKeeper } from '#lib/kube/documents/document-config-map.ts'
import { fileKeeper } from '#lib/kube/documents/document-file.ts'
import type { DocumentReading, SaveResult } from '#lib/kube/documents/document-keeper.ts'
import {
  DOCUMENT_KEYS,
  type DocumentName,
  type DocumentPlace,
} from '#lib/kube/documents/document-place.ts'
import type { ActingIdentity, Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Largest document in bytes of UTF-8: the most that a ConfigMap can hold. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024

export interface DocumentState {
  /** `unreadable`: the document may still exist; `text` is the last one read. */
  readonly status: 'unread' | 'read' | 'absent' | 'unreadable'
  /** The text, byte-order mark included; null for none. */
  readonly text: string | null
  /** Key of a ConfigMap that holds the text; absent for a file, and for none. */
  readonly key?: string
  /** The Helm release that owns its ConfigMap, '' if unnamed: the next upgrade replaces the text. */
  readonly helmRelease?: string
  /** SHA-256 of the text, lower-case hex, that a save is bound to. Null for none. */
  readonly version: string | null
  /** Why there is no text, or no newer one; empty after a good read. */
  readonly causes: readonly Cause[]
}

export interface FollowOptions {
  /** Reads a ConfigMap. */
  readonly identity: Identity
  readonly name: DocumentName
  readonly place: DocumentPlace
  readonly clock: Clock
  /** Called after a change of the state; never from within `current`. */
  readonly onChange: () => void
}

/** `Author`: who saves. */
export interface FollowedDocument<Author = ActingIdentity> {
  current(): DocumentState
  /** Bound to the version that was read. */
  save(text: string, version: string | null, author: Author): Promise<SaveResult>
  /** Reads now; resolves when the state is at least as new as the call. Never rejects. */
  refresh(): Promise<void>
  stop(): void
}

/** The kill switch is such a document: 2 s is how long a person waits for its effect. */
const POLL_MS = 2_000

const UNREAD: DocumentState = { status: 'unread', text: null, version: null, causes: [] }

/**
 * Follows a document by polling: a ConfigMap by GET, which needs only the right to `get` it and
 * notices a dead connection. The caller interprets the text.
 */
export function followDocument(options: FollowOptions): FollowedDocument {
  const { identity, name, place, clock, onChange } = options
  const keeper =
    place.kind === 'file'
      ? fileKeeper(place.path, MAX_DOCUMENT_BYTES)
      : configMapKeeper(identity, place, DOCUMENT_KEYS[name], MAX_DOCUMENT_BYTES)
  let state = UNREAD
  let isStopped = false
  let cancelPoll = () => {}
  let last: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  async function read(): Promise<void> {
    waiting = null
    if (isStopped) return
    cancelPoll()
    const next = stateAfter(await keeper.read(), state)
    if (isStopped) return
    cancelPoll = clock.after(POLL_MS, () => void refresh())
    if (isSame(next, state)) return
    state = next
    onChange()
  }

  /** Reads run one after the other, so that a slow answer never replaces a newer one. */
  function refresh(): Promise<void> {
    if (waiting === null) {
      waiting = last.then(read)
      last = waiting
    }
    return waiting
  }

  void refresh()
  return {
    current: () => state,
    async save(text, version, author) {
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return tooLargeToSave
      const result = await keeper.write(text, version, author)
      await refresh()
      return result
    },
    refresh,
    stop() {
      isStopped = true
      cancelPoll()
    },
  }
}

const tooLargeToSave: SaveResult = {
  outcome: 'error',
  causes: [cause('tooLargeToSave', { bytes: MAX_DOCUMENT_BYTES })],
}

function stateAfter(reading: DocumentReading, before: DocumentState): DocumentState {
  if ('text' in reading) return { status: 'read', ...reading, causes: [] }
  if ('absent' in reading) {
    return { status: 'absent', text: null, version: null, causes: [reading.absent] }
  }
  return { ...before, status: 'unreadable', causes: reading.unreadable }
}

function isSame(a: DocumentState, b: DocumentState): boolean {
  const isText = a.version === b.version && a.helmRelease === b.helmRelease
  return a.status === b.status && isText && sameValue(a.causes, b.causes)
}

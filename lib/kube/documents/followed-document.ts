import { type Cause, cause, sameCauses } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { configMapKeeper } from '#lib/kube/documents/document-config-map.ts'
import { fileKeeper } from '#lib/kube/documents/document-file.ts'
import type { DocumentReading, SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** What a document of the admin's may weigh, in bytes of UTF-8: the most a ConfigMap can hold. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024

export interface DocumentState {
  /** `unreadable`: nobody can say whether it is still there; `text` is then what was read last. */
  readonly status: 'unread' | 'read' | 'absent' | 'unreadable'
  /** As it stands there, byte-order mark and all; null when there is none. */
  readonly text: string | null
  /** SHA-256 of the text, lower-case hex: what a save is bound to. Null when there is none. */
  readonly version: string | null
  /** Why there is no text, or no newer one; empty after a good reading. */
  readonly causes: readonly Cause[]
}

export interface FollowOptions {
  /** As whom a ConfigMap is read, and written unless a save brings its own. */
  readonly identity: Identity
  readonly place: DocumentPlace
  /** Which key of a ConfigMap; a file is one document. */
  readonly key: string
  readonly clock: Clock
  /** The state has become another; never called from within `current`. */
  readonly onChange: () => void
}

export interface FollowedDocument {
  current(): DocumentState
  /** Bound to the version that was read; `as` whoever presses the button, if not the follower. */
  save(text: string, version: string | null, as?: Identity): Promise<SaveResult>
  /** Reads now; resolves when what was there at the call, or later, is the state. Never rejects. */
  refresh(): Promise<void>
  stop(): void
}

/** The kill switch is such a document: as long as a person waits before looking again. */
const POLL_MS = 2_000

const UNREAD: DocumentState = { status: 'unread', text: null, version: null, causes: [] }

/**
 * Follows one document by reading it again and again: a ConfigMap by GET, which needs no more than
 * the right to `get` it, and a line that is dead is noticed by each. What a text means, and that the
 * last good one stays in force, is for who follows it. A key beside it (`paused`, see `besideOf`) is a document of its own: a
 * GET each costs less than a store that all keys share.
 */
export function followDocument(options: FollowOptions): FollowedDocument {
  const { identity, place, key, clock, onChange } = options
  const keeper =
    place.kind === 'file'
      ? fileKeeper(place.path, MAX_DOCUMENT_BYTES)
      : configMapKeeper(identity, place, key, MAX_DOCUMENT_BYTES)
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

  /** One after the other, for a slow answer must not come after a newer one; one waits for all. */
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
    async save(text, version, as = identity) {
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return tooLargeToSave
      const result = await keeper.write(text, version, as)
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

/** Where the document of that key lies beside this one: the same ConfigMap, or the same folder. */
export function besideOf(place: DocumentPlace, key: string): DocumentPlace {
  if (place.kind === 'configMap') return place
  const folder = place.path.slice(0, place.path.lastIndexOf('/') + 1)
  return { kind: 'file', path: folder + key }
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
  return a.status === b.status && a.version === b.version && sameCauses(a.causes, b.causes)
}

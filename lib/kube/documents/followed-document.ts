import { type Cause, cause } from '#lib/csr/cause.ts'
import { type DocumentPlace, MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { configMapKeeper } from '#lib/kube/documents/document-config-map.ts'
import { fileKeeper } from '#lib/kube/documents/document-file.ts'
import type { DocumentReading, SaveResult } from '#lib/kube/documents/document-keeper.ts'
import { DOCUMENT_KEYS, type DocumentName } from '#lib/kube/documents/document-place.ts'
import type { ActingIdentity, Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

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

/** Follows a document. `onChange` is called after a change of its state, never within `current`. */
export type FollowDocument = (
  name: DocumentName,
  place: DocumentPlace,
  onChange: () => void,
) => FollowedDocument

interface FollowOptions {
  /** Reads a ConfigMap. */
  readonly identity: Identity
  readonly clock: Clock
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
 * Follows documents by polling: a ConfigMap by GET, which needs only the right to `get` it and
 * notices a dead connection. One GET reads all followed documents of a ConfigMap. The caller
 * interprets the texts.
 */
export function documentFollower(options: FollowOptions): FollowDocument {
  const places = new Map<string, ReturnType<typeof placeFollower>>()
  return (name, place, onChange) => {
    const key = JSON.stringify(place)
    const follow = places.get(key) ?? placeFollower(place, options)
    places.set(key, follow)
    return follow(name, onChange)
  }
}

function placeFollower(place: DocumentPlace, { identity, clock }: FollowOptions) {
  const keeper = place.kind === 'file' ? fileKeeper(place.path) : configMapKeeper(identity, place)
  const documents = new Map<DocumentName, { state: DocumentState; onChange: () => void }>()
  let cancelPoll = () => {}
  let last: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  async function read(): Promise<void> {
    waiting = null
    const names = [...documents.keys()]
    if (names.length === 0) return
    cancelPoll()
    const readings = await keeper.read(names.map((name) => DOCUMENT_KEYS[name]))
    if (documents.size === 0) return
    cancelPoll = clock.after(POLL_MS, () => void refresh())
    const changed = names.filter((name, index) => take(name, readings[index]))
    // All are as read before the first change is told: documents may have changed together.
    for (const name of changed) documents.get(name)?.onChange()
  }

  /** Takes the reading of a document. Returns whether that changes its state. */
  function take(name: DocumentName, reading: DocumentReading | undefined): boolean {
    const document = documents.get(name)
    if (document === undefined || reading === undefined) return false
    const before = document.state
    document.state = stateAfter(reading, before)
    return !isSame(document.state, before)
  }

  /** Reads run one after the other: a slow answer never replaces a newer one. A listener's error ends none. */
  function refresh(): Promise<void> {
    if (waiting === null) {
      waiting = last.then(read)
      last = waiting.catch(() => {})
    }
    return waiting
  }

  return (name: DocumentName, onChange: () => void): FollowedDocument => {
    const document = { state: UNREAD, onChange }
    documents.set(name, document)
    void refresh()
    return {
      current: () => document.state,
      async save(text, version, author) {
        if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return tooLargeToSave
        const result = await keeper.write(DOCUMENT_KEYS[name], text, version, author)
        await refresh()
        return result
      },
      refresh,
      stop() {
        documents.delete(name)
        if (documents.size === 0) cancelPoll()
      },
    }
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

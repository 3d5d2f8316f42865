import { cutText } from '#lib/csr/cut-text.ts'
import { isConflict } from '#lib/kube/errors.ts'
import type { Identity } from '#lib/kube/identity.ts'
import { call, segment } from '#lib/kube/transport.ts'

/** What an Event says; of events.k8s.io/v1. */
export interface EventFacts {
  /**
   * The Event's own name, unique to what it says: told twice, by a restart or by another replica,
   * it is one Event.
   */
  readonly name: string
  /** The object's namespace; of one that has none, `default`. */
  readonly namespace: string
  readonly regarding: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly uid: string
    readonly namespace?: string
  }
  readonly type: 'Normal' | 'Warning'
  /** Upper camel case. */
  readonly reason: string
  /** What was done, or not. */
  readonly action: string
  /** Cut to what the API takes. */
  readonly note: string
  /** Who says so: the program, and which of its processes. */
  readonly controller: string
  readonly instance: string
  /** RFC 3339 with microseconds. */
  readonly time: string
}

const LONGEST_NOTE_BYTES = 1_024
const LONGEST_INSTANCE = 128
/** Events are found by the object's uid; a name may have 490 kB. */
const LONGEST_NAME = 256

/** Tells it; one that was told already is no error. Rejects with a KubeError. */
export async function createEvent(
  identity: Identity,
  facts: EventFacts,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await call(identity, {
      method: 'POST',
      path: `/apis/events.k8s.io/v1/namespaces/${segment(facts.namespace)}/events`,
      signal,
      body: {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: facts.name, namespace: facts.namespace },
        eventTime: facts.time,
        reportingController: facts.controller,
        reportingInstance: facts.instance.slice(0, LONGEST_INSTANCE),
        action: facts.action,
        reason: facts.reason,
        regarding: { ...facts.regarding, name: cutText(facts.regarding.name, LONGEST_NAME) },
        note: cut(facts.note),
        type: facts.type,
      },
    })
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

/** The API counts bytes. */
function cut(note: string): string {
  const bytes = Buffer.from(note)
  if (bytes.length <= LONGEST_NOTE_BYTES) return note
  // A character cut in half at the end becomes U+FFFD, which takes three bytes more than it had.
  return bytes.subarray(0, LONGEST_NOTE_BYTES - 3).toString('utf8')
}

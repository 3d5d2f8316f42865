import { createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { isConflict, isForbidden, isNotFound, orNull } from '#lib/kube/transport/errors.ts'
import { type Fields, optionalFields } from '#lib/kube/transport/shape.ts'
import { call, segment } from '#lib/kube/transport/transport.ts'

/** Fields of an Event (events.k8s.io/v1). */
export interface EventFacts {
  /**
   * The Event's name, unique to its content: a restart or another replica creates no second Event.
   */
  readonly name: string
  /** The object's namespace; `default` for an object without one. */
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
  /** The action that was or was not done. */
  readonly action: string
  /** Cut to the API's limit. */
  readonly note: string
  /** The reporting program; `instance` is its process. */
  readonly controller: string
  readonly instance: string
  /** RFC 3339 with microseconds. */
  readonly time: string
}

const LONGEST_NOTE_BYTES = 1_024
/** Events are found by the object's uid; a name may have 490 kB. */
const LONGEST_NAME = 256

/** Largest plausible difference between the reporter's clock and the API server's. */
const MOST_SKEW_MS = 5 * 60_000

/** `stands`: the Event existed. `renamed`: another Event had its name with other content. */
export type EventOutcome = 'created' | 'stands' | 'renamed'

/**
 * Creates the Event once; rejects with a KubeError. If another Event with this name differs (anyone
 * may create one first), the name gets a suffix made with `key`, a secret of this process.
 */
export async function createEvent(
  identity: Identity,
  facts: EventFacts,
  key: Buffer,
  signal?: AbortSignal,
): Promise<EventOutcome> {
  if (await create(identity, facts, facts.name, signal)) return 'created'
  const found = await read(identity, facts, signal)
  if (found !== null && saysTheSame(found, bodyOf(facts, facts.name))) return 'stands'
  const digest = createHmac('sha256', key).update(facts.name).digest('hex').slice(0, 16)
  // A conflict here is this process's own Event.
  await create(identity, facts, `${facts.name}-${digest}`, signal)
  return 'renamed'
}

/** False if the name is taken. */
async function create(
  identity: Identity,
  facts: EventFacts,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const body = bodyOf(facts, name)
  try {
    await call(identity, { method: 'POST', path: pathOf(facts), signal, body })
    return true
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}

/** Null if the Event is gone or may not be read. */
async function read(
  identity: Identity,
  facts: EventFacts,
  signal: AbortSignal | undefined,
): Promise<Fields | null> {
  const path = `${pathOf(facts)}/${segment(facts.name)}`
  const answer = await orNull(
    call(identity, { method: 'GET', path, signal }),
    isNotFound,
    isForbidden,
  )
  return answer && optionalFields(answer.body, 'event')
}

function pathOf({ namespace }: EventFacts): string {
  return `/apis/events.k8s.io/v1/namespaces/${segment(namespace)}/events`
}

function bodyOf(facts: EventFacts, name: string) {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace: facts.namespace },
    eventTime: facts.time,
    reportingController: facts.controller,
    reportingInstance: facts.instance.slice(0, 128),
    action: facts.action,
    reason: facts.reason,
    regarding: { ...facts.regarding, name: cutText(facts.regarding.name, LONGEST_NAME) },
    note: cut(facts.note),
    type: facts.type,
  }
}

/** Fields that the API server adds, or that differ between processes of the same program. */
const NOT_SAID = {
  event: new Set(['eventTime', 'reportingInstance']),
  metadata: new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']),
}

/**
 * Whether an existing Event has exactly this content and a current time. With owners it would be
 * garbage-collected, with a time of its own it would look old.
 */
function saysTheSame(found: Fields, body: ReturnType<typeof bodyOf>): boolean {
  const metadata = optionalFields(found.metadata, 'metadata')
  const skew = Date.parse(String(found.eventTime)) - Date.parse(String(metadata.creationTimestamp))
  const said = (event: Fields, about: Fields) => ({
    ...without(event, NOT_SAID.event),
    metadata: without(about, NOT_SAID.metadata),
  })
  return (
    Math.abs(skew) <= MOST_SKEW_MS &&
    isDeepStrictEqual(said(found, metadata), said(body, body.metadata))
  )
}

/** The fields without these keys and without empty values, which the API server fills in. */
function without(fields: Fields, keys: ReadonlySet<string>): Fields {
  const isEmpty = (value: unknown) =>
    value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !keys.has(key) && !isEmpty(value)),
  )
}

/** The API's limit is in bytes. */
function cut(note: string): string {
  const bytes = Buffer.from(note)
  if (bytes.length <= LONGEST_NOTE_BYTES) return note
  // A character cut in half becomes U+FFFD, up to three bytes more.
  return bytes.subarray(0, LONGEST_NOTE_BYTES - 3).toString('utf8')
}

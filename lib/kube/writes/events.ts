import { createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { isConflict, isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'
import { type Fields, optionalFields } from '#lib/kube/transport/shape.ts'
import { call, segment } from '#lib/kube/transport/transport.ts'

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

/** An honest teller's clock, against the API server's: how far they may be apart. */
const MOST_SKEW_MS = 5 * 60_000

/** `stands`: it was told already. `renamed`: another Event has its name and says something else. */
export type Told = 'created' | 'stands' | 'renamed'

/**
 * Tells it, once. Whoever may create Events can take its name first: what has that name is read, and
 * where it says something else, this one gets a name made with `key`, a secret of this process.
 * Rejects with a KubeError.
 */
export async function createEvent(
  identity: Identity,
  facts: EventFacts,
  key: Buffer,
  signal?: AbortSignal,
): Promise<Told> {
  if (await create(identity, facts, facts.name, signal)) return 'created'
  const found = await read(identity, facts, signal)
  if (found !== null && saysTheSame(found, bodyOf(facts, facts.name))) return 'stands'
  const digest = createHmac('sha256', key).update(facts.name).digest('hex').slice(0, 16)
  // A conflict there is this process's own Event.
  await create(identity, facts, `${facts.name}-${digest}`, signal)
  return 'renamed'
}

/** False when that name is taken. */
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

/** Null when it is gone by now, or may not be read. */
async function read(
  identity: Identity,
  facts: EventFacts,
  signal: AbortSignal | undefined,
): Promise<Fields | null> {
  const path = `${pathOf(facts)}/${segment(facts.name)}`
  try {
    return optionalFields((await call(identity, { method: 'GET', path, signal })).body, 'event')
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return null
    throw error
  }
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
    reportingInstance: facts.instance.slice(0, LONGEST_INSTANCE),
    action: facts.action,
    reason: facts.reason,
    regarding: { ...facts.regarding, name: cutText(facts.regarding.name, LONGEST_NAME) },
    note: cut(facts.note),
    type: facts.type,
  }
}

/** What the API server adds, and what another process of the same program says of itself. */
const NOT_SAID = {
  event: new Set(['eventTime', 'reportingInstance']),
  metadata: new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']),
}

/**
 * Whether an Event says that and no more, and said it when it was created. One with owners would be
 * collected at once, one with a time of its own would look old.
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

/** Without these keys and without what is empty: the API server fills in empty objects and nulls. */
function without(fields: Fields, keys: ReadonlySet<string>): Fields {
  const isEmpty = (value: unknown) =>
    value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !keys.has(key) && !isEmpty(value)),
  )
}

/** The API counts bytes. */
function cut(note: string): string {
  const bytes = Buffer.from(note)
  if (bytes.length <= LONGEST_NOTE_BYTES) return note
  // A character cut in half at the end becomes U+FFFD, which takes three bytes more than it had.
  return bytes.subarray(0, LONGEST_NOTE_BYTES - 3).toString('utf8')
}

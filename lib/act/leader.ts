import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import { isConflict } from '#lib/kube/transport/errors.ts'
import type { Lease, LeaseRecord } from '#lib/kube/writes/lease.ts'
import { microTime } from '#lib/kube/writes/lease.ts'

/** The times of Kubernetes' own controllers. */
export const LEASE_SECONDS = 15
export const RENEW_DEADLINE_MS = 10_000
const RETRY_MS = 2_000

/** Longest duration that a follower respects, whatever the Lease says. */
const LONGEST_LEASE_SECONDS = 60

/** The Lease in the API server; both calls reject with the API server's error. */
export interface LeaseStore {
  read(signal: AbortSignal): Promise<Lease | null>
  /** Rejects with a conflict when the Lease is no longer `before`. */
  write(before: Lease | null, record: LeaseRecord, signal: AbortSignal): Promise<Lease>
}

export interface Leader {
  /** Whether this process leads, and will for so many milliseconds even without a renewal. */
  holds(marginMs: number): boolean
  /** Aborts when this term ends; already aborted while another process leads. */
  readonly term: AbortSignal
  /** Identity of the last known leader; '' for none. */
  readonly holder: string
  /** Clock milliseconds of the last read or write of the Lease. */
  readonly lastContact: number | null
  /** Writes the annotations without waiting for the next renewal. */
  renewNow(): void
  /** Releases the lease, if this process holds it. */
  stop(): Promise<void>
}

export interface LeaderOptions {
  readonly store: LeaseStore
  /** Unique to this process: two with one identity would both lead. */
  readonly identity: string
  /** A clock that is never set: only elapsed time is read from it. */
  readonly clock: Clock
  /** Milliseconds since the epoch, for readers of the Lease. */
  readonly now: () => number
  /** A number in [0, 1). */
  readonly random: () => number
  /** Annotations of the Lease, written with each renewal. */
  readonly annotations: () => Readonly<Record<string, string>>
  /** Called before this process leads, with the last leader's annotations. */
  readonly onTaken: (annotations: Readonly<Record<string, string>>) => void
  readonly onChange: (leads: boolean) => void
  readonly onError: (error: unknown) => void
}

/**
 * Leads by the rules of Kubernetes' controllers: a lease expires once this process saw it unchanged
 * for its duration. A leader that cannot renew stops 5 s before another may begin.
 */
export function lead(options: LeaderOptions): Leader {
  const { store, identity, clock, now, random, onError } = options
  const stopping = new AbortController()
  /** Send time of the renewal that counts; other processes count from a later time. */
  let renewedAt: number | null = null
  let observed: { readonly record: string; readonly at: number } = { record: '', at: 0 }
  let lease: Lease | null = null
  let term = ended()
  let lastContact: number | null = null
  let wasTaken = false
  let cancelDeadline = () => {}
  let wake = () => {}

  function leads(): boolean {
    return renewedAt !== null && clock.now() - renewedAt < RENEW_DEADLINE_MS
  }

  function began(at: number): void {
    const isNew = renewedAt === null
    renewedAt = at
    cancelDeadline()
    cancelDeadline = clock.after(at + RENEW_DEADLINE_MS - clock.now(), () => {
      onError(new Error('The lease could not be renewed in time.'))
      resign()
    })
    if (!isNew) return
    term = new AbortController()
    options.onChange(true)
  }

  function resign(): void {
    cancelDeadline()
    if (renewedAt === null) return
    renewedAt = null
    term.abort()
    options.onChange(false)
  }

  async function attempt(): Promise<void> {
    const sentAt = clock.now()
    lease = await store.read(stopping.signal)
    observe(lease)
    const holder = lease?.holder ?? ''
    const mine = holder === identity
    if (!mine) resign()
    if (!mine && holder !== '' && clock.now() < expiresAt(lease)) return
    wasTaken = true
    if (renewedAt === null) options.onTaken(lease?.annotations ?? {})
    lease = await store.write(lease, recordAfter(lease), stopping.signal)
    observe(lease)
    // A stopped leader has released the lease, or is about to.
    if (!stopping.signal.aborted) began(sentAt)
  }

  function observe(seen: Lease | null): void {
    lastContact = clock.now()
    const record = JSON.stringify([seen?.holder, seen?.renewTime, seen?.transitions])
    if (record !== observed.record) observed = { record, at: lastContact }
  }

  function expiresAt(seen: Lease | null): number {
    const seconds = Math.min(seen?.durationSeconds ?? 0, LONGEST_LEASE_SECONDS)
    return observed.at + seconds * 1_000
  }

  function recordAfter(before: Lease | null): LeaseRecord {
    const time = microTime(now())
    const mine = before?.holder === identity
    return {
      holder: identity,
      durationSeconds: LEASE_SECONDS,
      transitions: (before?.transitions ?? 0) + (mine || before === null ? 0 : 1),
      acquireTime: (mine ? before.acquireTime : null) ?? time,
      renewTime: time,
      annotations: options.annotations(),
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await attempt()
      } catch (error) {
        // Another process wrote first; the next read shows which.
        if (!isConflict(error) && !stopping.signal.aborted) onError(error)
      }
      if (stopping.signal.aborted) return
      const nap = new AbortController()
      wake = () => nap.abort()
      await sleep(clock, pause(), nap.signal)
    }
  }

  /** A follower wakes when the lease it sees expires. */
  function pause(): number {
    if (leads()) return RETRY_MS
    const jittered = RETRY_MS * (1 + random() * 0.2)
    const expires = expiresAt(lease) - clock.now()
    return expires > 0 ? Math.min(jittered, expires) : jittered
  }

  /** Reads first: the last renewal may have been written although its answer was lost. */
  async function release(): Promise<void> {
    const patience = new AbortController()
    const cancel = clock.after(RETRY_MS, () => patience.abort())
    try {
      lease = await store.read(patience.signal)
      if (lease?.holder !== identity) return
      const record = { ...recordAfter(lease), holder: '', durationSeconds: 1 }
      lease = await store.write(lease, record, patience.signal)
    } catch (error) {
      onError(error)
    } finally {
      cancel()
    }
  }

  const finished = run()
  return {
    holds: (marginMs) =>
      renewedAt !== null && clock.now() + marginMs - renewedAt < RENEW_DEADLINE_MS,
    get term() {
      return term.signal
    },
    get holder() {
      return lease?.holder ?? ''
    },
    get lastContact() {
      return lastContact
    },
    renewNow: () => wake(),
    async stop() {
      if (stopping.signal.aborted) return
      stopping.abort()
      wake()
      resign()
      await finished
      if (wasTaken) await release()
    },
  }
}

function ended(): AbortController {
  const controller = new AbortController()
  controller.abort()
  return controller
}

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

interface LeaderOptions {
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
export class Leader {
  readonly #options: LeaderOptions
  readonly #stopping = new AbortController()
  readonly #finished: Promise<void>
  /** Send time of the renewal that counts; other processes count from a later time. */
  #renewedAt: number | null = null
  #observed: { readonly record: string; readonly at: number } = { record: '', at: 0 }
  #lease: Lease | null = null
  #term = ended()
  #lastContact: number | null = null
  #wasTaken = false
  #cancelDeadline = () => {}
  #wake = () => {}

  constructor(options: LeaderOptions) {
    this.#options = options
    this.#finished = this.#run()
  }

  /** Whether this process leads, and will for so many milliseconds even without a renewal. */
  holds(marginMs: number): boolean {
    const now = this.#options.clock.now()
    return this.#renewedAt !== null && now + marginMs - this.#renewedAt < RENEW_DEADLINE_MS
  }

  /** Aborted when this term ends; already aborted while another process leads. */
  get term(): AbortSignal {
    return this.#term.signal
  }

  /** Clock milliseconds of the last read or write of the Lease. */
  get lastContact(): number | null {
    return this.#lastContact
  }

  /** Writes the annotations without waiting for the next renewal. */
  renewNow(): void {
    this.#wake()
  }

  /** Releases the lease, if this process holds it. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    this.#wake()
    this.#resign()
    await this.#finished
    if (this.#wasTaken) await this.#release()
  }

  async #run(): Promise<void> {
    const { clock, onError } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#attempt()
      } catch (error) {
        // Another process wrote first; the next read shows which.
        if (!isConflict(error) && !signal.aborted) onError(error)
      }
      if (signal.aborted) return
      const nap = new AbortController()
      this.#wake = () => nap.abort()
      await sleep(clock, this.#pause(), nap.signal)
    }
  }

  async #attempt(): Promise<void> {
    const { store, identity, clock, onTaken } = this.#options
    const { signal } = this.#stopping
    const sentAt = clock.now()
    const lease = this.#observe(await store.read(signal))
    const holder = lease?.holder ?? ''
    const mine = holder === identity
    if (!mine) this.#resign()
    if (!mine && holder !== '' && clock.now() < this.#expiresAt()) return
    this.#wasTaken = true
    if (this.#renewedAt === null) onTaken(lease?.annotations ?? {})
    this.#observe(await store.write(lease, this.#recordAfter(lease), signal))
    // A stopped leader has released the lease, or is about to.
    if (!signal.aborted) this.#begin(sentAt)
  }

  #observe(lease: Lease | null): Lease | null {
    const now = this.#options.clock.now()
    const record = JSON.stringify([lease?.holder, lease?.renewTime, lease?.transitions])
    if (record !== this.#observed.record) this.#observed = { record, at: now }
    this.#lastContact = now
    this.#lease = lease
    return lease
  }

  #begin(at: number): void {
    const { clock, onChange, onError } = this.#options
    const isNew = this.#renewedAt === null
    this.#renewedAt = at
    this.#cancelDeadline()
    this.#cancelDeadline = clock.after(at + RENEW_DEADLINE_MS - clock.now(), () => {
      onError(new Error('The lease could not be renewed in time.'))
      this.#resign()
    })
    if (!isNew) return
    this.#term = new AbortController()
    onChange(true)
  }

  #resign(): void {
    this.#cancelDeadline()
    if (this.#renewedAt === null) return
    this.#renewedAt = null
    this.#term.abort()
    this.#options.onChange(false)
  }

  #expiresAt(): number {
    const seconds = Math.min(this.#lease?.durationSeconds ?? 0, LONGEST_LEASE_SECONDS)
    return this.#observed.at + seconds * 1_000
  }

  #recordAfter(before: Lease | null): LeaseRecord {
    const { identity, now, annotations } = this.#options
    const time = microTime(now())
    const mine = before?.holder === identity
    return {
      holder: identity,
      durationSeconds: LEASE_SECONDS,
      transitions: (before?.transitions ?? 0) + (mine || before === null ? 0 : 1),
      acquireTime: (mine ? before.acquireTime : null) ?? time,
      renewTime: time,
      annotations: annotations(),
    }
  }

  /** A follower wakes when the lease it sees expires. */
  #pause(): number {
    if (this.holds(0)) return RETRY_MS
    const { clock, random } = this.#options
    const jittered = RETRY_MS * (1 + random() * 0.2)
    const expires = this.#expiresAt() - clock.now()
    return expires > 0 ? Math.min(jittered, expires) : jittered
  }

  /** Reads first: the last renewal may have been written although its answer was lost. */
  async #release(): Promise<void> {
    const { store, identity, clock, onError } = this.#options
    const patience = new AbortController()
    const cancel = clock.after(RETRY_MS, () => patience.abort())
    try {
      this.#lease = await store.read(patience.signal)
      if (this.#lease?.holder !== identity) return
      const record = { ...this.#recordAfter(this.#lease), holder: '', durationSeconds: 1 }
      this.#lease = await store.write(this.#lease, record, patience.signal)
    } catch (error) {
      onError(error)
    } finally {
      cancel()
    }
  }
}

function ended(): AbortController {
  const controller = new AbortController()
  controller.abort()
  return controller
}

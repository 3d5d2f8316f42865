import { type CauseCode, cause } from '#lib/csr/cause.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { pluralOf, type Resource } from '#lib/kube/objects/resources.ts'
import { discover } from '#lib/kube/reads/discovery.ts'
import { IN_EARNEST_MS, readiness } from '#lib/kube/reads/readiness.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { askedToWait, type Backoff, createBackoff } from '#lib/kube/transport/backoff.ts'
import { type Clock, sleep, stopwatch, systemClock } from '#lib/kube/transport/clock.ts'
import {
  causesOf,
  isForbidden,
  isGone,
  isKubeError,
  isServerError,
  isThrottled,
  isUnauthorized,
  isUnreachable,
  KubeError,
} from '#lib/kube/transport/errors.ts'
import { call, type Query } from '#lib/kube/transport/transport.ts'
import {
  createEventApplier,
  type EventApplier,
  type ObjectSink,
} from '#lib/kube/watch/event-applier.ts'
import { countAll, type Listing, list, PAGE_TIMEOUT_MS } from '#lib/kube/watch/list.ts'
import { type LeftOut, type ReflectorState, StateKeeper } from '#lib/kube/watch/reflector-state.ts'
import { stream } from '#lib/kube/watch/response-stream.ts'

export type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'

export interface Sink<T> extends ObjectSink<T> {
  /** Called on every change except of `lastHeardAt`, which `Reflector.state` has. */
  state(state: ReflectorState): void
}

export interface Reflector {
  readonly state: ReflectorState
  /** Ends a wait early, but never before the API server's Retry-After is over. */
  retryNow(): void
  /** Idempotent. Delivers nothing after the call, even before it resolves. */
  stop(): Promise<void>
}

export interface ReflectOptions<T> {
  readonly identity: Identity
  readonly resource: Resource<T>
  readonly sink: Sink<T>
  readonly clock?: Clock
  /** A number in [0, 1), like Math.random. */
  readonly random?: () => number
}

/**
 * Length of one watch in seconds. The API server sends a bookmark 2 s before the end, so even a
 * quiet watch says something in this time; otherwise the connection is dead (NAT, proxy). A
 * separate probe or TCP keepalive would not show that. Cost: one request every 22 s, from the API
 * server's cache; usual watches make one in seven minutes.
 */
const WATCH_SECONDS = { least: 20, most: 25 }
const END_GRACE_MS = 5_000
/** Live for this long resets the failures. */
const HEALTHY_MS = 10_000
/** A shorter watch without an event is a failure, which is not repeated at once. */
const SHORTEST_WATCH_MS = 1_000
/** Shortest interval between lists after a 410. */
const RELIST_PAUSE_MS = 5_000
/** An API can be installed later. */
const ABSENT_RECHECK_MS = 60_000
/**
 * Longest pause while a 403 or 404 may be temporary, as from a starting API server
 * (lib/kube/reads/readiness.ts), which may start several times in ten seconds.
 */
const LONGEST_DOUBT_MS = 1_000
/** Server errors in a row after which the resourceVersion itself is suspect. */
const RELIST_AFTER_FAILURES = 3
/**
 * Interval between lists of a whole resource that had too many objects: some 200 MB each for those of
 * a kubelet signer.
 */
const WHOLE_AGAIN_MS = 5 * 60_000
/** Growth during a watch after which the list is read again; more than a list, so that none repeats. */
const MOST_GROWN = 1.1

/**
 * Keeps `sink` equal to the API server's state until stopped: LIST, then WATCH. A broken watch
 * resumes at its version; everything else recovers by a LIST. Never throws, never gives up. Of a
 * resource with too many objects it follows a narrower part, or tells that it follows none.
 */
export function reflect<T>(options: ReflectOptions<T>): Reflector {
  return new ListWatch(options)
}

class ListWatch<T> implements Reflector {
  readonly #options: Required<ReflectOptions<T>>
  readonly #stopping = new AbortController()
  readonly #signal = this.#stopping.signal
  readonly #keeper: StateKeeper
  readonly #applier: EventApplier<T>
  readonly #backoff: Backoff
  readonly #finished: Promise<void>
  #path = ''
  /** The followed part of the resource: all of it, or what is left beside the loudest signers. */
  #part: Resource<T>
  /** Objects left out at the latest count; an older count that is answered later is dropped. */
  #counted: LeftOut | null = null
  /** Version to watch from; null when a list is due. */
  #resourceVersion: string | null = null
  /** Version at which a watch was finally denied; null while it may be watched. */
  #deniedFrom: string | null = null
  #hasSynced = false
  /** The last watch sent bytes but no event: the next one is live from its first event. */
  #isMute = false
  /**
   * Stopwatches: since it became live, since the last list after a 410, and since the whole resource
   * was listed.
   */
  #liveFor: (() => number) | null = null
  #relistedAgo = () => Number.POSITIVE_INFINITY
  #wholeListed = () => Number.POSITIVE_INFINITY
  /** Failures since it was last healthy. */
  #failures = 0
  /** Stopwatch of refused answers in a row, and whether a ready API server gave them. */
  #refusal: { readonly lasted: () => number; readonly isMeant: boolean } | null = null
  /** Ends the wait before the next attempt. */
  #wake = () => {}

  constructor(options: ReflectOptions<T>) {
    const all = { clock: systemClock, random: Math.random, ...options }
    this.#options = all
    this.#keeper = new StateKeeper(all.clock, (state) => this.#tell(state))
    this.#applier = createEventApplier(all.resource, all.sink)
    this.#part = all.resource
    this.#backoff = createBackoff(all.random)
    this.#finished = this.#run()
  }

  get state(): ReflectorState {
    return this.#keeper.state
  }

  retryNow(): void {
    this.#wake()
  }

  stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    this.#keeper.end()
    return this.#finished
  }

  #tell(state: ReflectorState): void {
    if (this.#signal.aborted) return
    try {
      this.#options.sink.state(state)
    } catch {
      // A failing listener must not end its reflector.
    }
  }

  async #run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        if (this.#resourceVersion === null) {
          if (this.#deniedFrom !== null) await this.#askToWatch(this.#deniedFrom)
          this.#resourceVersion = await this.#relist()
        } else if (this.#failures > 0) await this.#confirm(this.#resourceVersion)
        await this.#watch(this.#resourceVersion)
      } catch (error) {
        if (!this.#signal.aborted) await this.#recover(error)
      }
    }
    this.#keeper.end()
  }

  async #get(query: Query): Promise<void> {
    const [path, signal] = [this.#path, this.#signal]
    const timeoutMs = PAGE_TIMEOUT_MS
    await call(this.#options.identity, { method: 'GET', path, query, signal, timeoutMs })
  }

  // ── LIST ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Asks whether a denied watch is allowed now, before listing again: a list without a watch is
   * useless. Any answer but a refusal leads to the list.
   */
  async #askToWatch(from: string): Promise<void> {
    const { fieldSelector } = this.#options.resource
    try {
      await this.#get({ fieldSelector, watch: true, resourceVersion: from, timeoutSeconds: 1 })
    } catch (error) {
      if (isForbidden(error)) throw error
    }
    this.#deniedFrom = null
  }

  /** Lists, and returns the version to watch from. */
  async #relist(): Promise<string> {
    const { identity, resource } = this.#options
    const path = await discover(identity, resource, this.#signal)
    if (path === null) {
      const why = cause('noSuchResource', { resource: pluralOf(resource) })
      throw new KubeError(why, { kind: 'status', status: 404 })
    }
    this.#path = path
    const listing = await this.#listPart()
    this.#signal.throwIfAborted()
    if (listing.resourceVersion === null) throw this.#tooMany(listing)
    // Told before they go, and until they are back: they are not taken for deleted.
    if (!this.#isWhole) this.#tellLeftOut()
    this.#replace(listing)
    if (this.#isWhole) this.#tellWhole()
    this.#hasSynced = true
    return listing.resourceVersion
  }

  /** Lists the largest part with few enough objects; without a version, no part has so few. */
  async #listPart(): Promise<Listing<T>> {
    const { identity, resource, clock } = this.#options
    if (this.#isWholeDue) {
      this.#part = resource
      this.#wholeListed = stopwatch(clock)
    }
    const { state, causes } = this.#keeper.state
    // After a trouble the source may count as known, and half a list would be decided by.
    const isFirst = state === 'connecting' && causes.length === 0
    const onPage = (items: readonly T[]) => {
      this.#keeper.heard()
      if (isFirst) this.#options.sink.begin(items)
    }
    const facts = { path: this.#path, signal: this.#signal, onPage }
    for (;;) {
      const listing = await list(identity, { ...facts, resource: this.#part }).catch((error) => {
        if (isFirst) this.#applier.replace(NOTHING)
        throw error
      })
      if (listing.resourceVersion !== null) return listing
      const narrower = this.#part.overflow?.narrow(listing.items) ?? null
      if (narrower === null) return listing
      this.#part = narrower
    }
  }

  get #isWhole(): boolean {
    return this.#part === this.#options.resource
  }

  /** Whether the whole resource is to be listed again. */
  get #isWholeDue(): boolean {
    return this.#wholeListed() >= WHOLE_AGAIN_MS
  }

  /** Keeps the first objects of a part where these stand for themselves, else none. Answers why. */
  #tooMany(listing: Listing<T>): KubeError {
    const { resource } = this.#options
    const { most, overflow, fieldSelector } = resource
    const why = cause('tooManyObjects', { most, resource: pluralOf(resource) })
    this.#tellLeftOut([])
    this.#keeper.enter('tooMany', { causes: [why] })
    const keepsFirst = overflow !== undefined
    this.#hasSynced = keepsFirst
    // The last Nodes and Machines stay, as those of a lost source: requests are held back by them.
    if (fieldSelector !== undefined) this.#replace(keepsFirst ? listing : NOTHING)
    return new KubeError(why, { kind: 'tooLarge' })
  }

  #tellWhole(): void {
    this.#counted = null
    this.#keeper.leaveOut(null)
  }

  /** Tells what is left out, and counts the rest meanwhile: an API server may take long to count. */
  #tellLeftOut(signers = this.#part.overflow?.leftOut ?? []): void {
    const { identity, resource } = this.#options
    const keeper = this.#keeper
    const leftOut = { most: resource.most, signers, total: keeper.state.leftOut?.total ?? null }
    const tell = (total: number | null) => {
      if (this.#counted === leftOut) keeper.leaveOut({ ...leftOut, total })
    }
    keeper.leaveOut(leftOut)
    this.#counted = leftOut
    countAll(identity, { path: this.#path, signal: this.#signal }).then(tell, () => tell(null))
  }

  #replace(listing: Pick<Listing<T>, 'items' | 'setAside'>): void {
    this.#applier.replace(listing)
    this.#keeper.setAside(this.#applier.setAside)
  }

  /**
   * Fails if the API server knows less than we do: a store restored from a backup would keep a
   * watch silent until it has caught up, like a quiet cluster.
   */
  async #confirm(resourceVersion: string): Promise<void> {
    await this.#get({ limit: 1, resourceVersion, resourceVersionMatch: 'NotOlderThan' })
  }

  // ── WATCH ──────────────────────────────────────────────────────────────────────────────────

  /** Returns when the API server has ended the watch as agreed. */
  async #watch(from: string): Promise<void> {
    const { identity, clock, random } = this.#options
    const signal = this.#signal
    const { least, most } = WATCH_SECONDS
    const timeoutSeconds = least + Math.floor(random() * (most - least + 1))
    let openFor = () => 0
    let events = 0
    const batches = stream(identity, {
      path: this.#path,
      query: {
        fieldSelector: this.#part.fieldSelector,
        ...{ watch: true, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds },
      },
      signal,
      lifeMs: timeoutSeconds * 1_000 + END_GRACE_MS,
      clock,
      onOpen: () => {
        openFor = stopwatch(clock)
        this.#liveFor ??= openFor
        this.#refusal = null
        if (!this.#isMute) this.#goLive()
      },
    })
    for await (const batch of batches) {
      for (const event of batch) {
        if (signal.aborted) return
        this.#resourceVersion = this.#applier.apply(event) ?? this.#resourceVersion
        events += 1
        if (this.#applier.size <= this.#part.most * MOST_GROWN) continue
        // Not followed while it is listed again: nothing may be decided by it.
        this.#keeper.enter('reconnecting')
        this.#resourceVersion = null
        return
      }
      this.#hear()
      if (this.#isMute) this.#goLive()
      this.#keeper.setAside(this.#applier.setAside)
    }
    this.#hear()
    this.#isMute = false
    if (events === 0 && openFor() < SHORTEST_WATCH_MS) {
      throw new KubeError(cause('watchClosedAtOnce'), { kind: 'network' })
    }
    if (this.#isWhole) return
    if (this.#isWholeDue) this.#resourceVersion = null
    else this.#tellLeftOut()
  }

  #goLive(): void {
    this.#isMute = false
    this.#keeper.heard()
    this.#keeper.enter('live')
  }

  #hear(): void {
    this.#keeper.heard()
    if (this.#liveFor === null || this.#liveFor() < HEALTHY_MS) return
    this.#backoff.reset()
    this.#failures = 0
  }

  // ── After an error ─────────────────────────────────────────────────────────────────────────

  async #recover(error: unknown): Promise<void> {
    this.#liveFor = null
    if (hasCause(error, 'tooManyObjects')) {
      this.#resourceVersion = null
      // No click ends this wait: the list is too large to be read again at once.
      await sleep(this.#options.clock, WHOLE_AGAIN_MS, this.#signal)
      return
    }
    this.#failures += 1
    this.#isMute ||= hasCause(error, 'watchSaidNothing')
    const from = this.#resourceVersion
    if (this.#needsRelist(error)) this.#resourceVersion = null
    if ((await this.#isToRepeat(error)) || this.#signal.aborted) return
    const state = this.#stateAfter(error)
    // The sink drops forbidden objects, so an earlier sync counts no more.
    if (state === 'forbidden') {
      this.#hasSynced = false
      this.#deniedFrom ??= from
    }
    if (state === 'absent') {
      // A final 404 stays final: doubting it again each minute would make other sources wait.
      if (this.#hasSynced || this.#applier.size > 0) this.#applier.replace(NOTHING)
      this.#hasSynced = false
      await this.#wait(ABSENT_RECHECK_MS, state, { causes: causesOf(error) })
      return
    }
    const causes = isAbsent(error) ? [cause('apiServerStarting')] : causesOf(error)
    if (isGone(error) && this.#relistedAgo() >= RELIST_PAUSE_MS) {
      this.#relistedAgo = stopwatch(this.#options.clock)
      this.#keeper.enter(state, { causes })
    } else {
      const pause = Math.min(this.#backoff.next(error), this.#longestPause(error))
      await this.#wait(pause, state, { causes }, askedToWait(error))
    }
  }

  /**
   * Whether to retry at once because the API server is ready now: the refusal may be from its
   * start. A source that was read before waits instead: another API server of that address may be
   * the ready one.
   */
  async #isToRepeat(error: unknown): Promise<boolean> {
    const { identity, clock } = this.#options
    const isNo = isForbidden(error) || isUnauthorized(error) || isAbsent(error)
    const refusal = isNo ? (this.#refusal ?? { lasted: stopwatch(clock), isMeant: false }) : null
    this.#refusal = refusal
    if (refusal === null || this.#hasSynced || this.#patience(error) === 0) return false
    const isMeant = (await readiness(identity, this.#signal)) === 'ready'
    this.#refusal = { ...refusal, isMeant }
    return isMeant
  }

  /** Milliseconds left in which a 401, 403 or 404 counts as temporary; 0: it is final. */
  #patience(error: unknown): number {
    // Without an accepted credential no decision is possible, so there is nothing to protect.
    const isPlain = isUnauthorized(error) || this.#refusal?.isMeant === true
    if (isPlain && !this.#hasSynced) return 0
    return Math.max(0, IN_EARNEST_MS - (this.#refusal?.lasted() ?? 0))
  }

  /** Longest pause in milliseconds while a refusal may be temporary. */
  #longestPause(error: unknown): number {
    const left = this.#refusal === null ? 0 : this.#patience(error)
    if (left === 0) return Number.POSITIVE_INFINITY
    // A missing credential is our own error, which no API server changes.
    return isKubeError(error) && error.kind === 'noCredential'
      ? left
      : Math.min(left, LONGEST_DOUBT_MS)
  }

  /** A watch with a failed connection resumes at its version; other failures need a list. */
  #needsRelist(error: unknown): boolean {
    if (isKubeError(error) && (error.kind === 'network' || error.kind === 'timeout')) return false
    if (isThrottled(error)) return false
    // "Too large": the API server knows less than we do.
    if (!isServerError(error) || /too large resource version/i.test(String(error))) return true
    return this.#failures >= RELIST_AFTER_FAILURES
  }

  #stateAfter(error: unknown): SourceState {
    const isFinal = this.#patience(error) === 0
    if (isUnauthorized(error) && isFinal) return 'unauthorized'
    if (isForbidden(error) && isFinal) return 'forbidden'
    if (isAbsent(error) && isFinal) return 'absent'
    if (this.#hasSynced) return 'reconnecting'
    return isUnreachable(error) ? 'unreachable' : 'connecting'
  }

  /** Waits for `ms`; a retry cuts it short, to `least` at most. */
  async #wait(
    ms: number,
    state: SourceState,
    { causes }: Pick<ReflectorState, 'causes'>,
    least = 0,
  ): Promise<void> {
    const { clock } = this.#options
    const nap = new AbortController()
    const waited = stopwatch(clock)
    this.#wake = () => {
      if (this.#signal.aborted || waited() >= least) nap.abort()
    }
    this.#keeper.enter(state, { causes, retryAt: clock.now() + ms })
    await sleep(clock, ms, nap.signal)
    // The attempt is under way, so no retry is scheduled.
    if (!this.#signal.aborted) this.#keeper.enter(state, { causes })
  }
}

const NOTHING = { items: [], setAside: [] } as const

/** The API server reports that it lacks this API. */
function isAbsent(error: unknown): boolean {
  return hasCause(error, 'noSuchResource')
}

function hasCause(error: unknown, wanted: CauseCode): boolean {
  return isKubeError(error) && error.causes.some(({ code }) => code === wanted)
}

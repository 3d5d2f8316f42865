import { type Cause, type CauseCode, cause } from '#lib/csr/cause.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { pluralOf, type Resource } from '#lib/kube/objects/resources.ts'
import { discover } from '#lib/kube/reads/discovery.ts'
import { IN_EARNEST_MS, readiness } from '#lib/kube/reads/readiness.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { askedToWait, createBackoff } from '#lib/kube/transport/backoff.ts'
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
import { call } from '#lib/kube/transport/transport.ts'
import { countAll, type Listing, list, PAGE_TIMEOUT_MS } from '#lib/kube/watch/list.ts'
import { keepState, type LeftOut, type ReflectorState } from '#lib/kube/watch/reflector-state.ts'
import { stream } from '#lib/kube/watch/response-stream.ts'
import { createStoreFeed, type ObjectSink } from '#lib/kube/watch/store-feed.ts'

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
  const { identity, resource, sink, clock = systemClock, random = Math.random } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const backoff = createBackoff(random)
  const keeper = keepState(clock, tellState)
  const feed = createStoreFeed(resource, guard(sink))

  let path = ''
  /** The followed part of the resource: all of it, or what is left beside the loudest signers. */
  let part = resource
  /** Stopwatch since the whole resource was listed. */
  let wholeListed = () => Number.POSITIVE_INFINITY
  const isWholeDue = () => wholeListed() >= WHOLE_AGAIN_MS
  /** Version to watch from; null when a list is due. */
  let resourceVersion: string | null = null
  /** Version at which a watch was finally denied; null while it may be watched. */
  let deniedFrom: string | null = null
  let hasSynced = false
  /** The last watch sent bytes but no event: the next one is live from its first event. */
  let isMute = false
  /** Stopwatches: since it became live, and since the last list after a 410. */
  let liveFor: (() => number) | null = null
  let relistedAgo = () => Number.POSITIVE_INFINITY
  /** Failures since it was last healthy. */
  let failures = 0
  /** Stopwatch of refused answers in a row, and whether a ready API server gave them. */
  let refusal: { readonly lasted: () => number; readonly isMeant: boolean } | null = null
  let wake = () => {}
  /** Objects left out at the latest count; an older count that is answered later is dropped. */
  let counted: LeftOut | null = null

  function tellState(state: ReflectorState): void {
    if (signal.aborted) return
    try {
      sink.state(state)
    } catch {
      // A failing listener must not end its reflector.
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (resourceVersion === null) {
          if (deniedFrom !== null) await askToWatch(deniedFrom)
          resourceVersion = await relist()
        } else if (failures > 0) await confirm(resourceVersion)
        await watch(resourceVersion)
      } catch (error) {
        if (!signal.aborted) await recover(error)
      }
    }
    keeper.end()
  }

  /**
   * Asks whether a denied watch is allowed now, before listing again: a list without a watch is
   * useless. Any answer but a refusal leads to the list.
   */
  async function askToWatch(from: string): Promise<void> {
    const { fieldSelector } = resource
    const query = { fieldSelector, watch: true, resourceVersion: from, timeoutSeconds: 1 }
    try {
      await call(identity, { method: 'GET', path, query, signal, timeoutMs: PAGE_TIMEOUT_MS })
    } catch (error) {
      if (isForbidden(error)) throw error
    }
    deniedFrom = null
  }

  /** Lists, and returns the version to watch from. */
  async function relist(): Promise<string> {
    const found = await discover(identity, resource, signal)
    if (found === null) {
      const why = cause('noSuchResource', { resource: pluralOf(resource) })
      throw new KubeError(why, { kind: 'status', status: 404 })
    }
    path = found
    const facts = { path, signal, onPage: () => keeper.heard() }
    if (isWholeDue()) {
      part = resource
      wholeListed = stopwatch(clock)
    }
    let listing = await list(identity, { ...facts, resource: part })
    while (listing.resourceVersion === null) {
      const narrower = part.overflow?.narrow(listing.items) ?? null
      if (narrower === null) throw tooMany(listing)
      part = narrower
      listing = await list(identity, { ...facts, resource: part })
    }
    // Told before they go, and until they are back: they are not taken for deleted.
    if (part !== resource) tellLeftOut(part.overflow?.leftOut ?? [])
    feed.replace(listing)
    keeper.setAside(feed.setAside)
    if (part === resource) tellWhole()
    hasSynced = true
    return listing.resourceVersion
  }

  /** Keeps the first objects of a part where these stand for themselves, else none. Answers why. */
  function tooMany(listing: Listing<T>): KubeError {
    const why = cause('tooManyObjects', { most: resource.most, resource: pluralOf(resource) })
    const error = new KubeError(why, { kind: 'tooLarge' })
    tellLeftOut([])
    keeper.enter('tooMany', { causes: [why] })
    const keepsFirst = resource.overflow !== undefined
    hasSynced = keepsFirst
    // The last Nodes and Machines stay, as those of a lost source: requests are held back by them.
    if (resource.fieldSelector === undefined) return error
    feed.replace(keepsFirst ? listing : { items: [], setAside: [] })
    keeper.setAside(feed.setAside)
    return error
  }

  function tellWhole(): void {
    counted = null
    keeper.leaveOut(null)
  }

  /** Tells what is left out, and counts the rest meanwhile: an API server may take long to count. */
  function tellLeftOut(signers: readonly string[]): void {
    const { most } = resource
    const leftOut = { most, signers, total: keeper.state.leftOut?.total ?? null }
    keeper.leaveOut(leftOut)
    counted = leftOut
    countAll(identity, { path, signal }).then(
      (total) => counted === leftOut && keeper.leaveOut({ ...leftOut, total }),
      () => counted === leftOut && keeper.leaveOut({ ...leftOut, total: null }),
    )
  }

  /**
   * Fails if the API server knows less than we do: a store restored from a backup would keep a
   * watch silent until it has caught up, like a quiet cluster.
   */
  async function confirm(version: string): Promise<void> {
    const query = { limit: 1, resourceVersion: version, resourceVersionMatch: 'NotOlderThan' }
    await call(identity, { method: 'GET', path, query, signal, timeoutMs: PAGE_TIMEOUT_MS })
  }

  /** Returns when the API server has ended the watch as agreed. */
  async function watch(from: string): Promise<void> {
    const { least, most } = WATCH_SECONDS
    const timeoutSeconds = least + Math.floor(random() * (most - least + 1))
    let openFor = () => 0
    let events = 0
    const batches = stream(identity, {
      path,
      query: {
        fieldSelector: part.fieldSelector,
        ...{ watch: true, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds },
      },
      signal,
      lifeMs: timeoutSeconds * 1_000 + END_GRACE_MS,
      clock,
      onOpen() {
        openFor = stopwatch(clock)
        liveFor ??= openFor
        refusal = null
        if (!isMute) goLive()
      },
    })
    for await (const batch of batches) {
      for (const event of batch) {
        if (signal.aborted) return
        resourceVersion = feed.apply(event) ?? resourceVersion
        events += 1
        if (feed.size <= part.most * MOST_GROWN) continue
        // Not followed while it is listed again: nothing may be decided by it.
        keeper.enter('reconnecting')
        resourceVersion = null
        return
      }
      hear()
      if (isMute) goLive()
      keeper.setAside(feed.setAside)
    }
    hear()
    isMute = false
    if (events === 0 && openFor() < SHORTEST_WATCH_MS) {
      throw new KubeError(cause('watchClosedAtOnce'), { kind: 'network' })
    }
    if (part === resource) return
    if (isWholeDue()) resourceVersion = null
    else tellLeftOut(part.overflow?.leftOut ?? [])
  }

  function goLive(): void {
    isMute = false
    keeper.heard()
    keeper.enter('live')
  }

  function hear(): void {
    keeper.heard()
    if (liveFor === null || liveFor() < HEALTHY_MS) return
    backoff.reset()
    failures = 0
  }

  async function recover(error: unknown): Promise<void> {
    liveFor = null
    if (hasCause(error, 'tooManyObjects')) {
      resourceVersion = null
      // No click ends this wait: the list is too large to be read again at once.
      await sleep(clock, WHOLE_AGAIN_MS, signal)
      return
    }
    failures += 1
    isMute ||= hasCause(error, 'watchSaidNothing')
    const from = resourceVersion
    if (needsRelist(error)) resourceVersion = null
    if (await isToRepeat(error)) return
    if (signal.aborted) return
    const phase = phaseAfter(error)
    // The sink drops forbidden objects, so an earlier sync counts no more.
    if (phase === 'forbidden') {
      hasSynced = false
      deniedFrom ??= from
    }
    if (phase === 'absent') {
      // A final 404 stays final: doubting it again each minute would make other sources wait.
      if (hasSynced || feed.size > 0) feed.replace({ items: [], setAside: [] })
      hasSynced = false
      await wait(ABSENT_RECHECK_MS, phase, causesOf(error))
      return
    }
    const causes = isAbsent(error) ? [cause('apiServerStarting')] : causesOf(error)
    if (isGone(error) && relistedAgo() >= RELIST_PAUSE_MS) {
      relistedAgo = stopwatch(clock)
      keeper.enter(phase, { causes })
    } else {
      const pause = backoff.next(error)
      await wait(Math.min(pause, longestPause(error)), phase, causes, askedToWait(error))
    }
  }

  /**
   * Whether to retry at once because the API server is ready now: the refusal may be from its
   * start. A source that was read before waits instead: another API server of that address may be
   * the ready one.
   */
  async function isToRepeat(error: unknown): Promise<boolean> {
    const isNo = isForbidden(error) || isUnauthorized(error) || isAbsent(error)
    refusal = isNo ? (refusal ?? { lasted: stopwatch(clock), isMeant: false }) : null
    if (refusal === null || hasSynced || patience(error) === 0) return false
    const isMeant = (await readiness(identity, signal)) === 'ready'
    refusal = { ...refusal, isMeant }
    return isMeant
  }

  /** Milliseconds left in which a 401, 403 or 404 counts as temporary; 0: it is final. */
  function patience(error: unknown): number {
    // Without an accepted credential no decision is possible, so there is nothing to protect.
    const isPlain = isUnauthorized(error) || refusal?.isMeant === true
    if (isPlain && !hasSynced) return 0
    return Math.max(0, IN_EARNEST_MS - (refusal?.lasted() ?? 0))
  }

  /** Longest pause in milliseconds while a refusal may be temporary. */
  function longestPause(error: unknown): number {
    const left = refusal === null ? 0 : patience(error)
    if (left === 0) return Number.POSITIVE_INFINITY
    // A missing credential is our own error, which no API server changes.
    return isKubeError(error) && error.kind === 'noCredential'
      ? left
      : Math.min(left, LONGEST_DOUBT_MS)
  }

  /** A watch with a failed connection resumes at its version; other failures need a list. */
  function needsRelist(error: unknown): boolean {
    if (isKubeError(error) && (error.kind === 'network' || error.kind === 'timeout')) return false
    if (isThrottled(error)) return false
    // "Too large": the API server knows less than we do.
    if (!isServerError(error) || /too large resource version/i.test(String(error))) return true
    return failures >= RELIST_AFTER_FAILURES
  }

  function phaseAfter(error: unknown): SourceState {
    const inEarnest = patience(error) === 0
    if (isUnauthorized(error) && inEarnest) return 'unauthorized'
    if (isForbidden(error) && inEarnest) return 'forbidden'
    if (isAbsent(error) && inEarnest) return 'absent'
    if (hasSynced) return 'reconnecting'
    return isUnreachable(error) ? 'unreachable' : 'connecting'
  }

  /** Waits for `ms`; a retry cuts it short, to `least` at most. */
  async function wait(
    ms: number,
    phase: SourceState,
    causes: readonly Cause[],
    least = 0,
  ): Promise<void> {
    const nap = new AbortController()
    const waited = stopwatch(clock)
    wake = () => {
      if (signal.aborted || waited() >= least) nap.abort()
    }
    keeper.enter(phase, { causes, retryAt: clock.now() + ms })
    await sleep(clock, ms, nap.signal)
    // The attempt is under way, so no retry is scheduled.
    if (!signal.aborted) keeper.enter(phase, { causes })
  }

  /** Delivers nothing after `stop`, not even the rest of a batch. */
  function guard(sink: ObjectSink<T>): ObjectSink<T> {
    return {
      replace: (items, aside) => signal.aborted || sink.replace(items, aside),
      upsert: (item) => signal.aborted || sink.upsert(item),
      remove: (uid) => signal.aborted || sink.remove(uid),
      putAside: (left) => signal.aborted || sink.putAside(left),
    }
  }

  const finished = run()
  return {
    get state() {
      return keeper.state
    },
    retryNow: () => wake(),
    stop() {
      stopping.abort()
      wake()
      keeper.end()
      return finished
    },
  }
}

/** The API server reports that it lacks this API. */
function isAbsent(error: unknown): boolean {
  return hasCause(error, 'noSuchResource')
}

function hasCause(error: unknown, wanted: CauseCode): boolean {
  return isKubeError(error) && error.causes.some(({ code }) => code === wanted)
}

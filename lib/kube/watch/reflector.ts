import { type Cause, type CauseCode, cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { discover } from '#lib/kube/reads/discovery.ts'
import { pluralOf, type Resource } from '#lib/kube/resources.ts'
import { createBackoff } from '#lib/kube/transport/backoff.ts'
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
import { stream } from '#lib/kube/transport/response-stream.ts'
import { call } from '#lib/kube/transport/transport.ts'
import { list, PAGE_TIMEOUT_MS } from '#lib/kube/watch/list.ts'
import { IN_EARNEST_MS, readiness } from '#lib/kube/watch/readiness.ts'
import {
  keepState,
  type ReflectorPhase,
  type ReflectorState,
} from '#lib/kube/watch/reflector-state.ts'
import { createStoreFeed, type Store } from '#lib/kube/watch/store-feed.ts'

export type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'

export interface Sink<T> extends Store<T> {
  /** On every change of anything but `lastHeardAt`; that one is read from `Reflector.state`. */
  state(state: ReflectorState): void
}

export interface Reflector {
  readonly state: ReflectorState
  /** Cuts a wait short. */
  retryNow(): void
  /** Idempotent. Nothing is delivered after the call, even before it resolves. */
  stop(): Promise<void>
}

export interface ReflectOptions<T> {
  readonly identity: Identity
  readonly resource: Resource<T>
  readonly sink: Sink<T>
  readonly clock?: Clock
  /** In [0, 1), as Math.random. */
  readonly random?: () => number
}

/**
 * How long one watch lasts, seconds. The API server sends a bookmark 2 s before the end, and the
 * end itself, so that even a watch in which nothing happens says something within this time: an
 * older one means a connection that is dead and does not know it (a NAT that forgot it, a proxy
 * that swallows), or a server that does not end what it was asked to end. A probe beside the watch would tell that the API server lives, not that
 * this connection does, and TCP's own keepalive ends at the next proxy. The price is a request
 * every 22 s where the usual watch of minutes has one every seven: from the API server's cache, and
 * nothing is listed again. The bookmarks that come once a minute are too rare for a minute's limit.
 */
const WATCH_SECONDS = { least: 20, most: 25 }
const END_GRACE_MS = 5_000
/** Live for this long, and the failures before are forgotten. */
const HEALTHY_MS = 10_000
/** A watch that ends sooner, without a word, is a failure: not one to repeat at once. */
const SHORTEST_WATCH_MS = 1_000
/** A list that became too old sooner than this is not repeated at once. */
const RELIST_PAUSE_MS = 5_000
/** Definitions can be installed later. */
const ABSENT_RECHECK_MS = 60_000
/**
 * An API server that starts says no for a moment, mostly (lib/kube/watch/readiness.ts). Until it is meant, what
 * was live is not taken for lost, nor what was never read for kept from us, or for not there; and it is
 * asked this often, for it may start several times in ten seconds and be gone in between.
 */
const LONGEST_DOUBT_MS = 1_000
/** Server errors in a row after which the resourceVersion itself is under suspicion. */
const RELIST_AFTER_FAILURES = 3

/**
 * Keeps `sink` equal to what the API server holds, until stopped: LIST, then WATCH from there;
 * a broken watch goes on where it was; a LIST is the one recovery from everything else. Never
 * throws, never gives up.
 */
export function reflect<T>(options: ReflectOptions<T>): Reflector {
  const { identity, resource, sink, clock = systemClock, random = Math.random } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const backoff = createBackoff(random)
  const keeper = keepState(clock, tellState)
  const feed = createStoreFeed(resource, guard(sink))

  let path = ''
  /** Where the watch goes on from; null means that a list is due. */
  let resourceVersion: string | null = null
  /** Where a watch was denied from, in earnest; null once it may be watched. */
  let deniedFrom: string | null = null
  let hasSynced = false
  /** The last watch sent bytes and no event: the next one counts as live from its first event on. */
  let isMute = false
  /** How long it has been live, and how long ago it was listed because of a 410, milliseconds. */
  let liveFor: (() => number) | null = null
  let relistedAgo = () => Number.POSITIVE_INFINITY
  /** Since it was last healthy. */
  let failures = 0
  /** How long every answer has been a no, milliseconds, and whether they are an API server's that is ready. */
  let refusal: { readonly lasted: () => number; readonly isMeant: boolean } | null = null
  let wake = () => {}

  function tellState(state: ReflectorState): void {
    if (signal.aborted) return
    try {
      sink.state(state)
    } catch {
      // A listener that fails must not end what it listens to.
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
   * What may be listed and not watched would be listed for nothing, and all of it, at every try. Whatever is
   * answered but a no, the list comes next.
   */
  async function askToWatch(from: string): Promise<void> {
    const query = { watch: true, resourceVersion: from, timeoutSeconds: 1 }
    try {
      await call(identity, { method: 'GET', path, query, signal, timeoutMs: PAGE_TIMEOUT_MS })
    } catch (error) {
      if (isForbidden(error)) throw error
    }
    deniedFrom = null
  }

  /** From where a watch goes on. */
  async function relist(): Promise<string> {
    const found = await discover(identity, resource, signal)
    if (found === null) {
      const why = cause('noSuchResource', { resource: pluralOf(resource) })
      throw new KubeError(why, { kind: 'status', status: 404 })
    }
    path = found
    const onPage = () => keeper.heard()
    const listing = await list(identity, { path, resource, signal, onPage })
    feed.replace(listing)
    keeper.setAside(feed.setAside)
    hasSynced = true
    return listing.resourceVersion
  }

  /**
   * What we know, the API server has to know, too. After a failure it may not: where its store was set back
   * to a backup, a watch says nothing until it has caught up with us, and that looks like a quiet cluster.
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
      query: { watch: true, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds },
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
    failures += 1
    isMute ||= hasCause(error, 'watchSaidNothing')
    const from = resourceVersion
    if (needsRelist(error)) resourceVersion = null
    if (await isToRepeat(error)) return
    if (signal.aborted) return
    const phase = phaseAfter(error)
    // The sink forgets what may no longer be read: that it has been read says nothing any more.
    if (phase === 'forbidden') {
      hasSynced = false
      deniedFrom ??= from
    }
    if (phase === 'absent') {
      // A no in earnest stays one: to doubt it anew each minute would take what else is live with it.
      if (hasSynced) feed.replace({ items: [], setAside: [], resourceVersion: '' })
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
      await wait(Math.min(pause, longestPause(error)), phase, causes)
    }
  }

  /**
   * Whether to ask again at once, for the answer is to be believed: a no from before the API server said
   * that it is ready may be one of its start, however soon after it the word came. What has been read
   * once is not given up for a word: behind one address another API server may have said it.
   */
  async function isToRepeat(error: unknown): Promise<boolean> {
    const isNo = isForbidden(error) || isUnauthorized(error) || isAbsent(error)
    refusal = isNo ? (refusal ?? { lasted: stopwatch(clock), isMeant: false }) : null
    if (refusal === null || hasSynced || patience(error) === 0) return false
    const isMeant = (await readiness(identity, signal)) === 'ready'
    refusal = { ...refusal, isMeant }
    return isMeant
  }

  /** How much longer a no may pass by itself, milliseconds; 0: it is in earnest. */
  function patience(error: unknown): number {
    // Where no credential is accepted nothing can be decided, so there is nothing to be careful of.
    const isPlain = isUnauthorized(error) || refusal?.isMeant === true
    if (isPlain && !hasSynced) return 0
    return Math.max(0, IN_EARNEST_MS - (refusal?.lasted() ?? 0))
  }

  /** While it is in doubt whether a no is meant, milliseconds. */
  function longestPause(error: unknown): number {
    const left = refusal === null ? 0 : patience(error)
    if (left === 0) return Number.POSITIVE_INFINITY
    // Nobody was asked: that there is no credential is not for an API server to change.
    return isKubeError(error) && error.kind === 'noCredential'
      ? left
      : Math.min(left, LONGEST_DOUBT_MS)
  }

  /** A watch whose connection failed goes on where it was; everything else is read again. */
  function needsRelist(error: unknown): boolean {
    if (isKubeError(error) && (error.kind === 'network' || error.kind === 'timeout')) return false
    if (isThrottled(error)) return false
    // "Too large": it does not know what we know.
    if (!isServerError(error) || /too large resource version/i.test(String(error))) return true
    return failures >= RELIST_AFTER_FAILURES
  }

  function phaseAfter(error: unknown): ReflectorPhase {
    const inEarnest = patience(error) === 0
    if (isUnauthorized(error) && inEarnest) return 'unauthorized'
    if (isForbidden(error) && inEarnest) return 'forbidden'
    if (isAbsent(error) && inEarnest) return 'absent'
    if (hasSynced) return 'reconnecting'
    return isUnreachable(error) ? 'unreachable' : 'connecting'
  }

  async function wait(ms: number, phase: ReflectorPhase, causes: readonly Cause[]): Promise<void> {
    const nap = new AbortController()
    wake = () => nap.abort()
    keeper.enter(phase, { causes, retryAt: clock.now() + ms })
    await sleep(clock, ms, nap.signal)
    // The attempt is under way: there is nothing to wait for.
    if (!signal.aborted) keeper.enter(phase, { causes })
  }

  /** Nothing is delivered after stop, not even the rest of a batch. */
  function guard(store: Store<T>): Store<T> {
    return {
      replace: (items, aside) => signal.aborted || store.replace(items, aside),
      upsert: (item) => signal.aborted || store.upsert(item),
      remove: (uid) => signal.aborted || store.remove(uid),
      putAside: (left) => signal.aborted || store.putAside(left),
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

/** The API server says that it does not have this API. */
function isAbsent(error: unknown): boolean {
  return hasCause(error, 'noSuchResource')
}

function hasCause(error: unknown, wanted: CauseCode): boolean {
  return isKubeError(error) && error.causes.some(({ code }) => code === wanted)
}

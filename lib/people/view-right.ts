import { setMaxListeners } from 'node:events'
import type { Cause } from '#lib/csr/cause.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'
import { type Clock, stopwatch } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { ViewRight } from '#lib/people/principal.ts'

/** A person's right to see, kept from the API server's answers. */
export interface ViewRightKeeper {
  /** Rights that the person lacks, or that were not asked for yet. */
  readonly missing: readonly Right[]
  readonly right: ViewRight
  /** Why the last review failed; empty after an answer. */
  readonly trouble: readonly Cause[]
  /** Aborts when `right` is no longer `may`. */
  readonly viewing: AbortSignal
  /** Takes the answer of a review that asked for `rights`. */
  take(rights: readonly Right[], lacking: readonly Right[]): void
  failed(error: unknown): void
  /** Ends the right to see: a late answer changes nothing. */
  stop(): void
}

/**
 * Milliseconds for which an answer counts while reviews fail. Three in a row have failed by then;
 * an API server that restarts for an upgrade answers before.
 */
const ANSWER_LASTS_MS = 3 * 60_000

export function keepViewRight(wanted: () => readonly Right[], clock: Clock): ViewRightKeeper {
  let isStopped = false
  let lacks: readonly Right[] = []
  /**
   * Rights that the last review asked for: a source that is read only since then needs another
   * review.
   */
  let asked: readonly Right[] = []
  let trouble: readonly Cause[] = []
  let age = stopwatch(clock)
  let cancel = () => {}
  let view = newView()

  const isOld = () => age() >= ANSWER_LASTS_MS

  function closeWhenOld(): void {
    if (isOld()) view.abort()
    else cancel = clock.after(ANSWER_LASTS_MS - age(), closeWhenOld)
  }

  function missing(): readonly Right[] {
    const unasked = wanted().filter((right) => !asked.some((one) => isSame(one, right)))
    return unasked.length === 0 ? lacks : [...lacks, ...unasked]
  }

  return {
    get missing() {
      return missing()
    },
    get right() {
      if (isOld()) return 'unknown'
      return missing().length === 0 ? 'may' : 'mayNot'
    },
    get trouble() {
      return trouble
    },
    get viewing() {
      return view.signal
    },
    take(rights, lacking) {
      if (isStopped) return
      cancel()
      asked = rights
      lacks = lacking
      trouble = []
      age = stopwatch(clock)
      if (lacking.length > 0) view.abort()
      else if (view.signal.aborted) view = newView()
      closeWhenOld()
    },
    failed(error) {
      trouble = causesOf(error)
    },
    stop() {
      isStopped = true
      cancel()
      view.abort()
    },
  }
}

function newView(): AbortController {
  const view = new AbortController()
  // Each stream of the person listens, and Node warns from the eleventh listener on.
  setMaxListeners(0, view.signal)
  return view
}

function isSame(a: Right, b: Right): boolean {
  return a.verb === b.verb && a.group === b.group && a.resource === b.resource
}

import { setMaxListeners } from 'node:events'
import type { Cause } from '#lib/csr/cause.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'
import { type Clock, stopwatch } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { ViewRight } from '#lib/people/principal.ts'

/**
 * Milliseconds for which an answer counts while reviews fail. Three in a row have failed by then;
 * an API server that restarts for an upgrade answers before.
 */
const ANSWER_LASTS_MS = 3 * 60_000

/** A person's right to see, kept from the API server's answers. */
export class ViewRightKeeper {
  readonly #wanted: () => readonly Right[]
  readonly #clock: Clock
  #isStopped = false
  #lacks: readonly Right[] = []
  /**
   * Rights that the last review asked for: a source that is read only since then needs another
   * review.
   */
  #asked: readonly Right[] = []
  #trouble: readonly Cause[] = []
  #age: () => number
  #cancel = () => {}
  #view = newView()

  constructor(wanted: () => readonly Right[], clock: Clock) {
    this.#wanted = wanted
    this.#clock = clock
    this.#age = stopwatch(clock)
  }

  /** Rights that the person lacks, or that were not asked for yet. */
  get missing(): readonly Right[] {
    const unasked = this.#wanted().filter((right) => !this.#asked.some((one) => isSame(one, right)))
    return unasked.length === 0 ? this.#lacks : [...this.#lacks, ...unasked]
  }

  get right(): ViewRight {
    if (this.#age() >= ANSWER_LASTS_MS) return 'unknown'
    return this.missing.length === 0 ? 'may' : 'mayNot'
  }

  /** Why the last review failed; empty after an answer. */
  get trouble(): readonly Cause[] {
    return this.#trouble
  }

  /** Aborts when `right` is no longer `may`. */
  get viewing(): AbortSignal {
    return this.#view.signal
  }

  /** Takes the answer of a review that asked for `rights`. */
  take(rights: readonly Right[], lacking: readonly Right[]): void {
    if (this.#isStopped) return
    this.#cancel()
    this.#asked = rights
    this.#lacks = lacking
    this.#trouble = []
    this.#age = stopwatch(this.#clock)
    if (lacking.length > 0) this.#view.abort()
    else if (this.#view.signal.aborted) this.#view = newView()
    this.#closeWhenOld()
  }

  failed(error: unknown): void {
    this.#trouble = causesOf(error)
  }

  /** Ends the right to see: a late answer changes nothing. */
  stop(): void {
    this.#isStopped = true
    this.#cancel()
    this.#view.abort()
  }

  #closeWhenOld(): void {
    const left = ANSWER_LASTS_MS - this.#age()
    if (left <= 0) this.#view.abort()
    else this.#cancel = this.#clock.after(left, () => this.#closeWhenOld())
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

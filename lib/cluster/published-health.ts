import { describeHealth } from '#lib/cluster/feed-health.ts'
import type { Prerequisite } from '#lib/cluster/prerequisites.ts'
import type { Sources } from '#lib/cluster/sources.ts'
import { whyNotRead, whyOthersAwaited, whyOutOfDate } from '#lib/cluster/why-not-known.ts'
import type { Cause, Sentence } from '#lib/csr/cause.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import type { Intake } from '#lib/kube/watch/intake.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector.ts'
import { explainIfAny } from '#lib/refusals/explain.ts'
import type { FeedHealth } from '#lib/wire/wire.ts'

export type FeedReadiness =
  | { readonly ready: true }
  /** The source or prerequisite that is missing, with its state and the causes of a failed try. */
  | { readonly ready: false; readonly why: string; readonly causes: readonly Sentence[] }

export interface PublishedHealthOptions {
  readonly sources: Sources
  readonly operators: { readonly state: ReflectorState }
  readonly intake: Intake
  /** Whether rows are still to be derived. */
  readonly isBehind: () => boolean
  readonly requestCount: () => number
  /** Inputs that must be known before the feed is live, by name. */
  readonly prerequisites: Readonly<Record<string, Prerequisite>>
  /** Tells that the feed becomes live, before that is published. */
  readonly onLive: () => void
  /** Takes each change of what is published. */
  readonly onPublish: (health: FeedHealth) => void
}

/**
 * The health of the feed as pages show it. It becomes live only when all rows are derived and all
 * prerequisites are known; a loss is shown at once.
 */
export class PublishedHealth {
  readonly #options: PublishedHealthOptions
  /** The sources as they are now. */
  #read: FeedHealth
  #published: FeedHealth
  #askedAt: FeedHealth | null = null
  #hasBeenLive = false

  constructor(options: PublishedHealthOptions) {
    this.#options = options
    this.#read = this.#describe()
    this.#published = this.#read
  }

  get current(): FeedHealth {
    return this.#published
  }

  get isLive(): boolean {
    return this.#published.state === 'live'
  }

  get hasBeenLive(): boolean {
    return this.#hasBeenLive
  }

  /** Tells that a source has another state. */
  sourcesChanged(): void {
    this.#read = this.#describe()
  }

  /** Publishes the state that the sources and prerequisites have by now. */
  look(): void {
    const { intake, isBehind, sources, onLive } = this.#options
    const health = this.#read
    const wasLive = this.isLive || isCatchingUp(this.#published)
    const lost = health.state === 'live' && wasLive ? whyOutOfDate(sources) : null
    if (lost !== null) {
      this.#withhold(lost)
      return
    }
    if (health.state === 'live' && !wasLive) {
      if (!intake.isCurrent() || isBehind() || whyOthersAwaited(sources) !== null) return
      this.#askForTheRest()
      const missing = this.#firstUnknown()
      if (missing !== null) {
        this.#withhold(missing[1].why())
        return
      }
      onLive()
    }
    this.#publish(health)
  }

  readiness(): FeedReadiness {
    const lost = whyNotRead(this.#options.sources)
    if (lost !== null) return { ready: false, why: lost.what, causes: [] }
    const { state, causes } = this.#published
    if (state === 'live') return { ready: true }
    const missing = this.#firstUnknown()
    return { ready: false, why: missing === null ? state : `${missing[0]}: ${state}`, causes }
  }

  #describe(): FeedHealth {
    const { sources, operators, requestCount } = this.#options
    return describeHealth(sources, operators.state, requestCount())
  }

  /** The cluster is read, and not live for these causes; without any, the first try is under way. */
  #withhold(causes: readonly Cause[]): void {
    const { state: before, sources, causes: known } = this.#published
    const state = causes.length === 0 ? 'connecting' : 'withheld'
    const isSame = before === state && sources === this.#read.sources && sameValue(known, causes)
    if (isSame) return
    this.#publish({ ...this.#read, state, message: explainIfAny(causes).detail, causes })
  }

  #publish(health: FeedHealth): void {
    if (health === this.#published) return
    this.#published = health
    this.#hasBeenLive ||= this.isLive
    this.#options.onPublish(health)
  }

  /**
   * Asks for the prerequisites once for each state of the sources: the API server answers by now.
   */
  #askForTheRest(): void {
    if (this.#read === this.#askedAt) return
    this.#askedAt = this.#read
    for (const it of Object.values(this.#options.prerequisites)) if (!it.isKnown()) it.ask?.()
  }

  #firstUnknown(): readonly [name: string, Prerequisite] | null {
    return Object.entries(this.#options.prerequisites).find(([, it]) => !it.isKnown()) ?? null
  }
}

function isCatchingUp({ causes }: FeedHealth): boolean {
  return causes.some(({ code }) => code === 'catchingUp')
}

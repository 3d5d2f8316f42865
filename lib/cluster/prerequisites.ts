import type { Cause } from '#lib/csr/cause.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { explainIfAny } from '#lib/refusals/explain.ts'
import type { FeedHealth } from '#lib/wire/wire.ts'

/** An input of every judgement besides the cluster's objects: the feed goes live once it is known. */
export interface Prerequisite {
  /** Name in the answer of /readyz. */
  readonly name: 'policy' | 'expected' | 'identity' | 'services' | 'apiServer' | 'store'
  /**
   * Whether the input is known. Stays true while a later read fails; the identity is unknown again
   * after it changes.
   */
  readonly isKnown: () => boolean
  /** Asks for the input now, where the answer does not come by itself. */
  readonly ask?: () => void
  /** The causes of the last failed try; empty before one. */
  readonly why: () => readonly Cause[]
}

/**
 * The feed of a cluster that is read, while that is missing: `connecting` until a first try has
 * failed. The very same as before where nothing else is to be told.
 */
export function withheld(
  live: FeedHealth,
  causes: readonly Cause[],
  before: FeedHealth,
): FeedHealth {
  const state = causes.length === 0 ? 'connecting' : 'withheld'
  const isSame =
    before.state === state && before.sources === live.sources && sameValue(before.causes, causes)
  if (isSame) return before
  return { ...live, state, message: explainIfAny(causes).detail, causes }
}

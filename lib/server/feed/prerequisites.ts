import { type Cause, sameCauses } from '#lib/csr/cause.ts'
import { toldIfAny } from '#lib/server/decide/sentences-told.ts'
import type { Feed } from '#lib/wire/wire.ts'

/** What every judgement rests on besides the cluster's objects: nothing is live before it is known. */
export interface Prerequisite {
  /** For the probe. */
  readonly name: 'policy' | 'expected' | 'identity' | 'services' | 'apiServer' | 'store'
  /** What was known stands while a later asking fails; who acts is unknown again once it is another. */
  readonly isKnown: () => boolean
  /** Whether a live feed stops being live once it is unknown again. */
  readonly throughout?: true
  /** Why not, once a try has failed. */
  readonly why: () => readonly Cause[]
}

/**
 * The feed of a cluster that is read, while that is missing: `connecting` until a first try has
 * failed. The very same as before where nothing else is to be told.
 */
export function withheld(live: Feed, { why }: Pick<Prerequisite, 'why'>, before: Feed): Feed {
  const causes = why()
  const state = causes.length === 0 ? 'connecting' : 'withheld'
  const isSame =
    before.state === state && before.sources === live.sources && sameCauses(before.causes, causes)
  if (isSame) return before
  return { ...live, state, message: toldIfAny(causes).detail, causes }
}

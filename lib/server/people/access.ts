import { type Cause, cause } from '#lib/csr/cause.ts'
import type { AccessReview } from '#lib/kube/reads/access-reviews.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { Access } from '#lib/wire/wire.ts'

/** Answer of the API server about the identity that this process acts as. */
export interface Reviewed {
  /** '' where it does not say. */
  readonly username: string
  readonly review: AccessReview
}

export interface AccessKeeper {
  /** '' before the first answer, and where the API server does not say. */
  readonly username: string
  readonly access: Access
  /** Why there is no answer yet; empty before the first failure, and after an answer. */
  readonly trouble: readonly Cause[]
  /** Asks now, or once more after the question under way; soon again after a failure. */
  refresh(): void
  /** Takes another identity, whose rights are not known, and asks for them. */
  become(username: string): void
  /** While a browser watches, the answer is never older than `REVIEW_SECONDS`. */
  watch(isWatched: boolean): void
  stop(): void
}

export interface AccessOptions {
  readonly review: (signal: AbortSignal) => Promise<Reviewed>
  readonly clock: Clock
  /** The answer has changed; `reviewedAt` alone is no change. */
  readonly onChange: () => void
  readonly onFailed: (error: unknown) => void
  /** Share of the interval to leave out, 0 to 1, so that not all people are asked for at once. */
  readonly early?: () => number
}

export const REVIEW_SECONDS = 45

/** Seconds until a failed question is repeated, watched or not; doubled up to the above. */
const RETRY_SECONDS = 2

/** Nothing is allowed before the API server has said so. */
const NOTHING: Access = { approval: false, signers: {}, reviewedAt: null }

export function keepAccess(options: AccessOptions): AccessKeeper {
  const { review, clock, onChange, onFailed, early = () => 0 } = options
  const stopping = new AbortController()
  let username = ''
  let access = NOTHING
  let asking = false
  let again = false
  let watched = false
  let trouble: readonly Cause[] = []
  let failures = 0
  let cancel = () => {}

  async function ask(): Promise<void> {
    let failure: { readonly error: unknown } | null = null
    asking = true
    cancel()
    const before = username
    try {
      const answer = await review(stopping.signal)
      // An answer about an earlier identity does not count; `become` has asked again.
      if (!stopping.signal.aborted && username === before) take(answer)
    } catch (error) {
      // The last answer stays in force until the next one.
      failures += 1
      failure = { error }
      if (access.reviewedAt === null) trouble = [cause('actorUnknown'), ...causesOf(error)]
    }
    asking = false
    plan()
    if (failure !== null && !stopping.signal.aborted) onFailed(failure.error)
  }

  function take(answer: Reviewed): void {
    const changed =
      answer.username !== username ||
      access.reviewedAt === null ||
      sayings(answer.review) !== sayings(access)
    failures = 0
    trouble = []
    username = answer.username
    access = { ...answer.review, reviewedAt: new Date(clock.now()).toISOString() }
    if (changed) onChange()
  }

  function plan(): void {
    cancel()
    if (stopping.signal.aborted) return
    if (again) {
      again = false
      askNow()
    } else if (failures > 0) {
      const seconds = Math.min(RETRY_SECONDS * 2 ** (failures - 1), REVIEW_SECONDS)
      cancel = clock.after(seconds * 1000, askNow)
    } else if (watched) {
      cancel = clock.after(REVIEW_SECONDS * 1000 * (1 - early()), askNow)
    }
  }

  function askNow(): void {
    if (stopping.signal.aborted) return
    if (asking) again = true
    else void ask()
  }

  function isOld(): boolean {
    const { reviewedAt } = access
    return reviewedAt === null || clock.now() - Date.parse(reviewedAt) >= REVIEW_SECONDS * 1000
  }

  return {
    get username() {
      return username
    },
    get access() {
      return access
    },
    get trouble() {
      return trouble
    },
    refresh() {
      failures = 0
      askNow()
    },
    become(now) {
      if (now === username) return
      username = now
      access = NOTHING
      failures = 0
      onChange()
      askNow()
    },
    watch(isWatched) {
      if (isWatched === watched) return
      watched = isWatched
      if (watched && isOld()) askNow()
      else if (!asking) plan()
    },
    stop() {
      stopping.abort()
      cancel()
    },
  }
}

function sayings({ approval, signers }: AccessReview): string {
  const names = Object.keys(signers).toSorted()
  return JSON.stringify([approval, names.map((name) => [name, signers[name]])])
}

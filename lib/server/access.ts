import type { AccessReview } from '#lib/kube/access-reviews.ts'
import type { Clock } from '#lib/kube/clock.ts'
import type { Access } from '#lib/live/wire.ts'

/** What the API server answered about the identity that this process acts as. */
export interface Reviewed {
  /** '' where it does not say. */
  readonly username: string
  readonly review: AccessReview
}

export interface AccessKeeper {
  /** '' before the first answer, and where the API server does not say. */
  readonly username: string
  readonly access: Access
  /** Asks now, or once more after the asking under way. */
  refresh(): void
  /** While somebody watches, the answer is never older than `REVIEW_SECONDS`. */
  watch(isWatched: boolean): void
  stop(): void
}

export interface AccessOptions {
  readonly review: (signal: AbortSignal) => Promise<Reviewed>
  readonly clock: Clock
  /** The answer is another than before; `reviewedAt` alone is no change. */
  readonly onChange: () => void
}

export const REVIEW_SECONDS = 45

/** Nothing is allowed before the API server has said so. */
const NOTHING: Access = { approval: false, signers: {}, reviewedAt: null }

export function keepAccess({ review, clock, onChange }: AccessOptions): AccessKeeper {
  const stopping = new AbortController()
  let username = ''
  let access = NOTHING
  let asking = false
  let again = false
  let watched = false
  let cancel = () => {}

  async function ask(): Promise<void> {
    asking = true
    cancel()
    try {
      const answer = await review(stopping.signal)
      if (!stopping.signal.aborted) take(answer)
    } catch {
      // The feed tells why the API server does not answer; the last answer stands until then.
    }
    asking = false
    plan()
  }

  function take(answer: Reviewed): void {
    const changed =
      answer.username !== username ||
      access.reviewedAt === null ||
      sayings(answer.review) !== sayings(access)
    username = answer.username
    access = { ...answer.review, reviewedAt: new Date(clock.now()).toISOString() }
    if (changed) onChange()
  }

  function plan(): void {
    cancel()
    if (stopping.signal.aborted) return
    if (again) {
      again = false
      refresh()
    } else if (watched) {
      cancel = clock.after(REVIEW_SECONDS * 1000, refresh)
    }
  }

  function refresh(): void {
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
    refresh,
    watch(isWatched) {
      if (isWatched === watched) return
      watched = isWatched
      if (watched && isOld()) refresh()
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

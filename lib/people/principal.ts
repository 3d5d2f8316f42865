import { type Cause, cause } from '#lib/csr/cause.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import type { Viewer } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { AccessReview } from '#lib/kube/reads/access-reviews.ts'
import { askedToWait } from '#lib/kube/transport/backoff.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import type { Access, Cluster, ClusterFacts } from '#lib/wire/wire.ts'

/** A person as the API server knows them, with the credential for their writes. */
export interface Principal {
  /** `name` is '' until the API server has given it. */
  readonly viewer: Viewer
  /** For the screen and the log: the kubeconfig's user where the API server gives no name. */
  readonly displayName: string
  readonly access: Access
  /** Checks before each write that the credential is still this person's. */
  readonly actor: Pick<Actor, 'username' | 'name' | 'as' | 'anyway'>
  /** Paces the writes of all sessions of this person, so that no other person waits for them. */
  readonly pacer: Pacer
  /** Asks the API server again for the rights, which may have changed. */
  reviewAccess(): void
}

/** The caller of a route: the person and their session. */
export interface Caller {
  readonly principal: Principal
  /** Aborts when the credential must not be used any more; null for a launch key, which lasts. */
  readonly session: AbortSignal | null
  /** Aborts when nothing may be shown any more, such as without the right to see. */
  readonly viewing: AbortSignal | null
  readonly viewRight: ViewRight
}

/**
 * Whether the person may see what the server reads; in team mode asked for regularly. `unknown`:
 * the API server's last answer is too old.
 */
export type ViewRight = 'may' | 'mayNot' | 'unknown'

export interface RunningPrincipal extends Principal {
  /** Whether the API server has named the person and their rights. */
  readonly isKnown: boolean
  /** Why it has not; empty before the first failure. */
  readonly trouble: readonly Cause[]
  /** Switches to another person's credential, whose rights are not known, and asks for them. */
  become(username: string): void
  /** While watched, rights are asked for regularly. */
  watch(isWatched: boolean): void
  stop(): void
}

/** The API server's answer about the identity of this process. */
export interface Reviewed {
  /** '' where the API server does not say. */
  readonly username: string
  readonly review: AccessReview
}

/** While watched, rights are never older than this. */
const REVIEW_SECONDS = 45

/** Seconds until a failed question is repeated, watched or not; doubled up to REVIEW_SECONDS. */
const RETRY_SECONDS = 2

/** Rights before the API server's first answer: none. */
const NOTHING: Access = { approval: false, signers: {}, reviewedAt: null }

export function createPrincipal(options: {
  /** Shown while the API server has given no other name. */
  readonly fallbackName: string
  readonly uid?: string
  readonly actor: Principal['actor']
  readonly pacer: Pacer
  readonly review: (signal: AbortSignal) => Promise<Reviewed>
  readonly clock: Clock
  readonly onOtherPerson: () => void
  /** Called when the rights have changed, and not for another `reviewedAt` alone. */
  readonly onRights: () => void
  readonly onFailed: (error: unknown) => void
  /** Share of the interval to leave out, 0 to 1, so that all people's questions are spread. */
  readonly early?: () => number
}): RunningPrincipal {
  const { fallbackName, uid, actor, pacer, review, clock, early = () => 0 } = options
  const stopping = new AbortController()
  /** '' before the first answer, and where the API server gives no name. */
  let username = ''
  let access = NOTHING
  let asking = false
  let again = false
  let watched = false
  let trouble: readonly Cause[] = []
  let failures = 0
  /** End of the last failed review's Retry-After, monotonic: no retry ends it sooner. */
  let pausedUntil = 0
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
      pausedUntil = clock.passed() + askedToWait(error)
      failure = { error }
      if (access.reviewedAt === null) trouble = [cause('actorUnknown'), ...causesOf(error)]
    }
    asking = false
    plan()
    if (failure !== null && !stopping.signal.aborted) options.onFailed(failure.error)
  }

  function take(answer: Reviewed): void {
    const isOther = answer.username !== username
    const { reviewedAt, ...known } = access
    const isChanged = reviewedAt === null || !sameValue(answer.review, known)
    failures = 0
    trouble = []
    username = answer.username
    access = { ...answer.review, reviewedAt: new Date(clock.now()).toISOString() }
    if (isOther) options.onOtherPerson()
    else if (isChanged) options.onRights()
  }

  function plan(): void {
    cancel()
    if (stopping.signal.aborted) return
    if (again) {
      again = false
      askNow()
    } else if (failures > 0) {
      const seconds = Math.min(RETRY_SECONDS * 2 ** (failures - 1), REVIEW_SECONDS)
      cancel = clock.after(Math.max(seconds * 1000, pausedUntil - clock.passed()), askNow)
    } else if (watched) {
      cancel = clock.after(REVIEW_SECONDS * 1000 * (1 - early()), askNow)
    }
  }

  function askNow(): void {
    if (stopping.signal.aborted) return
    if (asking) again = true
    else if (clock.passed() < pausedUntil) plan()
    else void ask()
  }

  function isOld(): boolean {
    const { reviewedAt } = access
    return reviewedAt === null || clock.now() - Date.parse(reviewedAt) >= REVIEW_SECONDS * 1000
  }

  function reviewAccess(): void {
    if (clock.passed() < pausedUntil) return
    failures = 0
    askNow()
  }

  reviewAccess()
  return {
    get viewer() {
      const { approval, signers } = access
      const mayApprove = (signer: string) => approval && signers[signer] === true
      const viewer = { name: username, mayApprove }
      return uid === undefined ? viewer : { ...viewer, uid }
    },
    get displayName() {
      return username === '' ? fallbackName : username
    },
    get access() {
      return access
    },
    get isKnown() {
      return access.reviewedAt !== null
    },
    get trouble() {
      return trouble
    },
    actor,
    pacer,
    reviewAccess,
    become(now) {
      if (now === username) return
      username = now
      access = NOTHING
      failures = 0
      options.onOtherPerson()
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

/** The cluster for this person. */
export function clusterFor(facts: ClusterFacts, { displayName, access }: Principal): Cluster {
  return { ...facts, user: displayName, access }
}

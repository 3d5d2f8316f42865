import type { Access } from '#lib/csr/approval/may-act-now.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import type { Viewer } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { AccessReview } from '#lib/kube/reads/access-reviews.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import { type RepeatedReviewOptions, repeatReview } from '#lib/people/repeated-review.ts'
import type { Cluster, ClusterFacts } from '#lib/wire/wire.ts'

/** A person as the API server knows them, with the credential for their writes. */
export interface Principal {
  /** `name` is '' until the API server has given it. */
  readonly viewer: Viewer
  /** For the screen and the log: the kubeconfig's user where the API server gives no name. */
  readonly displayName: string
  readonly access: Access
  /** The API server that knows the person: the site of another one refuses them. */
  readonly endpoint: Endpoint
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

export type RunningPrincipal = ReturnType<typeof createPrincipal>

/** The API server's answer about the identity of this process. */
export interface Reviewed {
  /** '' where the API server does not say. */
  readonly username: string
  readonly review: AccessReview
}

/** Rights before the API server's first answer: none. */
const NOTHING: Access = { approval: false, signers: {}, reviewedAt: null }

export function createPrincipal(
  options: Pick<Principal, 'endpoint' | 'actor' | 'pacer'> &
    Pick<RepeatedReviewOptions, 'onFailed' | 'clock' | 'early'> & {
      /** Shown while the API server has given no other name. */
      readonly fallbackName: string
      readonly uid?: string
      readonly review: (signal: AbortSignal) => Promise<Reviewed>
      readonly onOtherPerson: () => void
      /** Called when the rights have changed, and not for another `reviewedAt` alone. */
      readonly onRights: () => void
    },
) {
  const { fallbackName, uid, endpoint, actor, pacer, review, clock } = options
  /** '' before the first answer, and where the API server gives no name. */
  let username = ''
  let access = NOTHING
  let trouble: readonly Cause[] = []
  const reviews = repeatReview({
    ...options,
    async ask(signal) {
      const before = username
      const answer = await review(signal)
      // An answer about an earlier identity does not count; `become` has asked again.
      if (!signal.aborted && username === before) take(answer)
    },
    hasAnswerSince: (time) => access.reviewedAt !== null && Date.parse(access.reviewedAt) > time,
    onFailed(error) {
      if (access.reviewedAt === null) trouble = [cause('actorUnknown'), ...causesOf(error)]
      options.onFailed(error)
    },
  })

  function take(answer: Reviewed): void {
    const isOther = answer.username !== username
    const { reviewedAt, ...known } = access
    const isChanged = reviewedAt === null || !sameValue(answer.review, known)
    trouble = []
    username = answer.username
    access = { ...answer.review, reviewedAt: new Date(clock.now()).toISOString() }
    if (isOther) options.onOtherPerson()
    else if (isChanged) options.onRights()
  }

  reviews.now()
  return {
    get viewer(): Viewer {
      const { approval, signers } = access
      const mayApprove = (signer: string) => approval && signers[signer] === true
      const viewer = { name: username, mayApprove }
      return uid === undefined ? viewer : { ...viewer, uid }
    },
    get displayName() {
      return username === '' ? fallbackName : username
    },
    get access(): Access {
      return access
    },
    /** Why the API server has not given name and rights; empty before the first failure. */
    get trouble(): readonly Cause[] {
      return trouble
    },
    endpoint,
    actor,
    pacer,
    reviewAccess: reviews.now,
    /** Switches to another person's credential, whose rights are not known, and asks for them. */
    become(now: string): void {
      if (now === username) return
      username = now
      access = NOTHING
      options.onOtherPerson()
      reviews.now()
    },
    /** While watched, rights are asked for regularly. */
    watch: reviews.watch,
    stop: reviews.stop,
  }
}

/** The cluster for this person. */
export function clusterFor(facts: ClusterFacts, { displayName, access }: Principal): Cluster {
  return { ...facts, user: displayName, access }
}

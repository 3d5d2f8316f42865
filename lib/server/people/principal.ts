import type { Cause } from '#lib/csr/cause.ts'
import type { Viewer } from '#lib/csr/machine/viewer-overlay.ts'
import type { Actor } from '#lib/kube/credentials/actor.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import { keepAccess, type Reviewed } from '#lib/server/people/access.ts'
import type { PreferenceStore } from '#lib/server/preference-store.ts'
import type { Access, Cluster, ClusterFacts } from '#lib/wire/wire.ts'

/** A person as the API server knows them, with the credential of their writes. */
export interface Principal {
  /** `name` is '' until the API server has said it. */
  readonly viewer: Viewer
  /** For the screen and the log: the kubeconfig's user where the API server does not say. */
  readonly displayName: string
  readonly access: Access
  /** Checks before each write that the credential is still this person's. */
  readonly actor: Pick<Actor, 'username' | 'name' | 'as' | 'anyway'>
  /** Paces this person's writes, so that no other person waits for them. */
  readonly pacer: Pacer
  readonly preferences: PreferenceStore
  /** The rights may have changed: asks the API server again. */
  reviewAccess(): void
}

/** The caller of a route: the person and their session. */
export interface Caller {
  readonly principal: Principal
  /** Aborts when the credential may be used no more; null for a launch key, which lasts. */
  readonly session: AbortSignal | null
  /** Aborts when nothing may be shown any more: also without the right to see. */
  readonly viewing: AbortSignal | null
  readonly viewRight: ViewRight
}

/**
 * Whether the person may see what the server reads; asked for regularly in team mode. `unknown`: the
 * last answer of the API server is too old.
 */
export type ViewRight = 'may' | 'mayNot' | 'unknown'

export interface RunningPrincipal extends Principal {
  /** Whether the API server has said who it is and what they may do. */
  readonly isKnown: boolean
  /** Why it has not; empty before the first failure. */
  readonly trouble: readonly Cause[]
  /** The credential is another person's now. */
  become(username: string): void
  /** While watched, rights are asked for regularly. */
  watch(isWatched: boolean): void
  stop(): void
}

export interface PrincipalOptions {
  /** Shown while the API server has not said another name. */
  readonly fallbackName: string
  readonly uid?: string
  readonly actor: Principal['actor']
  readonly pacer: Pacer
  readonly preferences: PreferenceStore
  readonly review: (signal: AbortSignal) => Promise<Reviewed>
  readonly clock: Clock
  readonly onOtherPerson: () => void
  readonly onRights: () => void
  readonly onFailed: (error: unknown) => void
  readonly early?: () => number
}

export function createPrincipal(options: PrincipalOptions): RunningPrincipal {
  const { fallbackName, uid, actor, pacer, preferences, review, clock } = options
  let lastName = ''
  const access = keepAccess({
    review,
    clock,
    onChange() {
      const isSame = access.username === lastName
      lastName = access.username
      if (isSame) options.onRights()
      else options.onOtherPerson()
    },
    onFailed: options.onFailed,
    ...(options.early === undefined ? {} : { early: options.early }),
  })
  access.refresh()
  return {
    get viewer() {
      const { approval, signers } = access.access
      const mayApprove = (signer: string) => approval && signers[signer] === true
      const viewer = { name: access.username, mayApprove }
      return uid === undefined ? viewer : { ...viewer, uid }
    },
    get displayName() {
      return access.username === '' ? fallbackName : access.username
    },
    get access() {
      return access.access
    },
    get isKnown() {
      return access.access.reviewedAt !== null
    },
    get trouble() {
      return access.trouble
    },
    actor,
    pacer,
    preferences,
    reviewAccess: access.refresh,
    become: access.become,
    watch: access.watch,
    stop: access.stop,
  }
}

/** The cluster as this person sees it. */
export function clusterFor(facts: ClusterFacts, { displayName, access }: Principal): Cluster {
  return { ...facts, user: displayName, access }
}

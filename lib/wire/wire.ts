import type { Sentence } from '#lib/csr/cause.ts'
import type { MachineApproverBrake } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import type { MachineApprover } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { ClusterOperator, SourceState } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { AlarmDetail, MachineRow, RequestRow } from '#lib/csr/rows/rows.ts'
import type { Explanation } from '#lib/wire/explanation.ts'
import type { Decision, Outcome } from '#lib/wire/outcomes.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'
import type { ClusterTitle } from '#lib/wire/session-answers.ts'
import type { Changed } from '#lib/wire/topics.ts'

export { type Decision, OUTCOMES, type Outcome } from '#lib/wire/outcomes.ts'

/** Types that travel between server and browser: docs/http-api.md. */

/**
 * `withheld`: the cluster is read, but not yet all that its requests are judged by besides; or it tells
 * more than can be taken in, so that what is known is old.
 */
export type FeedState = Exclude<SourceState, 'absent' | 'tooMany'> | 'withheld'

/** How the server's own view of the cluster is doing. Decisions are possible only while `live`. */
export interface Feed {
  readonly state: FeedState
  /** When it entered this state. */
  readonly since: string
  /** Last time anything was heard from the API server. */
  readonly lastHeardAt: string | null
  /** Next attempt, while reconnecting. */
  readonly retryAt: string | null
  /** Why it is not live, in English; null while it is. */
  readonly message: string | null
  /** The same for the page to word. */
  readonly causes: readonly Sentence[]
  readonly sources: Readonly<Record<SourceName, Source>>
}

/** `csrs`: requests of the two kubelet signers. `otherCsrs`: those of all others. */
export type SourceName = 'csrs' | 'otherCsrs' | 'nodes' | 'machines' | 'operators'

export interface Source {
  readonly state: SourceState
  readonly message: string | null
  readonly causes: readonly Sentence[]
  /** Objects that could not be projected and were set aside. */
  readonly setAside: number
  /** Whatever the state says of one API that serves them, another can be read. */
  readonly partly: boolean
  /** It was read, and may be no longer: what it spoke against looks innocent. */
  readonly lost: boolean
  /** Objects that are neither shown nor decided because there are too many; null while all are. */
  readonly leftOut: LeftOut | null
}

export interface LeftOut {
  /** Most objects that are followed. */
  readonly most: number
  /** Signers none of whose requests is here; empty where they are too many to name. */
  readonly signers: readonly string[]
  /** About how many requests are left out; null where that is not known. */
  readonly count: number | null
}

/** The cluster, and what the viewer may decide in it. */
export interface Cluster extends ClusterFacts {
  /** The viewer, as whom decisions are made. */
  readonly user: string
  readonly access: Access
}

/** The cluster as it is for every viewer. */
export interface ClusterFacts extends ClusterTitle {
  readonly server: string
  /** The kubeconfig says not to check the API server's certificate. */
  readonly insecure: boolean
  /** Whether kubelets are asked what they present. */
  readonly asksKubelets: boolean
  readonly operators: readonly ClusterOperator[]
  readonly machineApprover: MachineApprover & { readonly brake: MachineApproverBrake }
}

export interface Access {
  /** `update` on `certificatesigningrequests/approval`. */
  readonly approval: boolean
  /** `approve` on each signer that was asked for, by signerName. */
  readonly signers: Readonly<Record<string, boolean>>
  /** When the API server was last asked; null before the first answer. */
  readonly reviewedAt: string | null
}

export interface Snapshot {
  /** New at every start of the server: revisions of different epochs do not compare. */
  readonly epoch: string
  readonly revision: number
  readonly serverTime: string
  readonly cluster: Cluster
  readonly feed: Feed
  readonly machines: readonly MachineRow[]
  readonly others: readonly RequestRow[]
  readonly alarms: readonly AlarmDetail[]
}

export interface Hello {
  readonly epoch: string
  readonly revision: number
  readonly serverTime: string
}

export type StreamEvent =
  | { readonly event: 'hello'; readonly data: Hello }
  | { readonly event: 'feed'; readonly data: Feed }
  | { readonly event: 'changed'; readonly data: Changed }
  | { readonly event: 'run'; readonly data: RunSummary }

// ── Decisions ────────────────────────────────────────────────────────────────────────────────

/** The request as the person saw it: the server approves nothing that is judged worse by now. */
export type Saw = Pick<RequestRow, 'status' | 'verdict' | 'failing'> & {
  /** Absent where a script decides, and where nothing is known of it. */
  readonly superseded?: boolean | undefined
}

export interface DecisionItem {
  readonly uid: string
  readonly resourceVersion: string
  /** Absent where a script decides: the request has to be at exactly this resourceVersion then. */
  readonly saw?: Saw
  /** The node's name (or the request's), typed by the person: needed for a suspicious item. */
  readonly confirm?: string
}

export interface DecisionBody {
  readonly decision: Decision
  /** The least trust that is accepted; `verified` when absent. */
  readonly accept?: Trust
  readonly note?: string
  /** Once the first of one machine's client requests is approved, the machine is followed for so long. */
  readonly followMinutes?: number
  /** In whose name, as it was on screen: by nobody else is anything of it done. Anybody when absent. */
  readonly as?: string
  readonly items: readonly DecisionItem[]
}

export const DECISION_LIMIT = 500

/** Nodes of one page; more than the largest screen has rows. */
export const NODES_IN_VIEW_LIMIT = 100

/** Things that every item of an order needs. */
export const LOSSES = [
  /** It is stopped. */
  'server',
  'cluster',
  /** The record is required and cannot be written. */
  'record',
  /** The API server no longer accepts the credential. */
  'identity',
  /** The credential is somebody else's. */
  'actor',
  /** Nobody could say whose it is. */
  'actorUnknown',
] as const
export type Loss = (typeof LOSSES)[number]

/** One NDJSON line per item, as it happens. */
export interface DecisionLine extends Partial<Explanation> {
  readonly uid: string
  readonly outcome: Outcome
  /**
   * Loss of something that all items need: nothing was written for this item, and the same order may
   * be sent again later.
   */
  readonly lost?: Loss
}

/** A line between the outcomes: the API server asked to wait until then; null when it is over. */
export interface DecisionPause {
  readonly pausedUntil: string | null
}

/** The last line of the answer. */
export interface DecisionDone {
  readonly done: true
  readonly counts: Readonly<Partial<Record<Outcome, number>>>
}

/** Outcome of dismissing an alarm: false where there was none. */
export interface AlarmDismissed {
  readonly dismissed: boolean
}

/** RFC 9457, with a stable `code`. */
export interface Problem extends Explanation {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: string
}

import type { Access } from '#lib/csr/approval/may-act-now.ts'
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
 * `withheld`: the cluster is read, but another input of the checks is not known; or the cluster
 * sends more than the server can process, so that the view is old.
 */
export type FeedState = Exclude<SourceState, 'absent' | 'tooMany'> | 'withheld'

/** How well the server sees the cluster. Decisions are possible only while `state` is `live`. */
export interface FeedHealth {
  readonly state: FeedState
  /** Time at which the feed entered this state. */
  readonly since: string
  /** Time of the last message from the API server. */
  readonly lastHeardAt: string | null
  /** Next attempt, while reconnecting. */
  readonly retryAt: string | null
  /** Reason that the feed is not live, in English; null while it is. */
  readonly message: string | null
  /** The reason as codes, which the page words. */
  readonly causes: readonly Sentence[]
  readonly sources: Readonly<Record<SourceName, Source>>
}

/** `csrs`: requests of the two kubelet signers. `otherCsrs`: those of all others. */
export type SourceName = 'csrs' | 'otherCsrs' | 'nodes' | 'machines' | 'operators'

export interface Source {
  readonly state: SourceState
  readonly message: string | null
  readonly causes: readonly Sentence[]
  /** Number of objects that could not be read and were left out. */
  readonly setAside: number
  /**
   * True when one of several APIs that serve these objects can be read, whatever the state says of
   * the other.
   */
  readonly partly: boolean
  /**
   * True for a source that was readable once and no longer is: evidence against a request may be
   * missing.
   */
  readonly lost: boolean
  /** Requests that are neither shown nor decided because they are too many; null for none. */
  readonly leftOut: LeftOut | null
}

export interface LeftOut {
  /** Most objects that the server follows. */
  readonly most: number
  /** Signers of which no request is followed; empty where they are too many to name. */
  readonly signers: readonly string[]
  /** About how many requests are left out; null where not known. */
  readonly count: number | null
}

/** The cluster, and what the viewer may decide in it. */
export interface Cluster extends ClusterFacts {
  /** The viewer's identity, with which decisions are made. */
  readonly user: string
  readonly access: Access
}

/** The cluster as it is for every viewer. */
export interface ClusterFacts extends ClusterTitle {
  readonly server: string
  /** True where the kubeconfig turns off checking the API server's certificate. */
  readonly insecure: boolean
  /** Whether the server asks kubelets for the certificates that they present. */
  readonly asksKubelets: boolean
  readonly operators: readonly ClusterOperator[]
  readonly machineApprover: MachineApprover & { readonly brake: MachineApproverBrake }
}

export interface Snapshot {
  /** New at every start of the server: revisions of different epochs do not compare. */
  readonly epoch: string
  readonly revision: number
  readonly serverTime: string
  readonly cluster: Cluster
  readonly feed: FeedHealth
  readonly machines: readonly MachineRow[]
  readonly others: readonly RequestRow[]
  readonly alarms: readonly AlarmDetail[]
}

export type StreamEvent =
  | {
      readonly event: 'hello'
      readonly data: Pick<Snapshot, 'epoch' | 'revision' | 'serverTime'>
    }
  | { readonly event: 'feed'; readonly data: FeedHealth }
  | { readonly event: 'changed'; readonly data: Changed }
  | { readonly event: 'run'; readonly data: RunSummary }

// ── Decisions ────────────────────────────────────────────────────────────────────────────────

/** The request as the person saw it: the server approves nothing that is judged worse now. */
export type Saw = Pick<RequestRow, 'status' | 'verdict' | 'failing'> & {
  /** Absent where a script decides, or where it is not known. */
  readonly superseded?: boolean | undefined
}

export interface DecisionItem {
  readonly uid: string
  readonly resourceVersion: string
  /**
   * Absent where a script decides: then the request must still have exactly this resourceVersion.
   */
  readonly saw?: Saw
  /** The node's or request's name, typed by the person: needed for a suspicious item. */
  readonly confirm?: string
}

export interface DecisionBody {
  readonly decision: Decision
  /** The least trust that is accepted; `verified` when absent. */
  readonly accept?: Trust
  readonly note?: string
  /**
   * Once the first of a machine's client requests is approved, the machine is followed for so many
   * minutes.
   */
  readonly followMinutes?: number
  /** The identity on screen: no item is decided under another one. Any identity when absent. */
  readonly as?: string
  readonly items: readonly DecisionItem[]
}

export const DECISION_LIMIT = 500

/** Most nodes of one report; more than the largest screen has rows. */
export const NODES_IN_VIEW_LIMIT = 100

/** Things that every item of an order needs, and that can be lost. */
export const LOSSES = [
  /** The server is being stopped. */
  'server',
  'cluster',
  /** The record is required and cannot be written. */
  'record',
  /** The API server no longer accepts the credential. */
  'identity',
  /** The credential belongs to another identity by now. */
  'actor',
  /** The API server could not say whose the credential is. */
  'actorUnknown',
] as const
export type Loss = (typeof LOSSES)[number]

/** One NDJSON line per item, as it happens. */
export interface DecisionLine extends Partial<Explanation> {
  readonly uid: string
  readonly outcome: Outcome
  /**
   * Something that all items need was lost: this item was not written, and the same order may be
   * sent again.
   */
  readonly lost?: Loss
}

/** A line between outcomes: the API server asked to wait until then; null once the wait is over. */
export interface DecisionPause {
  readonly pausedUntil: string | null
}

/** The last line of the answer. */
export interface DecisionDone {
  readonly done: true
  readonly counts: Readonly<Partial<Record<Outcome, number>>>
}

/** Outcome of dismissing an alarm: false where there was no such alarm. */
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

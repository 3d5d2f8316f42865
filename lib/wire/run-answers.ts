import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { Hold, Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { OptionalExplanation } from '#lib/wire/explanation.ts'
import type { Decision, Outcome } from '#lib/wire/outcomes.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'

/** Plans and runs on the wire. Times of a run are milliseconds since the epoch, server clock. */

/** Most rows of one list in a plan; further ones are counted. */
export const LISTED = 100
export const FOLLOW_MINUTES = 15
/** Longest time to follow a machine: its hour. */
export const MOST_FOLLOW_MINUTES = 60
/** Most requests of one denial. */
export const MOST_DENIED = 20_000

/** The first rows of a list, and the number of all. */
export interface Listing<Row> {
  readonly count: number
  readonly rows: readonly Row[]
}

// ── Plans ────────────────────────────────────────────────────────────────────────────────────

/**
 * `safe`: all waiting machines that are trusted enough. `returning`: machines whose Nodes exist and
 * are not Ready, in the order of approval. Otherwise keys of rows.
 */
export interface PlanBody {
  readonly selection: 'safe' | 'returning' | readonly string[]
}

/** Content of an approval of a selection, before a person ticks anything. */
export interface PlanAnswer {
  readonly id: string
  readonly groups: Readonly<Record<Trust, PlanGroup>>
  /** The same machines by role, for the selection `returning`; null for other selections. */
  readonly roles: Readonly<Record<RoleGroup, PlanGroup>> | null
  readonly heldBack: Listing<HeldBackRow>
}

export interface PlanGroup extends Listing<PlanRow> {
  /** The newest request of each signer. */
  readonly requests: number
  readonly superseded: number
  /** Machines that file a serving request after their client certificate. */
  readonly awaitsServing: number
  readonly signers: readonly string[]
  /** Only in the first answer: the names may be long, and do not change. */
  readonly names: readonly string[] | null
  readonly staying: Listing<StayingRow>
}

export interface PlanRow {
  readonly name: string
  readonly deadline: string | null
  readonly reason: Reason | null
  /** Reason that the machine's serving request will be held back; null for none known. */
  readonly warning: Reason | null
  /** Reason that the machine waits; null for none. */
  readonly hold: Hold | null
  /** Reason that the request names an existing node; null where it does not. */
  readonly again: Reason | null
  readonly controlPlane: boolean
  readonly signers: readonly string[]
  readonly superseded: number
}

export type WhyHeldBack =
  | 'suspicious'
  | 'refused'
  /** The request needs two people, and so is approved alone. */
  | 'secondPerson'
  /** The server has not judged the request. */
  | 'noVerdict'
  /** The request was decided after the plan was made. */
  | 'nothingPending'
  | 'gone'
  /** The request changed after the plan was made. */
  | 'changed'
  /** The kubelet has dropped the request and waits for a newer one. */
  | 'filedAnew'
  /** The viewer may not approve for its signer. */
  | 'notPermitted'
  /** A source of evidence is lost, so some checks are unknown. */
  | 'partlyJudged'
  /** Another run contains the machine. */
  | 'inRun'

export interface HeldBackRow {
  readonly key: string
  /** The machine's name; the request's for a request without a machine. */
  readonly name: string
  readonly isMachine: boolean
  /** Uid of the request that holds the machine back. */
  readonly uid: string | null
  readonly why: WhyHeldBack
  readonly reason: Reason | null
}

/** An older request that stays pending when its machine's newest requests are approved. */
export interface StayingRow extends PendingRequest {
  readonly nodeName: string
}

// ── Runs ─────────────────────────────────────────────────────────────────────────────────────

export interface RunOptions {
  readonly verified: boolean
  /** Include plausible machines, and approve plausible serving requests as they arrive. */
  readonly plausible: boolean
  /**
   * Include machines that claim the name of an existing node. Their serving requests are judged as
   * usual.
   */
  readonly rebootstrapping: boolean
  /** Include older pending requests that pass the same checks. */
  readonly superseded: boolean
  /**
   * Minutes for which the machines' serving requests are approved as they arrive; null for none.
   */
  readonly followMinutes: number | null
  /**
   * Ticked groups of the selection `returning`, whatever the trust. Each group begins once all
   * nodes of the previous group are Ready, or when a person begins it.
   */
  readonly roles?: readonly RoleGroup[] | undefined
  /**
   * The person has confirmed that they know of the shutdown. Needed where the cluster looks
   * switched off.
   */
  readonly knowsShutdown?: boolean | undefined
}

/** Programs that a plan's script may use. */
export const APPROVER_PROGRAMS = ['kubectl', 'oc'] as const
export type ApproverProgram = (typeof APPROVER_PROGRAMS)[number]

/** The body of `POST /api/runs`: an approval of a plan, or a denial of requests. */
export type RunBody =
  | {
      readonly plan: string
      readonly options: RunOptions
      readonly note?: string | undefined
      /** The identity that was on screen when the person acted. */
      readonly as?: string | undefined
    }
  | {
      readonly deny: readonly string[]
      readonly note?: string | undefined
      readonly as?: string | undefined
    }

/**
 * `stopped`: by a person or by the end of their session. `finished`: every item is settled.
 * `cutOff`: the server's process ended. All three are final.
 */
export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished' | 'cutOff'

/** Whether a run neither was stopped, cut off, nor finished. */
export function isUnderWay({ status }: { readonly status: RunStatus }): boolean {
  return status === 'running' || status === 'paused'
}

/** True for a bulk approval: not for a denial, nor for a run that only follows a click. */
export function isBulk({ decision, follows }: Pick<RunSummary, 'decision' | 'follows'>): boolean {
  return decision === 'approve' && follows === null
}

/** Whether a run ended at that time or later. A run that was cut off has no time of its end. */
export function hasEndedSince({ endedAt }: Pick<RunSummary, 'endedAt'>, since: number): boolean {
  return endedAt !== null && endedAt >= since
}

export const RUN_ACTS = ['pause', 'resume', 'goOn', 'stop', 'dismiss'] as const
export type RunAct = (typeof RUN_ACTS)[number]

/** Reasons of a pause. Every pause but `person` ends by itself. */
export interface Pause {
  readonly why:
    | 'person'
    /** The API server asked to wait. */
    | 'throttled'
    | 'disconnected'
    /** The record is required and cannot be written. */
    | 'notRecorded'
    /** The identity lacks the right to approve. */
    | 'forbidden'
    /** The identity may no longer read all that requests are judged by. */
    | 'notRead'
    /** The API server did not accept the credential. */
    | 'unauthorized'
    /** The server acts as another person now. */
    | 'otherUser'
    /** The API server did not say as whom the server acts. */
    | 'actorUnknown'
    /** An input of the checks is not known, or outdated. */
    | 'withheld'
  /** Time of the next attempt, where known. */
  readonly until: number | null
}

/** The present group of a run by role. */
export interface RunGroup {
  readonly role: RoleGroup
  /** The group that waits for the present one. */
  readonly next: RoleGroup
  /** Number of nodes of the present group that are not Ready yet. */
  readonly notReady: number
}

/**
 * The parts of a plan that a person agreed to: machines by trust, older duplicates, machines held
 * back.
 */
export interface RunAgreed extends Readonly<Record<Trust, number>> {
  /** Number of older duplicates; null where they were not ticked. */
  readonly superseded: number | null
  readonly heldBack: number
}

/** A run in a few hundred bytes: the stream's `run` event, and what `GET /api/runs` lists. */
export interface RunSummary {
  readonly id: string
  /** Grows with every change: of two summaries the higher one is later. */
  readonly revision: number
  readonly decision: Decision
  /** The user as whom the run acts; no other user can resume it. */
  readonly user: string
  readonly startedAt: number
  readonly status: RunStatus
  /** Null unless `status` is `paused`. */
  readonly pause: Pause | null
  /**
   * The person who last paused or stopped the run; null where the end of the owner's session did.
   */
  readonly haltedBy: string | null
  /** Null while the run is under way, and for one that was cut off. */
  readonly endedAt: number | null
  /**
   * Until then, serving requests of the run's machines are approved as they arrive; null when not
   * following.
   */
  readonly followUntil: number | null
  readonly followMinutes: number | null
  readonly note: string
  /** Null for a denial and for a run that follows a click. */
  readonly agreed: RunAgreed | null
  /** The one machine of a run that follows a click; null otherwise. */
  readonly follows: string | null
  /** Number of requests that the followed click approved; null for other runs. */
  readonly clicked: number | null
  /** Null unless a group waits for another. */
  readonly group: RunGroup | null
  /** Signers of the run's open requests. */
  readonly signers: readonly string[]
  readonly progress: RunProgress
  /** Number of machines that need a person; 0 while the run is under way. */
  readonly needsYou: number
  /** Whether a person has read the run's report. */
  readonly dismissed: boolean
}

export interface RunProgress {
  /** Numbers of the run's machines that have reached each step. */
  readonly steps: {
    readonly clientApproved: number
    readonly servingRequested: number
    readonly servingApproved: number
    readonly ready: number
  }
  readonly machines: number
  /** Number of the run's requests, including those added or held back as they arrived. */
  readonly total: number
  readonly decided: number
  /** Requests not decided yet: queued, under way or unclear. */
  readonly open: number
  readonly heldBack: number
  readonly failed: number
  /** Older duplicates left pending after the newest request of their machine was approved. */
  readonly notNeeded: number
  /** Requests not begun when the run ended. */
  readonly left: number
  /** Decisions a second over the last ten seconds; null without any, and while paused. */
  readonly rate: number | null
  /** Seconds for the open requests at that rate; null without a rate. */
  readonly secondsLeft: number | null
  /** Machines with an issued client certificate whose serving request the run awaits. */
  readonly waitingForKubelets: number
}

export const RUN_LINE_KINDS = [
  'queued',
  'approvingClient',
  'approvingServing',
  'unclear',
  'waitingForSigner',
  'waitingForServing',
  /** The serving request waits until the server knows its kubelet's certificate. */
  'askingKubelet',
  'waitingForReady',
  'ready',
  'heldBack',
  'failed',
  'left',
  /** The request is approved, and nothing further is known. */
  'done',
  /** The request is approved, but the machine waits again for a request outside the run. */
  'newerWaits',
  /**
   * The machine's serving request waits or will wait: the run does not approve serving requests.
   */
  'servingNotAsked',
  /** The agreed time ended before the serving request arrived. */
  'notInTime',
  /** The run was stopped before the serving request arrived. */
  'servingLeft',
] as const
export type RunLineKind = (typeof RUN_LINE_KINDS)[number]

/** A run that follows one machine to approve its serving request. */
export interface Followed {
  /** Milliseconds since the epoch, server clock. */
  readonly until: number
  /** The identity of the run. */
  readonly user: string
}

/** One machine of a run. */
export interface RunLine extends OptionalExplanation {
  readonly name: string
  readonly kind: RunLineKind
  /** Requests of the present step: those decided, and all. */
  readonly done: number
  readonly of: number
  /** Uid of the request, with its outcome and reason, for `heldBack` and `failed`. */
  readonly uid: string | null
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  /** Time at which the machine reached this state. */
  readonly since: number
}

/** The outcome of one request of a denial. */
export interface RunItemEnd extends OptionalExplanation {
  readonly uid: string
  readonly name: string
  /** `left`: the run was stopped before this request. */
  readonly outcome: Outcome | 'left'
}

/** Numbers of a run's machines, in the order of its lines. */
export interface RunCounts {
  readonly needsYou: number
  readonly onTheirWay: number
  readonly joined: number
}

/** `GET /api/runs/{id}?from=`: a page of at most `VIEW_PAGE_LIMIT` lines, those that need a person first. */
export interface RunPage {
  readonly run: RunSummary
  readonly from: number
  readonly counts: RunCounts
  readonly lines: readonly RunLine[]
  readonly staying: Listing<StayingRow>
  /** The requests of a denial that were not denied, one page. */
  readonly others: Listing<RunItemEnd>
}

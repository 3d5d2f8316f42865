import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { Hold, Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { OptionalExplanation } from '#lib/wire/explanation.ts'
import type { Decision, Outcome } from '#lib/wire/outcomes.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'

/** Plans and runs as they travel. Times of a run are milliseconds since the epoch, server clock. */

/** More rows of one list are counted, not sent. */
export const LISTED = 100
/** Lines or items of one answer. */
export const PAGE = 200
export const FOLLOW_MINUTES = 15
/** Longer than a machine's hour nobody waits. */
export const MOST_FOLLOW_MINUTES = 60
/** A denial of so many at most. */
export const MOST_DENIED = 20_000

/** Rows of a list, as far as they are sent, and how many there are. */
export interface Listing<Row> {
  readonly count: number
  readonly rows: readonly Row[]
}

// ── Plans ────────────────────────────────────────────────────────────────────────────────────

/**
 * `safe`: all machines that wait and are trusted enough. `returning`: those whose Nodes exist and are
 * not Ready, in the order to approve them. Else keys of rows.
 */
export interface PlanBody {
  readonly selection: 'safe' | 'returning' | readonly string[]
}

/** An approval of a selection, before the person has ticked anything. */
export interface PlanAnswer {
  readonly id: string
  readonly groups: Readonly<Record<Trust, PlanGroup>>
  /** The same machines by role, for the selection `returning`; null for another. */
  readonly roles: Readonly<Record<RoleGroup, PlanGroup>> | null
  readonly heldBack: Listing<HeldBackRow>
}

export interface PlanGroup extends Listing<PlanRow> {
  /** The newest of each signer. */
  readonly requests: number
  readonly superseded: number
  /** Machines that file a serving request after their client certificate. */
  readonly awaitsServing: number
  readonly signers: readonly string[]
  /** With the first answer alone: it may be long, and does not change. */
  readonly names: readonly string[] | null
  readonly staying: Listing<StayingRow>
}

export interface PlanRow {
  readonly name: string
  readonly deadline: string | null
  readonly reason: Reason | null
  /** Why its serving request will be held back; null for nothing known. */
  readonly warning: Reason | null
  /** Why its machine waits; null for nothing. */
  readonly hold: Hold | null
  /** Why it says that it is a node that exists; null where it does not. */
  readonly again: Reason | null
  readonly controlPlane: boolean
  readonly signers: readonly string[]
  readonly superseded: number
}

export type WhyHeldBack =
  | 'suspicious'
  | 'refused'
  /** It takes two people, one by one. */
  | 'secondPerson'
  /** The server has not judged it. */
  | 'noVerdict'
  /** Somebody has decided meanwhile. */
  | 'nothingPending'
  | 'gone'
  /** It is no longer what the plan was made of. */
  | 'changed'
  /** Its kubelet has left the request, and waits for a newer one. */
  | 'filedAnew'
  /** The viewer may not approve for its signer. */
  | 'notPermitted'
  /** Evidence is lost, so some checks are unknown. */
  | 'partlyJudged'
  /** Another run has the machine. */
  | 'inRun'

export interface HeldBackRow {
  readonly key: string
  /** The machine's name, or the request's where it stands alone. */
  readonly name: string
  readonly isMachine: boolean
  /** The request that holds it back. */
  readonly uid: string | null
  readonly why: WhyHeldBack
  readonly reason: Reason | null
}

/** An older request that is pending still when its machine's newest are approved. */
export interface StayingRow extends PendingRequest {
  readonly nodeName: string
}

// ── Runs ─────────────────────────────────────────────────────────────────────────────────────

export interface RunOptions {
  readonly verified: boolean
  /** Include plausible machines, and take plausible serving requests as they arrive. */
  readonly plausible: boolean
  /** Include machines that say they are a node that exists. Their serving requests are judged as any. */
  readonly rebootstrapping: boolean
  /** Include older pending requests that pass the same checks. */
  readonly superseded: boolean
  /** Approve the machines' serving requests as they arrive, for so long; null for none. */
  readonly followMinutes: number | null
  /**
   * Ticked groups of the selection `returning`, whatever the trust. Each group begins once all nodes
   * of the group before are Ready, or when a person goes on.
   */
  readonly roles?: readonly RoleGroup[] | undefined
  /** The person knows of the shutdown. Needed where the machines look like a cluster switched off. */
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
      /** In whose name, as it was on screen. */
      readonly as?: string | undefined
    }
  | {
      readonly deny: readonly string[]
      readonly note?: string | undefined
      readonly as?: string | undefined
    }

/**
 * `stopped` by a person or with its session, `finished` by itself, `cutOff` by the end of the
 * process: all are ends.
 */
export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished' | 'cutOff'

/** Whether a run neither was stopped, cut off, nor finished. */
export function isUnderWay({ status }: { readonly status: RunStatus }): boolean {
  return status === 'running' || status === 'paused'
}

/** Whether a run is a bulk approval: neither a denial nor one that only follows a click. */
export function isBulk({ decision, follows }: Pick<RunSummary, 'decision' | 'follows'>): boolean {
  return decision === 'approve' && follows === null
}

/** Whether a run ended at that time or later. One that was cut off has no time of its end. */
export function hasEndedSince({ endedAt }: Pick<RunSummary, 'endedAt'>, since: number): boolean {
  return endedAt !== null && endedAt >= since
}

export const RUN_ACTS = ['pause', 'resume', 'goOn', 'stop', 'dismiss'] as const
export type RunAct = (typeof RUN_ACTS)[number]

/** All but `person` end by themselves. */
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
    /** Not all that requests are judged by is known, or it is old. */
    | 'withheld'
  /** The next try, where known. */
  readonly until: number | null
}

/** The group that a run by role has come to. */
export interface RunGroup {
  readonly role: RoleGroup
  /** The group that waits for it. */
  readonly next: RoleGroup
  /** Nodes that the next group waits for. */
  readonly notReady: number
}

/** Extent of a plan that a person approved: machines by trust, older duplicates, machines held back. */
export interface RunAgreed extends Readonly<Record<Trust, number>> {
  /** Null where they were not ticked. */
  readonly superseded: number | null
  readonly heldBack: number
}

/** A run in a few hundred bytes: the stream's `run` event, and what `GET /api/runs` lists. */
export interface RunSummary {
  readonly id: string
  /** Grows with every change: the higher one is the later. */
  readonly revision: number
  readonly decision: Decision
  /** In whose name. */
  readonly user: string
  readonly startedAt: number
  readonly status: RunStatus
  readonly pause: Pause | null
  /** The person who paused or stopped it last; null where its owner's session has ended it. */
  readonly haltedBy: string | null
  /** Null while it is under way. Not known of one that was cut off. */
  readonly endedAt: number | null
  /** Serving requests of the run's machines are taken up until then; null when not asked for. */
  readonly followUntil: number | null
  readonly followMinutes: number | null
  readonly note: string
  /** Null for a denial, and for a run that follows a click. */
  readonly agreed: RunAgreed | null
  /** Its machine, where it is a single one that is followed after a click; null for a plan's. */
  readonly follows: string | null
  /** Requests that the click itself approved, where the run follows one; null otherwise. */
  readonly clicked: number | null
  /** Null unless a group waits for another. */
  readonly group: RunGroup | null
  /** Signers that it still has something for. */
  readonly signers: readonly string[]
  readonly progress: RunProgress
  /** Machines that need a person; 0 while it is under way. */
  readonly needsYou: number
  /** A person has read its report. */
  readonly dismissed: boolean
}

export interface RunProgress {
  /** How many of the run's machines have come that far. */
  readonly steps: {
    readonly clientApproved: number
    readonly servingRequested: number
    readonly servingApproved: number
    readonly ready: number
  }
  readonly machines: number
  /** Requests of the run; those taken up or held back as they arrived are counted from then on. */
  readonly total: number
  readonly decided: number
  /** Not yet decided: queued, under way or unclear. */
  readonly open: number
  readonly heldBack: number
  readonly failed: number
  /** Older duplicates that were not approved after the newest request of their machine was. */
  readonly notNeeded: number
  /** Not begun when the run ended. */
  readonly left: number
  /** Decisions a second over the last ten; null when there were none, and while paused. */
  readonly rate: number | null
  /** For the open ones at that rate; null without one. */
  readonly secondsLeft: number | null
  /** Machines whose client certificate is issued, and of which the run awaits the serving request. */
  readonly waitingForKubelets: number
}

export const RUN_LINE_KINDS = [
  'queued',
  'approvingClient',
  'approvingServing',
  'unclear',
  'waitingForSigner',
  'waitingForServing',
  /** Its serving request waits for what its kubelet presents. */
  'askingKubelet',
  'waitingForReady',
  'ready',
  'heldBack',
  'failed',
  'left',
  /** Approved, and nothing more is known about what follows. */
  'done',
  /** Approved, but the machine waits again: for a request that is not the run's to approve. */
  'newerWaits',
  /** Its serving request waits, or will; the run was not asked to approve it. */
  'servingNotAsked',
  /** The agreed time was over before its serving request came. */
  'notInTime',
  /** The run was stopped before its serving request came. */
  'servingLeft',
] as const
export type RunLineKind = (typeof RUN_LINE_KINDS)[number]

/** A run that takes up the serving request of one machine. */
export interface Followed {
  /** Milliseconds since the epoch, server clock. */
  readonly until: number
  /** In whose name. */
  readonly user: string
}

/** One machine of a run. */
export interface RunLine extends OptionalExplanation {
  readonly name: string
  readonly kind: RunLineKind
  /** Requests of the step under way: decided, and all. */
  readonly done: number
  readonly of: number
  /** With `heldBack` and `failed`: the request, its outcome and the reason. */
  readonly uid: string | null
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  /** When it got there. */
  readonly since: number
}

/** The outcome of one request of a denial. */
export interface RunItemEnd extends OptionalExplanation {
  readonly uid: string
  readonly name: string
  /** `left`: the run was stopped before this one. */
  readonly outcome: Outcome | 'left'
}

/** Machines of a run, in this order in its lines. */
export interface RunCounts {
  readonly needsYou: number
  readonly onTheirWay: number
  readonly joined: number
}

/** `GET /api/runs/{id}?from=`: a page of at most `PAGE` lines, those that need a person first. */
export interface RunPage {
  readonly run: RunSummary
  readonly from: number
  readonly counts: RunCounts
  readonly lines: readonly RunLine[]
  readonly staying: Listing<StayingRow>
  /** The requests of a denial that are not denied; a page likewise. */
  readonly others: Listing<RunItemEnd>
}

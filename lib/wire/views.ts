import type { KubeletFinding, Verified } from '#lib/csr/kubelets/kubelet-finding.ts'
import type { KubeletNext, ServingAsked } from '#lib/csr/kubelets/kubelet-next.ts'
import type { WayCounts } from '#lib/csr/kubelets/way-out.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { Alarm, ClusterOperator } from '#lib/csr/model.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type {
  AlarmDetail,
  MachineDetail,
  MachineRow,
  NodeSummary,
  RequestRow,
} from '#lib/csr/rows/rows.ts'
import { DAY_SECONDS } from '#lib/csr/units-of-time.ts'
import type { Standing } from '#lib/csr/verdict/viewer-overlay.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'
import type { Followed } from '#lib/wire/run-answers.ts'
import type { Cluster, FeedHealth } from '#lib/wire/wire.ts'

export { type Changed, TOPICS, type Topic } from '#lib/wire/topics.ts'

/**
 * The views: one list each as a page asks for it, filtered, sorted and paged by the server.
 * `GET /api/{machines,requests,nodes,activity,alarms}`: fields of `PageQuery` and of the list's
 * filter are parameters of the address, absent where they have their default.
 */

/** Rows `from` to `to` (exclusive) of the matching ones. */
export interface PageQuery {
  /** Index of the first row; 0 when absent. */
  readonly from?: number
  /** `from` + VIEW_PAGE when absent; at most `from` + VIEW_PAGE_LIMIT. */
  readonly to?: number
}

export const VIEW_PAGE = 100
export const VIEW_PAGE_LIMIT = 200
/** Longest search text: it fits into an address in every encoding. */
export const VIEW_TEXT_LIMIT = 800
/** Most words of a filter's text. */
export const VIEW_WORDS_LIMIT = 8

/** Fields of the answer of every view. */
interface ViewAnswer {
  /** New at every start of the server: revisions of different epochs do not compare. */
  readonly epoch: string
  /** Revision of the views, as in `changed`; not the snapshot's. */
  readonly revision: number
  /** The time of the answer, which is not part of the ETag. */
  readonly serverTime: string
  /** The feed's state at the answer; the stream's `feed` event reports later ones. */
  readonly feed: FeedHealth
}

/** Filter, rows and counts of each list, by its topic. */
export interface Lists {
  readonly machines: List<MachinesQuery, BoardRow, MachinesCounts>
  readonly requests: List<RequestsQuery, RequestListRow, RequestsCounts>
  readonly activity: List<ActivityQuery, ActivityRow, ActivityCounts>
  readonly alarms: List<AlarmsQuery, AlarmDetail, AlarmsCounts>
  readonly nodes: List<FilterQuery<NodeFilter>, NodeListRow, Readonly<Record<NodeFilter, number>>>
  readonly kubelets: List<FilterQuery<KubeletFilter>, KubeletRow, KubeletsCounts>
  readonly expected: List<FilterQuery<ExpectedFilter>, ExpectedListRow, ExpectedCounts>
}

interface FilterQuery<Filter> {
  /**
   * Words, each of which occurs in the name, a role or an address; of a Node also in its status or
   * version.
   */
  readonly text?: string
  readonly filter?: Filter
}

interface List<Filter, Row, Counts> {
  readonly filter: Filter
  readonly row: Row
  readonly counts: Counts
}

export type ListName = keyof Lists

/** The answer of a list. */
export interface ListPage<Name extends ListName> extends ViewAnswer {
  /** Number of matching rows. */
  readonly total: number
  /** Index of the first row of `rows`. */
  readonly from: number
  /** Counts over all rows, whatever the query. */
  readonly counts: Lists[Name]['counts']
  readonly rows: readonly Lists[Name]['row'][]
}

// ── Machines ─────────────────────────────────────────────────────────────────────────────────

/**
 * `returning`: a Node of that name exists and is not Ready, and the machine's bootstrap request
 * waits. Up to three such machines without a control plane are rows of `waiting` instead.
 * `all`: every machine by name, also those in no section.
 */
export const BOARD_SECTIONS = [
  'waiting',
  'returning',
  'alarms',
  'stopped',
  'onTheirWay',
  'joined',
  'others',
] as const
export type BoardSection = (typeof BOARD_SECTIONS)[number]
export const MACHINE_SECTIONS = [...BOARD_SECTIONS, 'all'] as const
export type MachineSection = (typeof MACHINE_SECTIONS)[number]

/** `heldBack`: suspicious and refused. `partlyJudged`: verified and plausible, while evidence is lost. */
export const VERDICT_GROUPS = ['verified', 'plausible', 'heldBack', 'partlyJudged'] as const
export type VerdictFilter = 'all' | (typeof VERDICT_GROUPS)[number]

/** Sort orders of the section `waiting`; the other sections have one order. */
export const MACHINE_SORTS = ['deadline', 'name', 'newest'] as const
export type MachineSort = (typeof MACHINE_SORTS)[number]

export interface MachinesQuery {
  readonly section: MachineSection
  /**
   * Text that occurs in the name, role, an address, the Machine object's name or a request's name.
   */
  readonly text?: string
  /** Ignored by the sections `alarms` and `all`. */
  readonly verdict?: VerdictFilter
  readonly sort?: MachineSort
}

/** Most pending requests of a row; `GET /api/machines/{name}` has them all. */
export const PENDING_LISTED = 10

/** The fields that a decision about a machine needs, and those that depend on the viewer. */
export interface DecidableMachine extends Standing {
  readonly name: string
  /** Newest first, at most PENDING_LISTED; the newest of each signer is always among them. */
  readonly pending: readonly PendingRequest[]
  /** Number of pending requests. */
  readonly pendingCount: number
}

export interface MachineListRow
  extends DecidableMachine,
    Pick<
      MachineRow,
      | 'stage'
      | 'stageSince'
      | 'waiting'
      | 'waitingForSigner'
      | 'rebootstrapping'
      | 'deadline'
      | 'duplicates'
      | 'alarm'
      | 'alarmCount'
      | 'execAndLogs'
      | 'joinedAt'
    > {
  /** The Node's roles joined by commas, else the Machine object's role. */
  readonly role: string | null
  /** The Node's InternalIP, else its first address. */
  readonly address: string | null
  /** STATUS of the Node; null without a Node. */
  readonly nodeStatus: string | null
  /** Reason and message of a Ready condition that is not True. */
  readonly nodeProblem: string | null
  readonly requestCount: number
  /** Creation of the oldest listed request. */
  readonly firstRequestAt: string | null
  /** Signer of the newest listed request: the step at which a stopped machine stopped. */
  readonly newestSigner: string | null
  readonly lastDecided: LastDecided | null
}

/** The request with the latest decision or failure. */
export type LastDecided = Pick<
  RequestRow,
  'signerName' | 'decidedAt' | 'decider' | 'decidedBy' | 'decisionNote'
>

/** A machine, a request without a machine, or the alarm of such a request. */
export type BoardRow =
  | { readonly kind: 'machine'; readonly key: string; readonly machine: MachineListRow }
  | { readonly kind: 'request'; readonly key: string; readonly request: RequestListRow }
  | { readonly kind: 'alarm'; readonly key: string; readonly alarm: Alarm }

export interface MachinesCounts {
  /** Number of rows of the section. */
  readonly all: number
  /** Matching rows of the section `returning` by role, in order, without empty roles. */
  readonly roles?: readonly ReturningRole[]
}

/** Order after a shutdown: control plane first, then infra and storage, then the others. */
export interface ReturningRole {
  readonly role: RoleGroup
  readonly count: number
  /** When the first Node of this role stopped being Ready; null where no time is known. */
  readonly silentSince: string | null
}

// ── One machine ──────────────────────────────────────────────────────────────────────────────

/** `GET /api/machines/{name}`: one machine with everything its page shows. */
export interface MachineAnswer extends MachineDetail {
  /** The run that will approve the machine's serving request; null for none. */
  readonly followed: Followed | null
}

// ── Requests and activity ────────────────────────────────────────────────────────────────────

export const STATUS_FILTERS = ['all', 'pending', 'approved', 'denied', 'failed'] as const
export type StatusFilter = (typeof STATUS_FILTERS)[number]

export const REQUESTOR_FILTERS = ['bootstrapper', 'nodes', 'others'] as const
export type RequestorFilter = (typeof REQUESTOR_FILTERS)[number]

export const REQUEST_VERDICTS = [
  'verified',
  'plausible',
  'suspicious',
  'refused',
  'partlyJudged',
] as const
/** An absent filter excludes nothing. */
export interface RequestsQuery {
  /** Words, each of which occurs in the name, the node's name, the requestor or the signer. */
  readonly text?: string
  readonly status?: StatusFilter
  readonly signerName?: string
  readonly requestor?: RequestorFilter
  readonly verdict?: (typeof REQUEST_VERDICTS)[number]
  readonly superseded?: 'shown' | 'hidden'
}

/** A request on the pages Requests and Activity, and on the board where it has no machine. */
export type RequestListRow = Omit<RequestRow, 'fingerprint' | 'unattended'>

export interface RequestsCounts extends Readonly<Record<StatusFilter, number>> {
  readonly superseded: number
  /** Kubelets' signers first, then by name; at most SIGNERS_LISTED. */
  readonly signerNames: readonly string[]
}

export const SIGNERS_LISTED = 100

/** Outcomes of a decided request; `Approved,Failed` counts as both. */
/** `against`: approvals of requests that our checks held back. Only a record has them. */
export const DECISION_FILTERS = ['all', 'approved', 'denied', 'failed', 'against'] as const
export type DecisionFilter = (typeof DECISION_FILTERS)[number]

/** Origin of a decision: a person here, a program, or elsewhere. */
export const ORIGINS = ['people', 'automatic', 'elsewhere'] as const
export type Origin = (typeof ORIGINS)[number]

export interface ActivityQuery {
  /** Words, each of which occurs in a name, the signer, the decider, a note or a failure. */
  readonly text?: string
  /** Only decisions about exactly this machine. */
  readonly machine?: string
  readonly decision?: DecisionFilter
  readonly origin?: Origin
  /**
   * Decided at or after this time, ISO 8601. Decisions without a known time match neither bound.
   */
  readonly since?: string
  /** Decided before this time, ISO 8601. */
  readonly before?: string
}

export interface ActivityCounts extends Readonly<Record<DecisionFilter, number>> {
  /** When the earliest listed decision was made; null when no request has a time. */
  readonly reachesBackTo: string | null
  /**
   * Absent where no record is kept or it cannot be read: the list then has only requests that the
   * API server still has.
   */
  readonly record?: RecordStanding
}

/** The record's state. */
export interface RecordStanding {
  /** Days for which entries are kept. */
  readonly days: number
  /** Time since which the record cannot be written; null while it can. */
  readonly troubleSince: string | null
  /** Number of entries lost since the server started. */
  readonly lost: number
  /** Whether decisions stop while the record cannot be written. */
  readonly required: boolean
  /**
   * Time since which the volume is full, so that old entries are deleted for new ones; null while
   * it is not.
   */
  readonly fullSince: string | null
}

/** The verdict immediately before the decision. */
export type RecordedVerdict = Pick<RequestRow, 'verdict' | 'failing' | 'reason'>

/** A decided request, with what a record adds. */
export interface ActivityRow extends RequestListRow {
  /** Absent without a record; null where the server did not see the request pending. */
  readonly judged?: RecordedVerdict | null
  /**
   * Id of the write in the API server's audit log. Absent without a record. Null for a decision
   * that Countersign did not write, or for which the API server gave no id.
   */
  readonly auditId?: string | null
}

/** Formats of `GET /api/activity/export`. */
export const EXPORT_FORMATS = ['csv', 'json'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

// ── Alarms ───────────────────────────────────────────────────────────────────────────────────

export interface AlarmsQuery {
  /** Only alarms of this request, with all differences: a list leaves these out. */
  readonly uid?: string
}

export interface AlarmsCounts {
  readonly all: number
  /** Number of alarms dropped for newer ones since the server started. */
  readonly dropped: number
}

// ── Nodes ────────────────────────────────────────────────────────────────────────────────────

export const NODE_FILTERS = ['all', 'ready', 'notReady', 'execUnavailable'] as const
export type NodeFilter = (typeof NODE_FILTERS)[number]

/** State of a node's serving certificate, as far as the listed requests show it. */
export type ServingCert =
  | { readonly kind: 'waiting'; readonly held: boolean }
  | { readonly kind: 'waitingForSigner' | 'notRequested' | 'none' | 'unknown' }
  | { readonly kind: 'issued'; readonly notAfter: string }

export interface NodeListRow
  extends DecidableMachine,
    Pick<MachineRow, 'stage' | 'waiting' | 'rebootstrapping' | 'execAndLogs'> {
  readonly node: Pick<
    NodeSummary,
    'ready' | 'status' | 'roles' | 'version' | 'createdAt' | 'problem'
  >
  readonly servingCert: ServingCert
}

// ── Kubelets ─────────────────────────────────────────────────────────────────────────────────

export const KUBELET_FILTERS = ['left', 'endsSoon', 'namesDiffer', 'all'] as const
export type KubeletFilter = (typeof KUBELET_FILTERS)[number]

/** Seconds before a certificate's end in which it counts as ending soon. */
export const ENDS_SOON_SECONDS = 30 * DAY_SECONDS

/** Most names of a bulk from one page. */
export const TO_APPROVE_LIMIT = 200

/** A Node, the certificate that its kubelet presents, and the next action. */
export interface KubeletRow extends DecidableMachine, Pick<MachineRow, 'stage'> {
  readonly roles: readonly string[]
  /** Null while the kubelet was not asked. */
  readonly finding: KubeletFinding | null
  readonly asked: ServingAsked
  readonly toDo: KubeletNext | null
}

export interface KubeletsCounts
  extends Readonly<Record<KubeletFilter, number>>,
    WayCounts,
    Verified {
  /** Nodes whose serving request waits and is not held back, at most `TO_APPROVE_LIMIT`. */
  readonly toApprove: readonly string[]
  /** The first nodes that filed no request. */
  readonly silent: readonly string[]
  /** The node whose certificate by the cluster ends first, within `ENDS_SOON_SECONDS`. */
  readonly firstToEnd: { readonly name: string; readonly notAfter: string } | null
}

// ── Summary ──────────────────────────────────────────────────────────────────────────────────

/** Counts over all rows. */
export interface BoardCounts {
  /** Number of rows in the sections `waiting` and `returning`. */
  readonly waiting: number
  readonly returning: number
  readonly overdue: number
  readonly alarms: number
  readonly stopped: number
  readonly onTheirWay: number
  /** Machines that joined in the last hour. */
  readonly joined: number
  readonly others: number
  /** Waiting rows by verdict. `heldBack`: suspicious or refused. */
  readonly verified: number
  readonly plausible: number
  readonly heldBack: number
  readonly duplicates: number
  readonly pendingRequests: number
  readonly requests: number
  readonly nodes: number
  readonly notReady: number
  readonly withoutExecAndLogs: number
  /** Ready nodes whose exec and logs are unknown. */
  readonly execAndLogsUnknown: number
}

/** Waiting machines whose next request is of this signer. */
export interface BulkOffer {
  readonly verified: number
  readonly plausible: number
}

/**
 * The top of the board, the tabs' badges, the bulk button, and the board without waiting machines.
 */
export interface Summary extends ViewAnswer {
  readonly cluster: Cluster
  readonly counts: BoardCounts
  /** The offer for an identity that may decide requests of only one signer. */
  readonly offer: { readonly client: BulkOffer; readonly serving: BulkOffer }
  /**
   * Deadlines of requests that this viewer may approve and no check holds back, by the next
   * request's signer.
   */
  readonly deadlines: { readonly client: Deadlines; readonly serving: Deadlines }
  readonly returning: Returning
  readonly unavailableOperators: UnavailableOperators
  /** Null where no record is kept. */
  readonly record: RecordStanding | null
  /** The last three machines that joined, however long ago. */
  readonly lastJoined: readonly JoinedMachine[]
  /**
   * The next end of a listed serving certificate, and the number of nodes whose certificates end
   * within a day of it.
   */
  readonly firstEnd: { readonly at: string; readonly nodes: number } | null
  /** When the counts will change by time alone; the server then sends `changed`. Null for never. */
  readonly validUntil: string | null
}

/** Deadlines of requests without a failed check; null for none. */
export interface Deadlines {
  /** The next hour to end. */
  readonly next: Deadline | null
  /** The hour that ended first. */
  readonly past: Deadline | null
}

export interface Deadline {
  /** The machine's name; the request's for a request without a machine. */
  readonly name: string
  readonly at: string
  /** Uid of a request without a machine; null for a machine. */
  readonly request: string | null
}

/** The machines that have joined before. */
export interface Returning {
  /** Their names, while their rows are in the section `waiting`. */
  readonly few: readonly string[]
  /**
   * When the first and the last of their Nodes stopped being Ready; null where no time is known.
   */
  readonly silent: { readonly first: string; readonly last: string } | null
}

/** Unavailable operators. Those in `waiting` say themselves that they wait for nodes. */
export interface UnavailableOperators {
  readonly waiting: readonly ClusterOperator[]
  readonly also: readonly ClusterOperator[]
}

export type JoinedMachine = Pick<MachineListRow, 'name' | 'joinedAt' | 'firstRequestAt'>

// ── Expected machines ────────────────────────────────────────────────────────────────────────

export const EXPECTED_FILTERS = ['all', 'missing', 'arrived', 'unexpected'] as const
export type ExpectedFilter = (typeof EXPECTED_FILTERS)[number]

/** `GET /api/expected/machines`: a machine of the list, or one that arrived without being listed. */
export interface ExpectedListRow extends ExpectedMachine {
  readonly state: Exclude<ExpectedFilter, 'all'>
  /** Addresses on the list; for a machine outside it, those of its Node. */
  readonly addresses: readonly string[]
  /** Null while the machine is missing. */
  readonly machine: Pick<
    MachineRow,
    'stage' | 'waiting' | 'waitingForSigner' | 'verdict' | 'reason'
  > | null
}

export interface ExpectedCounts extends Readonly<Record<ExpectedFilter, number>> {
  readonly waitingArrived: number
  readonly waitingUnexpected: number
}

// ── Search ───────────────────────────────────────────────────────────────────────────────────

/** Most hits of each kind. */
export const SEARCH_HITS = 6

/** A machine's or node's name, or a request's uid, as `key`; `hint`: stage, machine or STATUS. */
export interface SearchHit {
  readonly key: string
  readonly name: string
  readonly hint: string
}

export interface SearchGroup {
  /** `machines`: machines that wait or have no Node. */
  readonly kind: 'machines' | 'requests' | 'nodes'
  readonly hits: readonly SearchHit[]
  /** Whether the first hit has exactly this name or address. */
  readonly isExact: boolean
}

/** `GET /api/search?text=`: the best hits of each kind, groups with an exact hit first. */
export interface SearchAnswer extends ViewAnswer {
  readonly groups: readonly SearchGroup[]
}

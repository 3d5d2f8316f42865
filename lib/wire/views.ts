import type { Decider } from '#lib/csr/decider.ts'
import type { KubeletFinding, Verified } from '#lib/csr/kubelets/kubelet-finding.ts'
import type { KubeletNext, ServingAsked } from '#lib/csr/kubelets/kubelet-next.ts'
import type { WayCounts } from '#lib/csr/kubelets/way-out.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { Alarm, ClusterOperator, Hold, Reason, Verdict } from '#lib/csr/model.ts'
import type {
  AlarmDetail,
  ExecAndLogs,
  MachineDetail,
  MachineRow,
  NextStep,
  NodeSummary,
  RequestRow,
  Stage,
} from '#lib/csr/rows/rows.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'
import type { Followed } from '#lib/wire/run-answers.ts'
import type { Cluster, Feed } from '#lib/wire/wire.ts'

export { type Changed, TOPICS, type Topic } from '#lib/wire/topics.ts'

/**
 * The views: one list each as a page asks for it, filtered, sorted and paged on the server.
 * `GET /api/{machines,requests,nodes,activity,alarms}`: fields of the query types are parameters of the
 * address, absent where they have their default. `GET /api/summary` takes none.
 */

/** Rows `from` to `to` (exclusive) of those that match. */
export interface PageQuery {
  /** Index of the first row; 0 when absent. */
  readonly from?: number
  /** `from` + VIEW_PAGE when absent; at most `from` + VIEW_PAGE_LIMIT. */
  readonly to?: number
}

export const VIEW_PAGE = 100
export const VIEW_PAGE_LIMIT = 200
/** Characters of a search text: it fits into an address however it is encoded. */
export const VIEW_TEXT_LIMIT = 800
/** Words of a filter's text. */
export const VIEW_WORDS_LIMIT = 8

export interface ViewPage<Row, Counts> {
  /** New at every start of the server: revisions of different epochs do not compare. */
  readonly epoch: string
  /** Revision of the views, as in `changed`; not the snapshot's. */
  readonly revision: number
  /** Not part of the ETag. */
  readonly serverTime: string
  /** As it was at the answer: the stream's `feed` event tells of later ones. */
  readonly feed: Feed
  /** How many rows match. */
  readonly total: number
  /** Index of the first row of `rows`. */
  readonly from: number
  /** Over all rows, whatever the query. */
  readonly counts: Counts
  readonly rows: readonly Row[]
}

// ── Machines ─────────────────────────────────────────────────────────────────────────────────

/**
 * `returning`: a Node of that name exists and is not Ready, and its bootstrap request waits. Up to
 * three such machines without a control plane are rows of `waiting`.
 * `all`: every machine by name, also those that no section shows.
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

/** Orders of the section `waiting`; the other sections have one order. */
export const MACHINE_SORTS = ['deadline', 'name', 'newest'] as const
export type MachineSort = (typeof MACHINE_SORTS)[number]

export interface MachinesQuery extends PageQuery {
  readonly section: MachineSection
  /** Occurs in the name, role, an address, the Machine object's name or a request's name. */
  readonly text?: string
  /** The sections `alarms` and `all` ignore it. */
  readonly verdict?: VerdictFilter
  readonly sort?: MachineSort
}

/** More pending requests than these are in `GET /api/machines/{name}` only. */
export const PENDING_LISTED = 10

/** Fields that deciding a machine takes, on every page. */
export interface DecidableMachine {
  readonly name: string
  readonly next: NextStep | null
  /** Newest first, at most PENDING_LISTED; the newest of each signer is always among them. */
  readonly pending: readonly PendingRequest[]
  /** How many there are. */
  readonly pendingCount: number
}

export interface MachineListRow extends DecidableMachine {
  readonly stage: Stage
  readonly stageSince: string | null
  readonly verdict: Verdict | null
  readonly reason: Reason | null
  readonly warning: Reason | null
  readonly waiting: boolean
  readonly waitingForSigner: boolean
  readonly rebootstrapping: boolean
  readonly deadline: string | null
  readonly duplicates: number
  readonly hold: Hold | null
  readonly alarm: Alarm | null
  readonly alarmCount: number
  readonly execAndLogs: ExecAndLogs
  readonly joinedAt: string | null
  /** The Node's roles joined by commas, else the Machine object's role. */
  readonly role: string | null
  /** The Node's InternalIP, else its first address. */
  readonly address: string | null
  /** STATUS of its Node; null without a Node. */
  readonly nodeStatus: string | null
  /** Reason and message of a Ready condition that is not True. */
  readonly nodeProblem: string | null
  readonly requestCount: number
  /** Creation of the oldest listed request. */
  readonly firstRequestAt: string | null
  /** Signer of the newest listed request: a stopped machine stopped at that step. */
  readonly newestSigner: string | null
  readonly lastDecided: LastDecided | null
}

/** The request whose decision or failure is the latest. */
export interface LastDecided {
  readonly signerName: string
  readonly decidedAt: string | null
  readonly decider: Decider | null
  readonly decidedBy: string | null
  readonly decisionNote: string | null
}

/** A machine, a request that stands for itself, or the alarm of a request without a machine. */
export type BoardRow =
  | { readonly kind: 'machine'; readonly key: string; readonly machine: MachineListRow }
  | { readonly kind: 'request'; readonly key: string; readonly request: RequestListRow }
  | { readonly kind: 'alarm'; readonly key: string; readonly alarm: Alarm }

export interface MachinesCounts {
  /** Rows of the section. */
  readonly all: number
  /** Matching rows of the section `returning` by role, in their order. None is empty. */
  readonly roles?: readonly ReturningRole[]
}

/** After a shutdown control plane first, then infra and storage, then the others. */
export interface ReturningRole {
  readonly role: RoleGroup
  readonly count: number
  /** When the first of their Nodes stopped being Ready; null where no time is known. */
  readonly silentSince: string | null
}

export type MachinesPage = ViewPage<BoardRow, MachinesCounts>

// ── One machine ──────────────────────────────────────────────────────────────────────────────

/** `GET /api/machines/{name}`: one machine with everything its page shows. */
export interface MachineAnswer extends MachineDetail {
  /** Null where no run takes up its serving request. */
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
export type RequestVerdict = (typeof REQUEST_VERDICTS)[number]

/** An absent filter excludes nothing. */
export interface RequestsQuery extends PageQuery {
  /** Words that each occur in the name, the node's name, the requestor or the signer. */
  readonly text?: string
  readonly status?: StatusFilter
  readonly signerName?: string
  readonly requestor?: RequestorFilter
  readonly verdict?: RequestVerdict
  readonly superseded?: 'shown' | 'hidden'
}

/** A request of the pages Requests and Activity, and of the board where it stands for itself. */
export type RequestListRow = Omit<RequestRow, 'fingerprint' | 'unattended' | 'notAfter'>

export interface RequestsCounts extends Readonly<Record<StatusFilter, number>> {
  readonly superseded: number
  /** The kubelets' first, then by name; at most SIGNERS_LISTED. */
  readonly signerNames: readonly string[]
}

export const SIGNERS_LISTED = 100

export type RequestsPage = ViewPage<RequestListRow, RequestsCounts>

/** Outcomes of a decided request; `Approved,Failed` counts as both. */
/** `against`: approvals that our checks held back. Only a record knows them. */
export const DECISION_FILTERS = ['all', 'approved', 'denied', 'failed', 'against'] as const
export type DecisionFilter = (typeof DECISION_FILTERS)[number]

/** Where a decision came from: a person here, a program, or elsewhere. */
export const ORIGINS = ['people', 'automatic', 'elsewhere'] as const
export type Origin = (typeof ORIGINS)[number]

export interface ActivityQuery extends PageQuery {
  /** Words that each occur in a name, the signer, who decided, a note or a failure. */
  readonly text?: string
  /** Exactly this machine. */
  readonly machine?: string
  readonly decision?: DecisionFilter
  readonly origin?: Origin
  /** Decided at or after this time, ISO 8601. A decision without a known time matches neither. */
  readonly since?: string
  /** Decided before this time, ISO 8601. */
  readonly before?: string
}

export interface ActivityCounts extends Readonly<Record<DecisionFilter, number>> {
  /** When the earliest listed decision was made; null when no request tells. */
  readonly reachesBackTo: string | null
  /**
   * Absent where no record is kept, or it cannot be read. The list then has only requests that the
   * API server still has.
   */
  readonly record?: RecordStanding
}

/** How the record is doing. */
export interface RecordStanding {
  /** Days that entries are kept for. */
  readonly days: number
  /** Since when nothing can be written; null while it can. */
  readonly troubleSince: string | null
  /** Entries that could not be kept since the server started. */
  readonly lost: number
  /** Whether nothing is decided while nothing can be written. */
  readonly required: boolean
  /** Since when its volume is full, and old entries make room for new ones; null while it is not. */
  readonly fullSince: string | null
}

/** The verdict right before a request was decided. */
export type RecordedVerdict = Pick<RequestRow, 'verdict' | 'failing' | 'reason'>

export interface ActivityRow extends RequestListRow {
  /** Expiry of the issued certificate; null before. */
  readonly notAfter: string | null
  /** Absent without a record; null where the request was not seen pending. */
  readonly judged?: RecordedVerdict | null
  /**
   * Id of the write in the API server's audit log. Absent without a record; null where Countersign did
   * not write the decision, or the API server named none.
   */
  readonly auditId?: string | null
}

/** Formats of `GET /api/activity/export`. */
export const EXPORT_FORMATS = ['csv', 'json'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export type ActivityPage = ViewPage<ActivityRow, ActivityCounts>

// ── Alarms ───────────────────────────────────────────────────────────────────────────────────

export interface AlarmsQuery extends PageQuery {
  /** The alarms of this request, with their differences in full: a list has none. */
  readonly uid?: string
}

export interface AlarmsCounts {
  readonly all: number
  /** Alarms that newer ones replaced since the server was started. */
  readonly dropped: number
}

export type AlarmsPage = ViewPage<AlarmDetail, AlarmsCounts>

// ── Nodes ────────────────────────────────────────────────────────────────────────────────────

export const NODE_FILTERS = ['all', 'ready', 'notReady', 'execUnavailable'] as const
export type NodeFilter = (typeof NODE_FILTERS)[number]

export interface NodesQuery extends PageQuery {
  /** Words that each occur in the name, the status, the version, a role or an address. */
  readonly text?: string
  readonly filter?: NodeFilter
}

/** How far a node's serving certificate is, as far as the listed requests tell. */
export type ServingCert =
  | { readonly kind: 'waiting'; readonly held: boolean }
  | { readonly kind: 'waitingForSigner' | 'notRequested' | 'none' | 'unknown' }
  | { readonly kind: 'issued'; readonly notAfter: string }

export interface NodeListRow
  extends DecidableMachine,
    Pick<
      MachineRow,
      'stage' | 'waiting' | 'hold' | 'reason' | 'verdict' | 'rebootstrapping' | 'execAndLogs'
    > {
  readonly node: Pick<
    NodeSummary,
    'ready' | 'status' | 'roles' | 'version' | 'createdAt' | 'problem'
  >
  readonly servingCert: ServingCert
}

export type NodesCounts = Readonly<Record<NodeFilter, number>>

export type NodesPage = ViewPage<NodeListRow, NodesCounts>

// ── Kubelets ─────────────────────────────────────────────────────────────────────────────────

export const KUBELET_FILTERS = ['left', 'endsSoon', 'namesDiffer', 'all'] as const
export type KubeletFilter = (typeof KUBELET_FILTERS)[number]

/** Seconds before its end in which a certificate counts as ending soon. */
export const ENDS_SOON_SECONDS = 30 * 86_400

/** Most names of one page's bulk. */
export const TO_APPROVE_LIMIT = 200

export interface KubeletsQuery extends PageQuery {
  /** Words that each occur in the name, a role or an address. */
  readonly text?: string
  readonly filter?: KubeletFilter
}

/** A Node, the certificate that its kubelet presents, and the next action. */
export interface KubeletRow
  extends DecidableMachine,
    Pick<MachineRow, 'stage' | 'hold' | 'reason' | 'verdict'> {
  readonly roles: readonly string[]
  /** Null while it was not asked. */
  readonly finding: KubeletFinding | null
  readonly asked: ServingAsked
  readonly next: NextStep | null
  readonly toDo: KubeletNext | null
}

export interface KubeletsCounts
  extends Readonly<Record<KubeletFilter, number>>,
    WayCounts,
    Verified {
  /** Nodes whose serving request waits and is not held back, at most `TO_APPROVE_LIMIT`. */
  readonly toApprove: readonly string[]
  /** The first few nodes that filed nothing. */
  readonly silent: readonly string[]
  /** The node whose certificate of the cluster ends first, within `ENDS_SOON_SECONDS`. */
  readonly firstToEnd: { readonly name: string; readonly notAfter: string } | null
}

export type KubeletsPage = ViewPage<KubeletRow, KubeletsCounts>

// ── Summary ──────────────────────────────────────────────────────────────────────────────────

/** Counts over all rows. */
export interface BoardCounts {
  /** Rows of the sections `waiting` and `returning`. */
  readonly waiting: number
  readonly returning: number
  readonly overdue: number
  readonly alarms: number
  readonly stopped: number
  readonly onTheirWay: number
  /** Joined in the last hour. */
  readonly joined: number
  readonly others: number
  /** Waiting rows by verdict; `heldBack`: suspicious or refused. */
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

/** Waiting machines whose next request is of that signer. */
export interface BulkOffer {
  readonly verified: number
  readonly plausible: number
}

/** The top of the board, the badges of the tabs, the bulk button, and the board where nothing waits. */
export interface Summary {
  readonly epoch: string
  readonly revision: number
  readonly serverTime: string
  readonly feed: Feed
  readonly cluster: Cluster
  readonly counts: BoardCounts
  /** For an identity that may decide requests of one signer only. */
  readonly offer: { readonly client: BulkOffer; readonly serving: BulkOffer }
  /** Deadlines of requests that no check holds back from this viewer, by the signer of the next request. */
  readonly deadlines: { readonly client: Deadlines; readonly serving: Deadlines }
  readonly returning: Returning
  readonly unavailableOperators: UnavailableOperators
  /** Null where no record is kept. */
  readonly record: RecordStanding | null
  /** The latest three machines that joined, whenever that was. */
  readonly lastJoined: readonly JoinedMachine[]
  /** The first end of a listed serving certificate, and how many nodes' end within a day of that. */
  readonly firstEnd: { readonly at: string; readonly nodes: number } | null
  /** When the counts change by time alone; the server then sends `changed`. Null for never. */
  readonly validUntil: string | null
}

/** Deadlines of requests without a failed check; null for none. */
export interface Deadlines {
  /** The first hour to end. */
  readonly next: Deadline | null
  /** The hour that ended first. */
  readonly past: Deadline | null
}

export interface Deadline {
  /** The machine's name, otherwise the request's. */
  readonly name: string
  readonly at: string
  /** Uid of a request without a machine; null for a machine. */
  readonly request: string | null
}

/** The machines that have joined before. */
export interface Returning {
  /** Their names, as long as their rows are in the section `waiting`. */
  readonly few: readonly string[]
  /** When the first and the last of their Nodes stopped being Ready; null where no time is known. */
  readonly silent: { readonly first: string; readonly last: string } | null
}

/** Operators that are not available; those of `waiting` wait for nodes by their own words. */
export interface UnavailableOperators {
  readonly waiting: readonly ClusterOperator[]
  readonly also: readonly ClusterOperator[]
}

export type JoinedMachine = Pick<MachineListRow, 'name' | 'joinedAt' | 'firstRequestAt'>

// ── Expected machines ────────────────────────────────────────────────────────────────────────

export const EXPECTED_FILTERS = ['all', 'missing', 'arrived', 'unexpected'] as const
export type ExpectedFilter = (typeof EXPECTED_FILTERS)[number]

/** `GET /api/expected/machines`: the list in force beside the machines that arrived. */
export interface ExpectedQuery extends PageQuery {
  /** Words that each occur in the name, the role or an address. */
  readonly text?: string
  readonly filter?: ExpectedFilter
}

/** A machine of the list, or one that arrived without being on it. */
export interface ExpectedListRow {
  readonly name: string
  readonly state: Exclude<ExpectedFilter, 'all'>
  /** Addresses on the list; for a machine outside it, those of its Node. */
  readonly addresses: readonly string[]
  readonly role: string | null
  /** Null while it is missing. */
  readonly machine: Pick<
    MachineRow,
    'stage' | 'waiting' | 'waitingForSigner' | 'verdict' | 'reason'
  > | null
}

export interface ExpectedCounts extends Readonly<Record<ExpectedFilter, number>> {
  readonly waitingArrived: number
  readonly waitingUnexpected: number
}

export type ExpectedPage = ViewPage<ExpectedListRow, ExpectedCounts>

// ── Search ───────────────────────────────────────────────────────────────────────────────────

/** Hits of each kind. */
export const SEARCH_HITS = 6

/** A machine's or node's name, or a request's uid, as `key`; `hint`: stage, machine or STATUS. */
export interface SearchHit {
  readonly key: string
  readonly name: string
  readonly hint: string
}

export interface SearchGroup {
  /** `machines`: they wait, or have no Node. */
  readonly kind: 'machines' | 'requests' | 'nodes'
  readonly hits: readonly SearchHit[]
  /** The first hit has this very name or address. */
  readonly isExact: boolean
}

/** `GET /api/search?text=`: the best hits of each kind, groups with an exact hit first. */
export type SearchAnswer = Pick<
  ViewPage<never, never>,
  'epoch' | 'revision' | 'serverTime' | 'feed'
> & {
  readonly groups: readonly SearchGroup[]
}

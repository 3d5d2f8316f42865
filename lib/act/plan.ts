import { pendingRequest } from '#lib/act/request-to-decide.ts'
import type { Rows } from '#lib/cluster/board.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { ROLE_GROUPS, type RoleGroup, roleRank } from '#lib/csr/machine/role-rank.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack, isTrusted, leastTrust, type Trust, trustOf } from '#lib/csr/policy/trust.ts'
import { isDuplicateOf, isIssuedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest, RequestRow } from '#lib/csr/rows/rows.ts'
import { requestFor, type Viewer, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import {
  type HeldBackRow,
  LISTED,
  type Listing,
  type PlanAnswer,
  type PlanBody,
  type PlanGroup,
  type PlanRow,
  type RunOptions,
  type StayingRow,
  type WhyHeldBack,
} from '#lib/wire/run-answers.ts'

/** An approval of a selection before it starts, fixed when made. */
export interface Plan {
  /** Machines sorted by the least time left, like the board. */
  readonly verified: readonly PlannedMachine[]
  readonly plausible: readonly PlannedMachine[]
  /** Machines that say they are an existing node. The control plane comes first: nodes need it. */
  readonly rebootstrapping: readonly PlannedMachine[]
  readonly heldBack: readonly HeldBackRow[]
  /** Whether the group is ticked and approved by role. */
  readonly isByRole: boolean
}

export interface PlannedMachine {
  readonly machine: JudgedMachine
  /** Trust of the machine's least trusted request. */
  readonly trust: Trust
  /** The newest pending request of each signer, client before serving. */
  readonly requests: readonly RequestRow[]
  /**
   * Duplicates of the newest that pass the same checks, newest first; approved after it. The newest
   * may be issued already.
   */
  readonly superseded: readonly RequestRow[]
  /**
   * Other older pending requests: of another requestor, or failing a check, for example from before
   * the machine joined. They are never approved.
   */
  readonly leftAlone: readonly RequestRow[]
}

/** The cluster and the viewer's rights at the moment a plan is read again. */
export interface PlanWorld {
  readonly rows: Rows
  /** Whether evidence is lost, so that checks are unknown. */
  readonly partlyJudged: boolean
  readonly viewer: Viewer
  /** Whether a run under way includes the machine. */
  readonly isInRun: (name: string) => boolean
}

/** The plan as the viewer sees the rows: their own requests are held back. */
export function makePlan(rows: Rows, selection: PlanBody['selection'], viewer: ViewerName): Plan {
  const planned: Record<Trust, PlannedMachine[]> = {
    verified: [],
    plausible: [],
    rebootstrapping: [],
  }
  const heldBack: HeldBackRow[] = []
  for (const { key, machine, request } of selected(rows, selection)) {
    if (machine !== null) {
      const plan = planMachine(machine, viewer)
      if ('why' in plan) heldBack.push(plan)
      else planned[plan.trust].push(plan)
    } else if (request !== null) heldBack.push(holdRequest(key, requestFor(request, viewer)))
    else heldBack.push(goneRow(key))
  }
  return {
    verified: planned.verified.sort(byDeadline),
    plausible: planned.plausible.sort(byDeadline),
    rebootstrapping: planned.rebootstrapping.sort(controlPlaneFirst),
    heldBack: heldBack.sort((a, b) => compareTexts(a.name, b.name)),
    isByRole: selection === 'returning',
  }
}

/** The plan as made; machines that differ from what it was made of are held back. */
export function planNow(made: Plan, world: PlanWorld): Plan {
  const heldBack: HeldBackRow[] = [...made.heldBack]
  const keep = (planned: PlannedMachine): boolean => {
    const held = holds(planned, world)
    if (held !== null) heldBack.push(held)
    return held === null
  }
  return {
    verified: made.verified.filter(keep),
    plausible: made.plausible.filter(keep),
    rebootstrapping: made.rebootstrapping.filter(keep),
    heldBack,
    isByRole: made.isByRole,
  }
}

/** Machines of the ticked groups, in the order of approval. */
export function tickedMachines(
  plan: Plan,
  ticks: Pick<RunOptions, Trust | 'roles'>,
): readonly PlannedMachine[] {
  if (plan.isByRole) {
    const isTicked = (role: RoleGroup) => ticks.roles?.includes(role) === true
    return ROLE_GROUPS.filter(isTicked).flatMap((role) => machinesOf(plan, role))
  }
  return plannedIn(plan).filter(({ trust }) => ticks[trust])
}

/** `isFirst`: include the names of all machines. */
export function planAnswer(id: string, plan: Plan, isFirst: boolean): PlanAnswer {
  return {
    id,
    groups: {
      verified: groupOf(plan.verified, isFirst),
      plausible: groupOf(plan.plausible, isFirst),
      rebootstrapping: groupOf(plan.rebootstrapping, isFirst),
    },
    roles: plan.isByRole
      ? {
          controlPlane: groupOf(machinesOf(plan, 'controlPlane'), false),
          platform: groupOf(machinesOf(plan, 'platform'), false),
          worker: groupOf(machinesOf(plan, 'worker'), false),
        }
      : null,
    heldBack: listing(plan.heldBack),
  }
}

function plannedIn({ verified, plausible, rebootstrapping }: Plan): readonly PlannedMachine[] {
  return [...verified, ...plausible, ...rebootstrapping]
}

/** Machines of a role, whatever their trust, by the least time left. */
function machinesOf(plan: Plan, role: RoleGroup): readonly PlannedMachine[] {
  return plannedIn(plan)
    .filter(({ machine }) => ROLE_GROUPS[roleRank(machine)] === role)
    .sort(byDeadline)
}

export function listing<Row>(rows: readonly Row[]): Listing<Row> {
  return { count: rows.length, rows: rows.slice(0, LISTED) }
}

export function stayingRow(nodeName: string, request: RequestRow): StayingRow {
  return { ...pendingRequest(request), nodeName }
}

function groupOf(planned: readonly PlannedMachine[], isFirst: boolean): PlanGroup {
  const signers = planned.flatMap(({ requests }) => requests.map(({ signerName }) => signerName))
  const staying = planned.flatMap(({ machine, leftAlone }) =>
    leftAlone.map((request) => stayingRow(machine.name, request)),
  )
  return {
    count: planned.length,
    rows: planned.slice(0, LISTED).map(rowOf),
    requests: signers.length,
    superseded: planned.reduce((sum, { superseded }) => sum + superseded.length, 0),
    awaitsServing: planned.filter(awaitsServing).length,
    signers: [...new Set(signers)],
    names: isFirst ? planned.map(({ machine }) => machine.name) : null,
    staying: listing(staying),
  }
}

function rowOf({ machine, requests, superseded }: PlannedMachine): PlanRow {
  const again = requests.find((request) => trustOf(request) === 'rebootstrapping')
  return {
    name: machine.name,
    deadline: machine.deadline,
    reason: machine.reason,
    warning: machine.warning,
    hold: machine.hold,
    again: again?.reason ?? null,
    controlPlane: roleRank(machine) === 0,
    signers: requests.map(({ signerName }) => signerName),
    superseded: superseded.length,
  }
}

/** Whether the machine files a serving request after this approval. */
function awaitsServing({ requests }: PlannedMachine): boolean {
  return (
    requests.some(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET) &&
    !requests.some(({ signerName }) => signerName === KUBELET_SERVING)
  )
}

/**
 * A machine's part of the plan, or the reason that holds it back. A pending request that is neither
 * superseded nor trusted holds the machine back: another client may be using its name.
 */
function planMachine(machine: JudgedMachine, viewer: ViewerName): PlannedMachine | HeldBackRow {
  const pending = machine.requests
    .filter(isPendingRow)
    .map((request) => requestFor(request, viewer))
  const current = pending.filter(({ superseded }) => !superseded)
  const hold = (why: WhyHeldBack, request: Holding | null) => holdMachine(machine, why, request)
  if (current.length === 0) return hold('nothingPending', null)
  for (const why of ['refused', 'suspicious'] as const) {
    const request = current.find(({ verdict }) => verdict === why)
    if (request !== undefined) return hold(why, request)
  }
  const twofold = current.find(({ secondPerson }) => secondPerson !== null)
  if (twofold !== undefined) return hold('secondPerson', twofold)
  const unjudged = current.find(({ verdict }) => verdict === null)
  if (unjudged !== undefined) return hold('noVerdict', unjudged)

  const trust = leastTrust(current.flatMap((request) => trustOf(request) ?? []))
  const older = pending.filter(({ superseded }) => superseded)
  const newest = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING].flatMap(
    (signerName) => newestIn(machine, signerName) ?? [],
  )
  const isDuplicate = (request: RequestRow) =>
    isTrusted(request, trust) && newest.some((one) => isDuplicateOf(request, one))
  return {
    machine,
    trust,
    requests: clientFirst(current),
    superseded: clientFirst(older.filter(isDuplicate)),
    leftAlone: older.filter((request) => !isDuplicate(request)),
  }
}

/** The newest of a signer that may supersede others, pending or issued. */
function newestIn({ requests }: JudgedMachine, signerName: string): JudgedRequest | undefined {
  return requests.find(
    (one) =>
      one.signerName === signerName && !one.superseded && (isPendingRow(one) || isIssuedRow(one)),
  )
}

/** The machine as a new plan for `returning` would have it; null where it would leave it out. */
export function returningNow(machine: JudgedMachine, viewer: ViewerName): PlannedMachine | null {
  const planned = saysItExists(machine) ? planMachine(machine, viewer) : null
  return planned === null || 'why' in planned ? null : planned
}

/**
 * The reason that holds a planned machine back now; null when it is unchanged. The plan's requests
 * must still be its newest; then the machine is asked as for a new plan.
 */
function holds(planned: PlannedMachine, world: PlanWorld): HeldBackRow | null {
  const { requests, trust } = planned
  const { name } = planned.machine
  const machine = world.rows.machines.get(name)
  if (machine === undefined) return goneRow(name)
  const hold = (why: WhyHeldBack, request: Holding | null) => holdMachine(machine, why, request)
  const uids = new Set(requests.map(({ uid }) => uid))
  for (const uid of uids) {
    const request = machine.requests.find((one) => one.uid === uid)
    if (request === undefined) return hold('changed', null)
    if (!isPendingRow(request)) return hold('nothingPending', request)
    if (request.superseded) return hold('filedAnew', request)
  }
  const now = planMachine(machine, world.viewer)
  if ('why' in now) return now
  const kept = now.requests.filter(({ uid }) => uids.has(uid))
  if (world.partlyJudged) return hold('partlyJudged', kept[0] ?? null)
  const lessTrusted = kept.find((request) => !isTrusted(request, trust))
  if (lessTrusted !== undefined) return hold('changed', lessTrusted)
  if (world.isInRun(name)) return hold('inRun', null)
  const blocked = requests.find(({ signerName }) => !world.viewer.mayApprove(signerName))
  return blocked === undefined ? null : hold('notPermitted', blocked)
}

type Holding = Pick<RequestRow, 'uid' | 'reason'>

function holdMachine(
  { name }: JudgedMachine,
  why: WhyHeldBack,
  request: Holding | null,
): HeldBackRow {
  const [uid, reason] = [request?.uid ?? null, request?.reason ?? null]
  return { key: name, name, isMachine: true, uid, why, reason }
}

function goneRow(key: string): HeldBackRow {
  return { key, name: key, isMachine: false, uid: null, why: 'gone', reason: null }
}

interface Selected {
  readonly key: string
  readonly machine: JudgedMachine | null
  readonly request: JudgedRequest | null
}

function selected(
  { machines, others }: Rows,
  selection: PlanBody['selection'],
): readonly Selected[] {
  if (typeof selection !== 'string') {
    return [...new Set(selection)].map((key) => ({
      key,
      machine: machines.get(key) ?? null,
      request: others.get(key) ?? null,
    }))
  }
  const rows: Selected[] = []
  for (const machine of machines.values()) {
    const isWanted = selection === 'safe' ? machine.waiting : saysItExists(machine)
    if (isWanted) rows.push({ key: machine.name, machine, request: null })
  }
  if (selection === 'returning') return rows
  for (const request of others.values()) {
    // Excluded from every bulk, but visible among pending requests: give the reason.
    if (isPendingRow(request) && isKubeletSigner(request.signerName)) {
      rows.push({ key: request.uid, machine: null, request })
    }
  }
  return rows
}

/** Whether the machine has joined before, or is held back and has the name of a Node. */
function saysItExists({ waiting, rebootstrapping, node, verdict }: JudgedMachine): boolean {
  return waiting && (rebootstrapping || (node !== null && isHeldBack(verdict)))
}

/** Holds back a request under no machine, whatever its verdict. */
function holdRequest(key: string, request: RequestRow): HeldBackRow {
  const { name, uid, reason, verdict } = request
  const judged = verdict === 'refused' || verdict === null ? (verdict ?? 'noVerdict') : 'suspicious'
  const why = isPendingRow(request) ? judged : 'nothingPending'
  return { key, name, isMachine: false, uid, why, reason }
}

/** The requests with client before serving; within a signer in the given order, newest first. */
function clientFirst(requests: readonly RequestRow[]): readonly RequestRow[] {
  const rank = ({ signerName }: RequestRow) => (signerName === KUBELET_SERVING ? 1 : 0)
  return [...requests].sort((a, b) => rank(a) - rank(b))
}

function controlPlaneFirst(a: PlannedMachine, b: PlannedMachine): number {
  return roleRank(a.machine) - roleRank(b.machine) || byDeadline(a, b)
}

function byDeadline(a: PlannedMachine, b: PlannedMachine): number {
  const [left, right] = [a.machine.deadline ?? '9', b.machine.deadline ?? '9']
  return compareTexts(left, right) || compareTexts(a.machine.name, b.machine.name)
}

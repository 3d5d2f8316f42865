import { pendingRequest } from '#lib/act/request-to-decide.ts'
import type { Rows } from '#lib/cluster/board.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { ROLE_GROUPS, type RoleGroup, roleRank } from '#lib/csr/machine/role-rank.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import {
  isHeldBack,
  isTrusted,
  leastTrust,
  TRUST_LEVELS,
  type Trust,
  trustOf,
} from '#lib/csr/policy/trust.ts'
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
  /**
   * Machines by trust, then by the least time left, like the board. Of machines that say they are
   * an existing node the control plane comes first: nodes need it.
   */
  readonly planned: readonly PlannedMachine[]
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
export function makePlan(
  { machines, others }: Rows,
  selection: PlanBody['selection'],
  viewer: ViewerName,
): Plan {
  const planned: PlannedMachine[] = []
  const heldBack: HeldBackRow[] = []
  function take(key: string, machine?: JudgedMachine, request?: JudgedRequest): void {
    if (machine !== undefined) {
      const plan = planMachine(machine, viewer)
      if ('why' in plan) heldBack.push(plan)
      else planned.push(plan)
    } else if (request !== undefined) heldBack.push(holdRequest(key, requestFor(request, viewer)))
    else heldBack.push(goneRow(key))
  }
  if (typeof selection === 'string') {
    for (const machine of machines.values()) {
      const isWanted = selection === 'safe' ? machine.waiting : saysItExists(machine)
      if (isWanted) take(machine.name, machine)
    }
    for (const request of selection === 'safe' ? others.values() : []) {
      // Excluded from every bulk, but visible among pending requests: give the reason.
      if (isPendingRow(request) && isKubeletSigner(request.signerName))
        take(request.uid, undefined, request)
    }
  } else for (const key of new Set(selection)) take(key, machines.get(key), others.get(key))
  return {
    planned: planned.sort(inOrder),
    heldBack: heldBack.sort((a, b) => compareTexts(a.name, b.name)),
    isByRole: selection === 'returning',
  }
}

/** The plan as made; machines that differ from what it was made of are held back. */
export function planNow(made: Plan, world: PlanWorld): Plan {
  const heldBack: HeldBackRow[] = [...made.heldBack]
  const planned = made.planned.filter((one) => {
    const held = holds(one, world)
    if (held !== null) heldBack.push(held)
    return held === null
  })
  return { ...made, planned, heldBack }
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
  return plan.planned.filter(({ trust }) => ticks[trust])
}

/** `isFirst`: include the names of all machines. */
export function planAnswer(id: string, plan: Plan, isFirst: boolean): PlanAnswer {
  const ofTrust = (level: Trust) =>
    groupOf(
      plan.planned.filter(({ trust }) => trust === level),
      isFirst,
    )
  const ofRole = (role: RoleGroup) => groupOf(machinesOf(plan, role), false)
  return {
    id,
    groups: {
      verified: ofTrust('verified'),
      plausible: ofTrust('plausible'),
      rebootstrapping: ofTrust('rebootstrapping'),
    },
    roles: plan.isByRole
      ? {
          controlPlane: ofRole('controlPlane'),
          platform: ofRole('platform'),
          worker: ofRole('worker'),
        }
      : null,
    heldBack: listing(plan.heldBack),
  }
}

/** Machines of a role, whatever their trust, by the least time left. */
function machinesOf({ planned }: Plan, role: RoleGroup): readonly PlannedMachine[] {
  return planned.filter(({ machine }) => ROLE_GROUPS[roleRank(machine)] === role).sort(byDeadline)
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

function inOrder(a: PlannedMachine, b: PlannedMachine): number {
  const byTrust = TRUST_LEVELS.indexOf(a.trust) - TRUST_LEVELS.indexOf(b.trust)
  const isByRole = a.trust === 'rebootstrapping'
  const byRole = isByRole ? roleRank(a.machine) - roleRank(b.machine) : 0
  return byTrust || byRole || byDeadline(a, b)
}

function byDeadline(a: PlannedMachine, b: PlannedMachine): number {
  const [left, right] = [a.machine.deadline ?? '9', b.machine.deadline ?? '9']
  return compareTexts(left, right) || compareTexts(a.machine.name, b.machine.name)
}

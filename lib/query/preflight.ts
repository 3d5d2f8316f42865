import type { Reason } from '#lib/csr/model.ts'
import {
  CONTROL_PLANE_ROLES,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '#lib/csr/names.ts'
import { isTrusted, leastTrust, type Trust, trustOf } from '#lib/csr/policy/trust.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { isPending } from '#lib/query/board-facts.ts'

/**
 * Which machines: `safe` means all that wait and are trusted enough; a set holds the keys of the
 * board's rows (machine names; uids of requests that stand alone).
 */
export type Selection = 'safe' | ReadonlySet<string>

/** What an approval of a selection would do, before anybody has ticked anything. */
export interface ApprovalGroups {
  /** Least time left first, like the board. */
  readonly verified: readonly PlannedMachine[]
  readonly plausible: readonly PlannedMachine[]
  /** They say that they are a node that exists. Control plane first: the others need it. */
  readonly rebootstrapping: readonly PlannedMachine[]
  readonly heldBack: readonly HeldBack[]
}

export interface PlannedMachine {
  readonly machine: ListedMachine
  /** The least trusted of its requests decides. */
  readonly trust: Trust
  /** The newest pending request of each signer, client before serving. */
  readonly requests: readonly ListedRequest[]
  /** Older pending ones that pass the same checks, newest first; they follow the newest. */
  readonly superseded: readonly ListedRequest[]
  /** Older pending ones that do not, such as what was left over from joining: left alone. */
  readonly leftAlone: readonly ListedRequest[]
}

export interface HeldBack {
  readonly key: string
  /** The machine's name, or the request's where it stands alone. */
  readonly name: string
  readonly machine: ListedMachine | null
  /** The request that holds it back. */
  readonly request: ListedRequest | null
  /**
   * `nothingPending`: it was selected, and meanwhile somebody decided. `gone`: no such row any
   * more. `noVerdict`: the server has not judged it.
   */
  readonly why:
    | 'suspicious'
    | 'refused'
    /** It takes two people, one by one. */
    | 'secondPerson'
    | 'noVerdict'
    | 'nothingPending'
    | 'gone'
  readonly reason: Reason | null
}

export function groupForApproval(snapshot: ListedSnapshot, selection: Selection): ApprovalGroups {
  const planned: Record<Trust, PlannedMachine[]> = {
    verified: [],
    plausible: [],
    rebootstrapping: [],
  }
  const heldBack: HeldBack[] = []
  for (const { key, machine, request } of selected(snapshot, selection)) {
    if (machine !== null) {
      const plan = planMachine(machine)
      if ('why' in plan) heldBack.push(plan)
      else planned[plan.trust].push(plan)
    } else if (request !== null) {
      heldBack.push(holdRequest(key, request))
    } else {
      heldBack.push({ key, name: key, machine, request, why: 'gone', reason: null })
    }
  }
  return {
    verified: planned.verified.sort(byDeadline),
    plausible: planned.plausible.sort(byDeadline),
    rebootstrapping: planned.rebootstrapping.sort(controlPlaneFirst),
    heldBack: heldBack.sort((a, b) => compareTexts(a.name, b.name)),
  }
}

/** An older request that is pending still when its machine's newest are approved. */
export interface StayingRequest {
  readonly machine: string
  readonly request: ListedRequest
}

export function stayingBeside(planned: readonly PlannedMachine[]): readonly StayingRequest[] {
  return planned.flatMap(({ machine, leftAlone }) =>
    leftAlone.map((request) => ({ machine: machine.name, request })),
  )
}

/** The machines of the ticked groups, in the order in which they are approved. */
export function tickedMachines(
  groups: ApprovalGroups,
  ticks: { readonly plausible: boolean; readonly rebootstrapping: boolean },
): readonly PlannedMachine[] {
  return [
    ...groups.verified,
    ...(ticks.plausible ? groups.plausible : []),
    ...(ticks.rebootstrapping ? groups.rebootstrapping : []),
  ]
}

/** How many requests the ticked groups hold. */
export function countRequests(
  groups: ApprovalGroups,
  options: Parameters<typeof tickedMachines>[1] & { readonly superseded: boolean },
): number {
  return tickedMachines(groups, options).reduce(
    (sum, { requests, superseded }) =>
      sum + requests.length + (options.superseded ? superseded.length : 0),
    0,
  )
}

/**
 * One machine's part, or what holds it back. A pending request that nothing supersedes and that is
 * not trusted holds the whole machine back: somebody else may be speaking in its name.
 */
export function planMachine(machine: ListedMachine): PlannedMachine | HeldBack {
  const pending = machine.requests.filter(isPending)
  const current = pending.filter(({ superseded }) => !superseded)
  const hold = (why: HeldBack['why'], request: ListedRequest | null): HeldBack => ({
    key: machine.name,
    name: machine.name,
    machine,
    request,
    why,
    reason: request?.reason ?? null,
  })
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
  return {
    machine,
    trust,
    requests: clientFirst(current),
    superseded: clientFirst(older.filter((request) => isTrusted(request, trust))),
    leftAlone: older.filter((request) => !isTrusted(request, trust)),
  }
}

/** Whether its Node or its Machine says that it is of the control plane. */
export function isOfControlPlane({ node, machineObject }: ListedMachine): boolean {
  const roles = [...(node?.roles ?? []), machineObject?.role]
  return CONTROL_PLANE_ROLES.some((role) => roles.includes(role))
}

interface Selected {
  readonly key: string
  readonly machine: ListedMachine | null
  readonly request: ListedRequest | null
}

function selected(snapshot: ListedSnapshot, selection: Selection): readonly Selected[] {
  if (selection !== 'safe') {
    return [...selection].map((key) => ({
      key,
      machine: snapshot.machines.get(key) ?? null,
      request: snapshot.others.get(key) ?? null,
    }))
  }
  const rows: Selected[] = []
  for (const machine of snapshot.machines.values()) {
    if (machine.waiting) rows.push({ key: machine.name, machine, request: null })
  }
  for (const request of snapshot.others.values()) {
    // Not part of any bulk, but it is among what waits: say why it is held back.
    if (isPending(request) && isKubeletSigner(request.signerName)) {
      rows.push({ key: request.uid, machine: null, request })
    }
  }
  return rows
}

function isKubeletSigner(signerName: string): boolean {
  return signerName === KUBE_APISERVER_CLIENT_KUBELET || signerName === KUBELET_SERVING
}

/** A request under no machine is never part of a bulk, whatever its verdict. */
function holdRequest(key: string, request: ListedRequest): HeldBack {
  const why = !isPending(request)
    ? 'nothingPending'
    : request.verdict === 'refused' || request.verdict === null
      ? (request.verdict ?? 'noVerdict')
      : 'suspicious'
  return { key, name: request.name, machine: null, request, why, reason: request.reason }
}

/** Client before serving; within a signer the order that was there, newest first. */
function clientFirst(requests: readonly ListedRequest[]): readonly ListedRequest[] {
  const rank = ({ signerName }: ListedRequest) => (signerName === KUBELET_SERVING ? 1 : 0)
  return [...requests].sort((a, b) => rank(a) - rank(b))
}

function controlPlaneFirst(a: PlannedMachine, b: PlannedMachine): number {
  const rank = ({ machine }: PlannedMachine) => (isOfControlPlane(machine) ? 0 : 1)
  return rank(a) - rank(b) || byDeadline(a, b)
}

function byDeadline(a: PlannedMachine, b: PlannedMachine): number {
  const [left, right] = [a.machine.deadline ?? '9', b.machine.deadline ?? '9']
  return compareTexts(left, right) || compareTexts(a.machine.name, b.machine.name)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

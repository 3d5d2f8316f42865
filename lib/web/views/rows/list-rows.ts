import { pendingRequest } from '#lib/act/request-to-decide.ts'
import { INTERNAL_IP, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { isPendingRow, newestOf } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import {
  requestFor,
  type Standing,
  standingFor,
  type ViewerName,
  verdictFor,
} from '#lib/csr/verdict/viewer-overlay.ts'
import {
  type DecidableMachine,
  type JoinedMachine,
  type LastDecided,
  type MachineListRow,
  PENDING_LISTED,
  type RequestListRow,
} from '#lib/wire/views.ts'

/** Rows of the views, made only for the page that a caller asks for. */

export function requestListRow(row: JudgedRequest, viewer: ViewerName): RequestListRow {
  const { fingerprint: _f, unattended: _u, ...listed } = requestFor(row, viewer)
  return listed
}

export function machineListRow(row: JudgedMachine, viewer: ViewerName): MachineListRow {
  const { node, requests } = row
  return {
    ...decidableMachine(row, viewer),
    stage: row.stage,
    stageSince: row.stageSince,
    waiting: row.waiting,
    waitingForSigner: row.waitingForSigner,
    rebootstrapping: row.rebootstrapping,
    deadline: row.deadline,
    duplicates: row.duplicates,
    alarm: row.alarm,
    alarmCount: row.alarmCount,
    execAndLogs: row.execAndLogs,
    joinedAt: row.joinedAt,
    role: roleOf(row),
    address: addressOf(row),
    nodeStatus: node?.status ?? null,
    nodeProblem: node?.problem ?? null,
    requestCount: requests.length,
    firstRequestAt: firstRequestAt(requests),
    newestSigner: requests[0]?.signerName ?? null,
    lastDecided: lastDecided(requests),
  }
}

export function joinedMachine({ name, joinedAt, requests }: JudgedMachine): JoinedMachine {
  return { name, joinedAt, firstRequestAt: firstRequestAt(requests) }
}

/** The fields of a machine's row that a decision needs or that depend on the viewer. */
export function decidableMachine(
  machine: JudgedMachine,
  viewer: ViewerName,
): DecidableMachine & Standing {
  const { name, requests } = machine
  const pending = requests.filter(isPendingRow)
  return {
    name,
    ...standingFor(machine, viewer),
    pending: firstPending(pending, viewer).map((request) =>
      pendingRequest(requestFor(request, viewer)),
    ),
    pendingCount: pending.length,
  }
}

/** The held-back request to review, the newest of each signer, then the newest of all, in order. */
function firstPending(
  pending: readonly JudgedRequest[],
  viewer: ViewerName,
): readonly JudgedRequest[] {
  if (pending.length <= PENDING_LISTED) return pending
  const ofServing = pending.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const ofClient = pending.filter(({ signerName }) => signerName !== KUBELET_SERVING)
  const held = pending.find((one) => !one.superseded && isHeldBack(verdictFor(one, viewer)))
  const first = [held ?? null, newestOf(ofClient), newestOf(ofServing)]
  const listed = new Set(first.filter((one) => one !== null))
  for (const request of pending) {
    if (listed.size >= PENDING_LISTED) break
    listed.add(request)
  }
  return pending.filter((request) => listed.has(request))
}

export function roleOf({ node, machineObject }: JudgedMachine): string | null {
  const roles = node?.roles ?? []
  return roles.length > 0 ? roles.join(',') : (machineObject?.role ?? null)
}

function addressOf({ node }: JudgedMachine): string | null {
  const addresses = node?.addresses ?? []
  const address = addresses.find(({ type }) => type === INTERNAL_IP) ?? addresses[0]
  return address?.address ?? null
}

function firstRequestAt(requests: readonly JudgedRequest[]): string | null {
  let first: string | null = null
  for (const { createdAt } of requests) {
    if (first === null || Date.parse(createdAt) < Date.parse(first)) first = createdAt
  }
  return first
}

/** The decision on the request that caused the machine's stage. */
function lastDecided(requests: readonly JudgedRequest[]): LastDecided | null {
  let latest: JudgedRequest | null = null
  for (const request of requests) {
    const at = request.decidedAt ?? (request.failure === null ? null : request.createdAt)
    if (at === null) continue
    if (latest === null || at > (latest.decidedAt ?? latest.createdAt)) latest = request
  }
  if (latest === null) return null
  const { signerName, decidedAt, decider, decidedBy, decisionNote } = latest
  return { signerName, decidedAt, decider, decidedBy, decisionNote }
}

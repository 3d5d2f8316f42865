import { STOPS, type Stop, stopsOf } from '#components/machines/stage-tracker.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import {
  isStopped,
  type MachineDetail,
  type RequestDetail,
  type Stage,
} from '#lib/csr/rows/rows.ts'

export type StepName = (typeof STOPS)[number]

/** Next need of an issued stop that is not reached. */
export type StepNeed = 'approval' | 'secondApproval' | 'signer' | 'newRequest' | 'notFromHere'

/** One stop of the way to Ready, with the timestamps that the objects have. RFC 3339. */
export interface Step {
  readonly name: StepName
  readonly state: Stop
  /** Time at which the stop was reached; null if it was not. */
  readonly at: string | null
  /** Requested stop: time of the newest request, where several were filed. */
  readonly newestAt: string | null
  /** Requested stop: names of the requests. */
  readonly requestNames: readonly string[]
  readonly approvedBy: string | null
  /** Issued stop: seconds from the first request to the approval. */
  readonly afterSeconds: number | null
  /** Issued stop: null where it was reached, or where the need is no longer known. */
  readonly needs: StepNeed | null
}

type StepFacts = Omit<Step, 'name' | 'state' | 'needs'>

/** The five stops of a machine, from its requests and its Node. */
export function machineSteps({ machine, requests, node }: MachineDetail): readonly Step[] {
  const client = requests.filter(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const serving = requests.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const facts: Record<StepName, StepFacts> = {
    clientRequested: requested(client),
    clientIssued: issued(client),
    servingRequested: requested(serving),
    servingIssued: issued(serving),
    ready: { ...NOTHING, at: node?.ready?.status === 'True' ? node.ready.since : null },
  }
  const { at: current, stops } = stopsOf({
    ...machine,
    // A joined machine has passed all stops, also while it waits for a renewal.
    waiting: machine.waiting && machine.stage !== 'ready',
    stoppedAt: stoppedAt(machine.stage, requests),
  })
  return STOPS.map((name, index) => {
    // A certificate from an earlier join does not count for this one.
    const isAhead = index > current && isIssued(name)
    return {
      name,
      state: stops[index] ?? 'ahead',
      ...(isAhead ? NOTHING : facts[name]),
      needs: isAhead ? needOf(machine, index, current) : null,
    }
  })
}

/** The stops of a pending request without a machine, whose earlier stops are not known. */
export function requestSteps(
  request: Pick<RequestDetail, 'name' | 'signerName' | 'createdAt' | 'verdict'>,
): readonly Step[] {
  const current = request.signerName === KUBELET_SERVING ? 2 : 0
  return STOPS.map((name, index) => ({
    ...NOTHING,
    name,
    state: index === current ? 'now' : 'ahead',
    at: index === current ? request.createdAt : null,
    requestNames: index === current ? [request.name] : [],
    needs:
      index !== current + 1 ? null : request.verdict === 'refused' ? 'notFromHere' : 'approval',
  }))
}

const NOTHING: StepFacts = {
  at: null,
  newestAt: null,
  requestNames: [],
  approvedBy: null,
  afterSeconds: null,
}

/** Index of the stop of the newest denied or failed request, for a machine that it stopped. */
function stoppedAt(stage: Stage, requests: readonly RequestDetail[]): number {
  const ended = stage === 'denied' ? 'Denied' : 'Failed'
  const stopped = requests.find(({ status }) => status.split(',').includes(ended))
  return stopped?.signerName === KUBELET_SERVING ? 2 : 0
}

function needOf(
  machine: MachineDetail['machine'],
  index: number,
  current: number,
): StepNeed | null {
  // A denied or refused request leads no further.
  const isOver = isStopped(machine.stage) || machine.verdict === 'refused'
  if (index > current + 2) return isOver ? null : 'secondApproval'
  // Only a request can be approved, and none is pending.
  if (isStopped(machine.stage)) return 'newRequest'
  if (machine.verdict === 'refused') return 'notFromHere'
  if (machine.stage === 'clientIssued') return 'secondApproval'
  return machine.waitingForSigner ? 'signer' : 'approval'
}

function isIssued(name: StepName): boolean {
  return name === 'clientIssued' || name === 'servingIssued'
}

function requested(requests: readonly RequestDetail[]): StepFacts {
  const times = requests.map(({ createdAt }) => createdAt).sort()
  const first = times[0] ?? null
  const newest = times.at(-1) ?? null
  return {
    ...NOTHING,
    at: first,
    newestAt: newest === first ? null : newest,
    requestNames: requests.map(({ name }) => name),
  }
}

function issued(requests: readonly RequestDetail[]): StepFacts {
  const newest = requests.find(({ notAfter }) => notAfter !== null)
  if (newest === undefined) return NOTHING
  const first = requests.map(({ createdAt }) => createdAt).sort()[0]
  const after =
    newest.decidedAt === null || first === undefined
      ? null
      : Math.max(0, Math.round((Date.parse(newest.decidedAt) - Date.parse(first)) / 1_000))
  return { ...NOTHING, at: newest.decidedAt, approvedBy: newest.decidedBy, afterSeconds: after }
}

import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { MachineDetail, RequestDetail, Stage } from '#lib/query/wire.ts'

export type StepName =
  | 'clientRequested'
  | 'clientIssued'
  | 'servingRequested'
  | 'servingIssued'
  | 'ready'
export type StepState = 'done' | 'now' | 'waiting' | 'failed' | 'denied' | 'todo' | 'ok'

/** One stop of the way to Ready, with the timestamps that the objects have. RFC 3339. */
export interface Step {
  readonly name: StepName
  readonly state: StepState
  /** When it was reached; null while it was not. */
  readonly at: string | null
  /** Of a requested stop: the newest filing, where it was filed again. */
  readonly newestAt: string | null
  /** Of a requested stop: the request's name where there is one, their number otherwise. */
  readonly requestNames: readonly string[]
  readonly approvedBy: string | null
  /** Of an issued stop: seconds from the first request to the approval. */
  readonly afterSeconds: number | null
}

const ORDER: readonly StepName[] = [
  'clientRequested',
  'clientIssued',
  'servingRequested',
  'servingIssued',
  'ready',
]

/** The five stops of a machine, from its requests and its Node. */
export function machineSteps({ machine, requests, node }: MachineDetail): readonly Step[] {
  const client = requests.filter(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const serving = requests.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const facts: Record<StepName, Omit<Step, 'name' | 'state'>> = {
    clientRequested: requested(client),
    clientIssued: issued(client),
    servingRequested: requested(serving),
    servingIssued: issued(serving),
    ready: { ...NOTHING, at: node?.ready?.status === 'True' ? node.ready.since : null },
  }
  const current = currentStep(machine.stage, serving.length > 0)
  return ORDER.map((name, index) => ({
    name,
    state: stateOf(machine, index, current),
    ...facts[name],
  }))
}

const NOTHING = { at: null, newestAt: null, requestNames: [], approvedBy: null, afterSeconds: null }

function currentStep(stage: Stage, hasServing: boolean): number {
  // A decision that ended badly stands at the request that it was about.
  if (stage === 'failed' || stage === 'denied') return hasServing ? 2 : 0
  return ORDER.indexOf(stage)
}

function stateOf(machine: MachineDetail['machine'], index: number, current: number): StepState {
  if (machine.stage === 'ready') return 'ok'
  if (index < current) return 'done'
  if (index > current) return 'todo'
  if (machine.stage === 'failed' || machine.stage === 'denied') return machine.stage
  return machine.waiting ? 'now' : 'waiting'
}

function requested(requests: readonly RequestDetail[]): Omit<Step, 'name' | 'state'> {
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

function issued(requests: readonly RequestDetail[]): Omit<Step, 'name' | 'state'> {
  const newest = requests.find(({ notAfter }) => notAfter !== null)
  if (newest === undefined) return NOTHING
  const first = requests.map(({ createdAt }) => createdAt).sort()[0]
  const after =
    newest.decidedAt === null || first === undefined
      ? null
      : Math.max(0, Math.round((Date.parse(newest.decidedAt) - Date.parse(first)) / 1_000))
  return { ...NOTHING, at: newest.decidedAt, approvedBy: newest.decidedBy, afterSeconds: after }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { CSRS, csrPath, type KubeClient, type KubeObject } from '#e2e/fixtures/kube-client.ts'
import {
  type Answer,
  APPROVED_BY_IT,
  answerTo,
  backOff,
  isQueued,
  type Seen,
  type SeenCsr,
  type SeenMachine,
} from '#lib/csr/fixtures/imitated-machine-approver.ts'
import type { CsrCondition, NodeAddress } from '#lib/csr/model.ts'

export interface MachineApprover {
  /** Names of the requests that it has approved. */
  readonly approved: readonly string[]
  /** Result of its last attempt at each request, by name. */
  readonly answers: ReadonlyMap<string, Answer>
  stop(): Promise<void>
}

/** State of a request in its queue. */
interface Queued {
  /** Last resourceVersion it has seen; another one starts a new attempt. */
  readonly version: string
  readonly failures: number
  /**
   * Time of the next attempt, in milliseconds since the epoch; null: it has forgotten the request.
   */
  readonly nextAt: number | null
}

interface Raw {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string }
  readonly status?: {
    readonly nodeRef?: { readonly name: string }
    readonly addresses?: readonly NodeAddress[]
  }
}

/** Milliseconds without an event after which it looks for due retries. */
const RETRIES_EVERY_MS = 500

const MACHINE_APIS = ['machine.openshift.io', 'cluster.x-k8s.io'] as const

/**
 * OpenShift's cluster-machine-approver on a control plane: started by events, it retries after an
 * error, and forgets requests it passed over until a restart. It asks no kubelet.
 */
export function startMachineApprover(kube: KubeClient): MachineApprover {
  const approved: string[] = []
  const answers = new Map<string, Answer>()
  const queue = new Map<string, Queued>()
  let stopping = false

  async function list<Item>(path: string): Promise<readonly Item[]> {
    return (await kube.call<{ items?: readonly Item[] }>('GET', path)).body.items ?? []
  }

  async function machinesOf(apiGroup: string): Promise<SeenMachine[]> {
    const raws = await list<Raw>(`/apis/${apiGroup}/v1beta1/machines`)
    return raws.map(({ metadata, status: { nodeRef, addresses = [] } = {} }) => ({
      apiGroup,
      createdAt: metadata.creationTimestamp,
      nodeRef: nodeRef === undefined ? null : { name: nodeRef.name, uid: null },
      addresses,
    }))
  }

  async function look(): Promise<Omit<Seen, 'csrs'>> {
    const nodes = (await list<Raw>('/api/v1/nodes')).map(({ metadata, status }) => {
      return { name: metadata.name, addresses: status?.addresses ?? [] }
    })
    const machines = await Promise.all(MACHINE_APIS.map(machinesOf))
    return { nodes, machines: machines.flat(), now: Date.now() }
  }

  /** Whether the API server accepted the approval: it refuses a denied or changed request. */
  async function approve(csr: KubeObject): Promise<boolean> {
    const condition = {
      type: 'Approved',
      status: 'True',
      reason: 'NodeCSRApprove',
      message: APPROVED_BY_IT,
    }
    const conditions = [...(csr.status?.conditions ?? []), condition]
    const body = { ...csr, status: { ...csr.status, conditions } }
    const { status } = await kube.call('PUT', `${csrPath(csr.metadata.name)}/approval`, { body })
    if (status === 200) approved.push(csr.metadata.name)
    return status === 200
  }

  function after(answer: Answer, { version, failures }: Queued): Queued {
    if (answer !== 'triesAgain') return { version, failures: 0, nextAt: null }
    return { version, failures: failures + 1, nextAt: Date.now() + backOff(failures + 1) }
  }

  function enqueue(csr: KubeObject): void {
    const { uid, resourceVersion } = csr.metadata
    const known = queue.get(uid)
    if (known?.version === resourceVersion || !isQueued(seenCsr(csr), Date.now())) return
    queue.set(uid, {
      version: resourceVersion,
      failures: known?.failures ?? 0,
      nextAt: Date.now(),
    })
  }

  async function run(): Promise<void> {
    const watch = await kube.open(`${CSRS}?watch=true`)
    let changed = Promise.withResolvers<void>()
    watch.on('data', () => changed.resolve())
    while (!stopping) {
      changed = Promise.withResolvers()
      const csrs = await list<KubeObject>(CSRS)
      csrs.forEach(enqueue)
      const due = csrs.filter(({ metadata: { uid } }) => {
        return (queue.get(uid)?.nextAt ?? Number.POSITIVE_INFINITY) <= Date.now()
      })
      if (due.length === 0) {
        await Promise.race([changed.promise, sleep(RETRIES_EVERY_MS)])
        continue
      }
      const seen = { ...(await look()), csrs: csrs.map(seenCsr) }
      for (const csr of due) {
        const { name, uid } = csr.metadata
        const place = queue.get(uid)
        if (place === undefined) continue
        const answer = answerTo(seenCsr(csr), seen)
        const isRefused = answer === 'approves' && !(await approve(csr))
        const outcome = isRefused ? 'triesAgain' : answer
        queue.set(uid, after(outcome, place))
        answers.set(name, outcome)
      }
    }
    watch.destroy()
  }

  const running = run()
  return {
    approved,
    answers,
    async stop() {
      stopping = true
      await running
    },
  }
}

function seenCsr({ metadata, spec, status }: KubeObject): SeenCsr {
  return {
    createdAt: metadata.creationTimestamp,
    signerName: spec.signerName,
    request: spec.request,
    requestor: { username: spec.username, groups: spec.groups ?? [] },
    conditions: (status?.conditions ?? []) as readonly CsrCondition[],
  }
}

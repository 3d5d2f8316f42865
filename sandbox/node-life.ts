import type { NodeAddress } from '#lib/csr/model.ts'
import { SYSTEM } from '#sandbox/identities.ts'
import type { Condition, NodeObject } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import { timestamp } from '#sandbox/sandbox-clock.ts'
import { NODES } from '#sandbox/served-resources.ts'

const VERSION = 'v1.34.2'
const NETWORK_MESSAGE =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: no CNI configuration file in /etc/kubernetes/cni/net.d/'

/** Creates the Node, or reuses an existing one: a reinstalled machine keeps its name. */
export function registerNode(
  api: Api,
  traits: {
    readonly name: string
    readonly role: string
    readonly addresses: readonly NodeAddress[]
    readonly version?: string
    readonly unschedulable?: boolean
  },
): void {
  const { name, role, unschedulable } = traits
  if (api.store.get(NODES, name) === undefined) {
    api.create(
      SYSTEM,
      { ...nodeTarget(name), name: '', subresource: '' },
      {
        metadata: {
          name,
          labels: {
            'kubernetes.io/hostname': name,
            'kubernetes.io/os': 'linux',
            [`node-role.kubernetes.io/${role}`]: '',
          },
        },
        spec: unschedulable
          ? {
              unschedulable,
              taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
            }
          : {},
      },
    )
  }
  putStatus(api, name, {
    addresses: [...traits.addresses],
    conditions: conditionsOf(api, ready(api, false, 'KubeletNotReady', NETWORK_MESSAGE)),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      kubeletVersion: traits.version ?? VERSION,
      operatingSystem: 'linux',
      architecture: 'amd64',
      osImage: 'Red Hat Enterprise Linux CoreOS 9.6',
      containerRuntimeVersion: 'cri-o://1.34.2',
    },
  })
}

export function setReady(api: Api, name: string, isReady: boolean): void {
  const status = (api.store.get(NODES, name) as NodeObject | undefined)?.status
  if (status === undefined) return
  const condition = isReady
    ? ready(api, true, 'KubeletReady', 'kubelet is posting ready status')
    : {
        ...ready(api, false, 'NodeStatusUnknown', 'Kubelet stopped posting node status.'),
        status: 'Unknown',
      }
  putStatus(api, name, { ...status, conditions: conditionsOf(api, condition) })
}

export function isReady(node: NodeObject | undefined): boolean {
  return (
    node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ??
    false
  )
}

function putStatus(api: Api, name: string, status: unknown): void {
  const node = api.store.get(NODES, name)
  if (node !== undefined) api.update(SYSTEM, nodeTarget(name), { ...node, status })
}

function nodeTarget(name: string) {
  return { resource: NODES, namespace: '', name, subresource: 'status' }
}

function ready(api: Api, isTrue: boolean, reason: string, message: string): Condition {
  return { type: 'Ready', status: isTrue ? 'True' : 'False', reason, message, ...times(api) }
}

function conditionsOf(api: Api, readyCondition: Condition): Condition[] {
  const pressures = [
    ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ] as const
  return [
    ...pressures.map(([type, reason, message]) => ({
      type,
      status: 'False',
      reason,
      message,
      ...times(api),
    })),
    readyCondition,
  ]
}

function times(api: Api) {
  const now = timestamp(api.clock.now())
  return { lastHeartbeatTime: now, lastTransitionTime: now }
}

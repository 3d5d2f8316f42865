import { parseDocument } from 'yaml'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { requestBody } from '#sandbox/http-request.ts'
import { WAIT_SECONDS } from '#sandbox/machine-life.ts'
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts'
import { type Scenario, secondsOf } from '#sandbox/scenario.ts'

/** Cluster of the demo: the sandbox, or a real control plane. */
export interface DemoCluster {
  /** The app's kubeconfig. */
  readonly kubeconfig: string
  /** An admin's kubeconfig, for kubectl. */
  readonly adminKubeconfig: string
  /** Additional environment of the app. */
  readonly env: Readonly<Record<string, string>>
  /** Address of the pages where people sign in; null for one person on a laptop. */
  readonly publicUrl: string | null
  /** Lines printed after the address: how to go on in the pages, and how this demo differs. */
  readonly hints: readonly string[]
  stop(): Promise<void>
}

export interface DemoClusterOptions {
  readonly scenario: Scenario
  readonly speed: number
  /** Port of the app; 0 is any free one. */
  readonly port: number
}

export async function startStandIn({ scenario, speed }: DemoClusterOptions): Promise<DemoCluster> {
  const sandbox = await startSandbox({ scenario, speed })
  const { admin: kubeconfig } = sandbox.kubeconfigs
  return { ...demoOn(sandbox), kubeconfig, publicUrl: null, hints: [] }
}

export function demoOn(sandbox: Sandbox): Pick<DemoCluster, 'adminKubeconfig' | 'env' | 'stop'> {
  return {
    adminKubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_LIVE_CERTIFICATES: sandbox.kubeletProxy },
    stop: () => sandbox.stop(),
  }
}

/** Names and addresses of a real cluster's machines (sandbox/control-plane/addresses.go). */
const REAL = {
  known: 'worker-',
  unknown: 'metal-',
  allowedAddresses: ['198.18.0.0/15'],
  allowedNames: ['worker-*', 'metal-*'],
} as const

/**
 * The scenario on a real control plane, as far as possible: history cannot be invented, so
 * everything begins now, and only running machines have Nodes.
 */
export async function startReal(options: DemoClusterOptions): Promise<DemoCluster> {
  const { scenario, speed } = options
  const { startCluster } = await import('#sandbox/control-plane/control-plane.ts')
  const cluster = await startCluster()
  try {
    const joining = scenario.machines.filter(({ switchedOff }) => switchedOff === undefined)
    const known = joining.filter(({ machineObject }) => machineObject !== undefined).length
    const wait = `${Math.max(1, Math.round(WAIT_SECONDS / speed))}s`
    await createObjects(cluster, scenario)
    await createConfigMaps(cluster, scenario)
    if (known > 0) {
      const prefix = REAL.known
      await cluster.startLightKubelets({ count: known, machineObjects: true, prefix, wait })
    }
    const unknown = joining.length - known
    const prefix = REAL.unknown
    if (unknown > 0) await cluster.startLightKubelets({ count: unknown, prefix, wait })
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return {
    kubeconfig: cluster.kubeconfigs.admin,
    adminKubeconfig: cluster.kubeconfigs.admin,
    // The light kubelets have no ports.
    env: { COUNTERSIGN_LIVE_CERTIFICATES: 'off' },
    hints: [
      'A real kube-apiserver, kube-controller-manager and etcd answer; the machines are light kubelets.',
      'Other than in the stand-in everything begins now: nothing is past its hour, no Node has stood',
      'for months, nothing was decided before, and operators do not notice when Nodes become Ready.',
    ],
    publicUrl: null,
    stop: () => cluster.stop(),
  }
}

async function createObjects(cluster: Cluster, scenario: Scenario): Promise<void> {
  const apply = (object: unknown, as: readonly string[] = []) =>
    cluster.kubectl(['create', '-f', '-', ...as], { input: JSON.stringify(object) })
  for (const { name, waitsFor, message } of scenario.operators) {
    const isWaiting = waitsFor.length > 0
    const metadata = { name }
    const kind = { apiVersion: 'config.openshift.io/v1', kind: 'ClusterOperator' }
    await apply({ ...kind, metadata, spec: {} })
    const status = isWaiting ? 'False' : 'True'
    const conditions = [{ type: 'Available', status, reason: 'Scenario', message }]
    const patch = JSON.stringify({ status: { conditions } })
    const what = ['clusteroperator', name, '--subresource=status', '--type=merge', '-p', patch]
    await cluster.kubectl(['patch', ...what])
  }
  await letFile(apply, scenario)
  const filed = scenario.others.toSorted((a, b) => secondsOf(b.filed) - secondsOf(a.filed))
  for (const { filed: _, requestor, ...story } of filed) {
    const groups = (requestor.groups ?? []).map((group) => `--as-group=${group}`)
    await apply(requestBody(story), [`--as=${requestor.username}`, ...groups])
  }
}

async function createConfigMaps(cluster: Cluster, { configMaps = [] }: Scenario): Promise<void> {
  const create = (object: object) =>
    cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(object) })
  for (const namespace of new Set(configMaps.map((story) => story.namespace))) {
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  }
  for (const { namespace, name, data } of configMaps) {
    const fitting = Object.entries(data).map(([key, text]) => [
      key,
      key === 'policy.yaml' ? fittingPolicy(text) : text,
    ])
    const metadata = { namespace, name }
    const held = Object.fromEntries(fitting)
    await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: held })
  }
}

/** The story's policy with addresses and names of a real cluster. */
export function fittingPolicy(text: string): string {
  const policy = parseDocument(text)
  for (const field of ['allowedAddresses', 'allowedNames'] as const) {
    const path = ['spec', field]
    if (policy.hasIn(path)) policy.setIn(path, policy.createNode(REAL[field]))
  }
  return policy.toString()
}

/** Grants the scenario's requestors the right to file requests, which a real cluster requires. */
async function letFile(apply: (object: unknown) => Promise<string>, { others }: Scenario) {
  const metadata = { name: 'countersign-demo-filing' }
  const group = 'rbac.authorization.k8s.io'
  const kind = (name: string) => ({ apiVersion: `${group}/v1`, kind: name, metadata })
  const resources = ['certificatesigningrequests']
  const rules = [{ apiGroups: ['certificates.k8s.io'], resources, verbs: ['create'] }]
  await apply({ ...kind('ClusterRole'), rules })
  const names = [...new Set(others.map(({ requestor }) => requestor.username))]
  await apply({
    ...kind('ClusterRoleBinding'),
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
    subjects: names.map((name) => ({ apiGroup: group, kind: 'User', name })),
  })
}

/**
 * `npm run cluster [-- --kubelets 2 --machines N --machine-objects --wait 15m --kubernetes]`: a real
 * cluster to play with, until Ctrl-C.
 */
import { parseArgs } from 'node:util'
import { numberOf } from '#sandbox/number-of.ts'
import { type Cluster, startCluster } from './cluster.ts'

const { values } = parseArgs({
  options: {
    kubelets: { type: 'string', default: '2' },
    machines: { type: 'string', default: '0' },
    'machine-objects': { type: 'boolean', default: false },
    wait: { type: 'string', default: '15m' },
    /** A plain Kubernetes: no Machines, no ClusterOperators. */
    kubernetes: { type: 'boolean', default: false },
  },
})

/** As many as have an address of their own: see addresses.go. */
const MOST_KUBELETS = 200
const MOST_MACHINES = 16_000

let kubelets: number
let machines: number
try {
  kubelets = numberOf(values.kubelets, '--kubelets', 0, MOST_KUBELETS)
  machines = numberOf(values.machines, '--machines', 0, MOST_MACHINES)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

let cluster: Cluster | null = null
let stopping = false

async function leave(): Promise<void> {
  if (stopping) return // a second Ctrl-C changes nothing: the cluster is on its way down
  stopping = true
  // Without a cluster yet, leaving is enough: it ends with this process.
  if (cluster) {
    console.error('\nstopping the cluster')
    await cluster.stop()
  }
  process.exit(0)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void leave())
}

cluster = await startCluster({ openshift: !values.kubernetes })
if (kubelets > 0 && cluster.noKubelets !== '') {
  console.error(`No real kubelets: ${cluster.noKubelets}. Light ones take their place.`)
  await cluster.startLightKubelets({ prefix: 'worker-', count: kubelets, wait: values.wait })
  kubelets = 0
}
for (let i = 1; i <= kubelets; i++) {
  await cluster.startKubelet(`worker-${i}`, { wait: values.wait })
}
if (machines > 0) {
  await cluster.startLightKubelets({
    count: machines,
    wait: values.wait,
    machineObjects: values['machine-objects'],
  })
}

const kubeconfigs = Object.entries(cluster.kubeconfigs)
console.log(`A cluster is running at ${cluster.server}

  ${kubeconfigs.map(([name, path]) => `${name.padEnd(20)}${path}`).join('\n  ')}
  ${'audit log'.padEnd(20)}${cluster.auditLog}
  ${'logs'.padEnd(20)}${cluster.dir}/logs

export KUBECONFIG=${cluster.kubeconfigs.approver}
npm start      # Countersign on it (after npm run build)

Ctrl-C takes it down.`)

/** `npm run cluster`: a real cluster for trying things out, until Ctrl-C. */
import { parseArgs } from 'node:util'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { goDuration } from '#sandbox/control-plane/go-duration.ts'
import { numberOf } from '#sandbox/number-of.ts'

const HELP = `Usage: npm run cluster -- [options]

  --kubelets <n>      real kubelets (2)
  --machines <n>      n more that are light: they ask, wait, renew and ask again as kubelets do (0)
  --machine-objects   with a Machine for each of the light ones
  --wait <duration>   how long each waits for its certificate before it asks anew (15m)
  --kubernetes        a plain Kubernetes: no Machines, no ClusterOperators
  --help              this text
`

let cluster: Cluster | null = null
let stopping = false

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kubelets: { type: 'string', default: '2' },
      machines: { type: 'string', default: '0' },
      'machine-objects': { type: 'boolean', default: false },
      wait: { type: 'string', default: '15m' },
      kubernetes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  // Most kubelets with an address of their own: see addresses.go.
  const kubelets = numberOf(values.kubelets, '--kubelets', 0, 200)
  const machines = numberOf(values.machines, '--machines', 0, 16_000)
  const wait = goDuration(values.wait, '--wait')

  cluster = await startCluster({ openshift: !values.kubernetes })
  if (kubelets > 0 && cluster.noKubelets !== '') {
    console.error(`No real kubelets: ${cluster.noKubelets}. Light ones take their place.`)
    await cluster.startLightKubelets({ prefix: 'worker-', count: kubelets, wait })
  } else {
    for (let number = 1; number <= kubelets; number += 1) {
      await cluster.startKubelet(`worker-${number}`, { wait })
    }
  }
  if (machines > 0) {
    const machineObjects = values['machine-objects']
    await cluster.startLightKubelets({ count: machines, wait, machineObjects })
  }
  console.log(introduction(cluster))
}

function introduction({ server, kubeconfigs, auditLog, dir }: Cluster): string {
  const places = [
    ...Object.entries(kubeconfigs),
    ['audit log', auditLog],
    ['logs', `${dir}/logs`],
  ] as const
  return `A cluster is running at ${server}

  ${places.map(([name, path]) => `${name.padEnd(20)}${path}`).join('\n  ')}

export KUBECONFIG=${kubeconfigs.approver}
npm start      # Countersign on it (after npm run build)

Ctrl-C takes it down.`
}

async function end(code: number): Promise<void> {
  if (stopping) return // a second Ctrl-C changes nothing: the cluster is stopping
  stopping = true
  // Without a cluster yet, exiting is enough: it ends with this process.
  if (cluster) {
    console.error('\nstopping the cluster')
    await cluster.stop()
  }
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0))
}

main().catch((error: unknown) => {
  if (!stopping) console.error(error instanceof Error ? error.message : String(error))
  return end(1)
})

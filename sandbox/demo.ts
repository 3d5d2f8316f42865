/** `npm run demo`: the product with a cluster of its own. Ends with Ctrl-C. */
import { parseArgs } from 'node:util'
import { crowd } from '#sandbox/crowd.ts'
import { ensureBuilt, isPackaged, startDemoApp, usualPort, withDots } from '#sandbox/demo-app.ts'
import { startReal, startStandIn } from '#sandbox/demo-cluster.ts'
import { numberOf } from '#sandbox/number-of.ts'
import type { Scenario } from '#sandbox/scenario.ts'
import { SCENARIOS } from '#sandbox/scenarios/by-name.ts'

const HELP = `Usage: npm run demo -- [options]

  --speed <n>        machines live n times faster: their waits pass in 1/n of the time (1)
  --port <number>    where to serve the dashboard (8430, or a free one; 0: any)
  --host 127.0.0.1   pages at a random port of that address, not at a name under localhost
  --scenario <name>  ${Object.keys(SCENARIOS).join(', ')} (rack2)
  --machines <n>     n more machines that wait
  --team             in team mode: alice, bob, carol and dave sign in at a provider, without passwords;
                     for browsers that open names under localhost without TLS, as Chromium and
                     Firefox do
  --real             on a real control plane instead of the stand-in; needs Go
  --help             this text
`

const stops: (() => Promise<void>)[] = []
let stopping = false

async function main(): Promise<void> {
  const began = Date.now()
  const { values } = parseArgs({
    options: {
      speed: { type: 'string', default: '1' },
      port: { type: 'string' },
      host: { type: 'string' },
      scenario: { type: 'string', default: 'rack2' },
      machines: { type: 'string', default: '0' },
      team: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  const scenario = SCENARIOS[values.scenario]
  if (scenario === undefined) throw new Error(`There is no scenario "${values.scenario}".`)
  const speed = numberOf(values.speed, '--speed', 1, 1000)
  const more = numberOf(values.machines, '--machines', 0, 20_000)
  const given = values.port === undefined ? null : numberOf(values.port, '--port', 0, 65_535)
  if (values.team && (values.real || values.host !== undefined)) {
    throw new Error('--team goes with neither --real nor --host.')
  }

  if ((values.team || values.real) && isPackaged()) {
    throw new Error(
      '--team and --real need a clone of the project, in which "npm run demo" starts.',
    )
  }
  await ensureBuilt()
  if (values.real)
    await (await import('#sandbox/control-plane/build-control-plane.ts')).buildBinary()
  const port = given ?? (await usualPort())
  const machines = [...scenario.machines, ...crowd(more)]
  const documents = documentsOf(scenario)
  const options = { scenario: { ...scenario, machines }, speed, port }
  const startOne = values.real ? startReal : startStandIn
  const host = values.host === undefined ? [] : ['--host', values.host]
  const { cluster, app, address } = await withDots('Starting a cluster and the app', start())
  console.log(`Open ${address}`)
  app.passOn()
  for (const hint of cluster.hints) console.log(hint)
  console.log(`For kubectl: export KUBECONFIG=${cluster.adminKubeconfig}`)
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  console.error(`Started in ${seconds} s. Ctrl-C ends it and leaves nothing behind.`)
  await fail(await app.ended)

  async function start() {
    // Only a team waits for the provider's modules, half a second.
    const startCluster = values.team ? (await import('#sandbox/demo-team.ts')).startTeam : startOne
    const cluster = await startCluster(options)
    stops.push(() => cluster.stop())
    const app = await startDemoApp(cluster, port, [...documents, ...host])
    stops.push(() => app.stop())
    return { cluster, app, address: await app.address }
  }
}

/** Places of the story's documents, told apart by key. */
function documentsOf({ configMaps = [] }: Scenario): readonly string[] {
  return configMaps.flatMap(({ namespace, name, data }) => {
    const place = `configmap:${namespace}/${name}`
    return [
      ...('policy.yaml' in data ? ['--policy', place] : []),
      ...('machines.csv' in data ? ['--expected', place] : []),
    ]
  })
}

async function end(code: number): Promise<void> {
  if (stopping) return // Ctrl-C comes twice: from the terminal, and from npm
  stopping = true
  // Stop the app first: it would report a lost cluster.
  for (const stop of stops.toReversed()) await stop()
  process.exit(code)
}

async function fail(reason: string): Promise<void> {
  if (!stopping) console.error(reason)
  await end(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0))
}

main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))

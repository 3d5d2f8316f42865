import { setTimeout as sleep } from 'node:timers/promises'
import { post, requests } from '#e2e/fixtures/api.ts'
import type { App } from '#e2e/fixtures/app.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { atLeast, type Figure } from '../figure.ts'
import { median, rounds } from '../quantiles.ts'
import type { Rig } from '../rig.ts'

const ITEMS = 1_000
/** Most rounds: the network has 16,000 addresses for machines. */
const ROUNDS = 7
/** Items for kubectl, which is slow by design: more would take minutes with the same result. */
const KUBECTL_ITEMS = 50
/** Rest for the API server, which has just stored the requests. */
const REST_MS = 2_000

/** Approvals a second of the product, as a share of the API server's maximum. */
export const bulkApprove: Figure = {
  name: 'bulk',
  method:
    `${ITEMS} requests of new machines, approved as a run, as the page does: ${REST_MS / 1_000} s ` +
    'after they are listed, for nobody reads faster what its dialog says, and after their plan; ' +
    'from the start of the run to its end, as it tells itself; every item was approved, as the ' +
    'API server says afterwards. The ceiling is the same number of PUTs to /approval of objects at hand by 8 ' +
    'workers of a Go client that reads nothing else (`put-ceiling` of sandbox/control-plane), as long after ' +
    `they were made, on the same API server as the same identity. ${ROUNDS} rounds, each between ` +
    'two ceilings and against their mean, for what else the machine does comes and goes within ' +
    'seconds; the app is started anew for its turn and is not there in the others. Its first ' +
    `${ITEMS} of each turn are those of a process whose code was never run before, the ${ITEMS} ` +
    'after them those of one at work: a figure each. The ratio is the median of the rounds’ ' +
    `ratios. kubectl: \`kubectl certificate approve\` of ${KUBECTL_ITEMS} names on the same ` +
    'cluster; its first requests are quick, then its own limit of 5 a second holds it.',
  async measure(rig) {
    const { cluster } = await rig.empty()
    const ceiling = async () => (await cluster.putCeiling(ITEMS, { restMs: REST_MS })).perSecond
    const started: number[] = []
    const atWork: number[] = []
    const ours: number[] = []
    const ceilings = [await ceiling()]
    for (let round = 1; round <= ROUNDS; round++) {
      const rates = await approveThroughApp(rig, cluster, `round-${round}-`)
      const before = ceilings.at(-1) ?? Number.NaN
      const after = await ceiling()
      const reachable = (before + after) / 2
      ceilings.push(after)
      started.push(rates.first / reachable)
      atWork.push(rates.second / reachable)
      ours.push(rates.second)
      rig.say(`   round ${round}: ${rates.second.toFixed(0)} of ${reachable.toFixed(0)}/s`)
    }
    const kubectl = await approveWithKubectl(cluster)
    const shareOf = (what: string, least: number, shares: readonly number[], more = '') =>
      atLeast(
        `bulk approve of ${ITEMS}, a process ${what}: items/s ÷ raw PUT ceiling`,
        least,
        median(shares),
        { digits: 2, more: rounds(shares, 2) + more },
      )
    const [rate, most] = [median(ours).toFixed(0), median(ceilings).toFixed(0)]
    return [
      shareOf(
        'at work',
        0.8,
        atWork,
        `; ${rate} of ${most} items/s; kubectl ${kubectl.toFixed(1)} items/s`,
      ),
      // The first 500 items of a process cost twice the processor time of later ones.
      shareOf('just started', 0.6, started),
    ]
  },
}

async function approveThroughApp(
  rig: Rig,
  cluster: Cluster,
  prefix: string,
): Promise<{
  readonly first: number
  readonly second: number
}> {
  await cluster.fill({ nodes: 0, csrs: 2 * ITEMS, newPrefix: prefix })
  await using app = await rig.app({ kubeconfig: cluster.kubeconfigs.approver })
  const rows = await pending(app, prefix)
  await sleep(REST_MS)
  const first = await approveAll(app, rows.slice(0, ITEMS))
  const second = await approveAll(app, rows.slice(ITEMS))
  await expectApproved(cluster, new Set(rows.map(({ uid }) => uid)))
  return { first, second }
}

/** Fields of a run that the benchmark reads. */
interface Run {
  readonly id: string
  readonly status: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly progress: { readonly decided: number; readonly total: number }
}

/** Approves all rows; returns items a second. */
async function approveAll(app: App, rows: readonly RequestRow[]): Promise<number> {
  const selection = rows.map(({ nodeName }) => nodeName ?? '')
  const { id } = await posted<{ readonly id: string }>(app, '/api/plans', { selection })
  const options = {
    ...{ verified: true, plausible: true, rebootstrapping: false, superseded: false },
    followMinutes: null,
  }
  let run = await posted<Run>(app, '/api/runs', { plan: id, options })
  while (run.status !== 'finished') {
    // Milliseconds between two reads of a run's state: each read costs the server, too.
    await sleep(500)
    const answer = await app.fetch('/api/runs')
    const { runs } = (await answer.json()) as { runs: readonly Run[] }
    run = runs.find((one) => one.id === run.id) ?? run
  }
  const seconds = ((run.endedAt ?? Number.NaN) - run.startedAt) / 1000
  const { decided, total } = run.progress
  if (decided !== rows.length) throw new Error(`${decided} of ${total} approved`)
  return rows.length / seconds
}

async function posted<Answer>(app: App, path: string, body: unknown): Promise<Answer> {
  const response = await post(app, path, body)
  if (!response.ok) throw new Error(`POST ${path}: ${response.status}`)
  return (await response.json()) as Answer
}

/** Checks the approvals in the API server itself. */
async function expectApproved(cluster: Cluster, uids: ReadonlySet<string>): Promise<void> {
  const decided = await listed(cluster, '.status.conditions', 'uid')
  const approved = decided.filter((uid) => uids.has(uid))
  if (approved.length !== uids.size) throw new Error(`${approved.length} of ${uids.size} approved`)
}

async function approveWithKubectl(cluster: Cluster): Promise<number> {
  await cluster.fill({ nodes: 0, csrs: KUBECTL_ITEMS, newPrefix: 'kubectl-' })
  // Those of the rounds are all approved by now.
  const names = await listed(cluster, 'not .status.conditions', 'name')
  if (names.length !== KUBECTL_ITEMS) throw new Error(`${names.length} requests are pending`)
  const began = performance.now()
  await cluster.kubectl(['certificate', 'approve', ...names])
  return KUBECTL_ITEMS / ((performance.now() - began) / 1000)
}

/** Names or uids of the requests on the API server for which `test` holds, as kubectl's template has it. */
async function listed(cluster: Cluster, test: string, field: 'name' | 'uid') {
  const each = `{{if ${test}}}{{.metadata.${field}}}{{"\\n"}}{{end}}`
  const template = `go-template={{range .items}}${each}{{end}}`
  return (await cluster.kubectl(['get', 'csr', '-o', template])).split('\n').filter(Boolean)
}

/** All pending requests of the machines with that prefix. */
function pending(app: App, prefix: string): Promise<readonly RequestRow[]> {
  return until('all requests to be listed', async () => {
    const rows = (await requests(app)).filter(
      ({ status, nodeName }) => status === 'Pending' && nodeName?.startsWith(prefix) === true,
    )
    return rows.length === 2 * ITEMS && rows
  })
}

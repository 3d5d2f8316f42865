import { requests } from '#e2e/fixtures/api.ts'
import { type App, startApp } from '#e2e/fixtures/app.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import type { Figure } from '../figure.ts'
import { median, rounds } from '../quantiles.ts'

const ITEMS = 1_000
/** Milliseconds between two reads of a run's state: each read costs the server, too. */
const LOOK_MS = 500
/** Most rounds: the network has 16,000 addresses for machines. */
const ROUNDS = 7
const REACH = 0.8
/**
 * Target share in a fresh process: its first 500 items cost twice the processor time of later ones.
 */
const REACH_AT_FIRST = 0.6
/** Items for kubectl, which is slow by design: more would take minutes with the same result. */
const KUBECTL_ITEMS = 50
/** Rest for the API server, which has just stored the requests. */
const REST_MS = 2_000
const LISTED_WITHIN_MS = 30_000

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
  async measure(stage) {
    const cluster = await stage.empty()
    const ceiling = async () => (await cluster.putCeiling(ITEMS, { restMs: REST_MS })).perSecond
    const started: number[] = []
    const atWork: number[] = []
    const ours: number[] = []
    const ceilings = [await ceiling()]
    for (let round = 1; round <= ROUNDS; round++) {
      const rates = await approveThroughApp(cluster, round)
      const before = ceilings.at(-1) ?? Number.NaN
      const after = await ceiling()
      const reachable = (before + after) / 2
      ceilings.push(after)
      started.push(rates.first / reachable)
      atWork.push(rates.second / reachable)
      ours.push(rates.second)
      stage.say(`   round ${round}: ${rates.second.toFixed(0)} of ${reachable.toFixed(0)}/s`)
    }
    const kubectl = await approveWithKubectl(cluster)
    return [
      {
        figure: `bulk approve of ${ITEMS}, a process at work: items/s ÷ raw PUT ceiling`,
        reach: `≥ ${REACH}`,
        measured:
          `${median(atWork).toFixed(2)} (${rounds(atWork, 2)}; ` +
          `${median(ours).toFixed(0)} of ${median(ceilings).toFixed(0)} items/s; ` +
          `kubectl ${kubectl.toFixed(1)} items/s)`,
        ok: median(atWork) >= REACH,
      },
      {
        figure: `bulk approve of ${ITEMS}, a process just started: items/s ÷ raw PUT ceiling`,
        reach: `≥ ${REACH_AT_FIRST}`,
        measured: `${median(started).toFixed(2)} (${rounds(started, 2)})`,
        ok: median(started) >= REACH_AT_FIRST,
      },
    ]
  },
}

/** Items a second: of the process's first ones, and of those after them. */
interface Rates {
  readonly first: number
  readonly second: number
}

async function approveThroughApp(cluster: Cluster, round: number): Promise<Rates> {
  const prefix = `round-${round}-`
  await cluster.fill({ nodes: 0, csrs: 2 * ITEMS, newPrefix: prefix })
  const app = await startApp({ kubeconfig: cluster.kubeconfigs.approver })
  try {
    const rows = await pending(app, prefix, 2 * ITEMS)
    await new Promise((resolve) => setTimeout(resolve, REST_MS))
    const first = await approveAll(app, rows.slice(0, ITEMS))
    const second = await approveAll(app, rows.slice(ITEMS))
    await sayApproved(cluster, new Set(rows.map(({ uid }) => uid)))
    return { first, second }
  } finally {
    await app.stop()
  }
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
  const { id } = await post<{ readonly id: string }>(app, '/api/plans', { selection })
  const options = {
    ...{ verified: true, plausible: true, rebootstrapping: false, superseded: false },
    followMinutes: null,
  }
  let run = await post<Run>(app, '/api/runs', { plan: id, options })
  while (run.status !== 'finished') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    const answer = await app.fetch('/api/runs')
    const { runs } = (await answer.json()) as { runs: readonly Run[] }
    run = runs.find((one) => one.id === run.id) ?? run
  }
  const seconds = ((run.endedAt ?? Number.NaN) - run.startedAt) / 1000
  const { decided, total } = run.progress
  if (decided !== rows.length) throw new Error(`${decided} of ${total} approved`)
  return rows.length / seconds
}

async function post<Answer>(app: App, path: string, body: unknown): Promise<Answer> {
  const response = await app.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${path}: ${response.status}`)
  return (await response.json()) as Answer
}

/** Checks the approvals in the API server itself. */
async function sayApproved(cluster: Cluster, uids: ReadonlySet<string>): Promise<void> {
  const template =
    '{{range .items}}{{if .status.conditions}}{{.metadata.uid}}{{"\\n"}}{{end}}{{end}}'
  const listed = await cluster.kubectl(['get', 'csr', '-o', `go-template=${template}`])
  const approved = listed.split('\n').filter((uid) => uids.has(uid))
  if (approved.length !== uids.size) throw new Error(`${approved.length} of ${uids.size} approved`)
}

async function approveWithKubectl(cluster: Cluster): Promise<number> {
  const prefix = 'kubectl-'
  await cluster.fill({ nodes: 0, csrs: KUBECTL_ITEMS, newPrefix: prefix })
  const app = await startApp({ kubeconfig: cluster.kubeconfigs.viewer })
  let names: readonly string[]
  try {
    names = (await pending(app, prefix, KUBECTL_ITEMS)).map(({ name }) => name)
  } finally {
    await app.stop()
  }
  const began = performance.now()
  await cluster.kubectl(['certificate', 'approve', ...names])
  return KUBECTL_ITEMS / ((performance.now() - began) / 1000)
}

async function pending(app: App, prefix: string, count: number): Promise<readonly RequestRow[]> {
  const until = Date.now() + LISTED_WITHIN_MS
  for (;;) {
    const rows = (await requests(app)).filter(
      ({ status, nodeName }) => status === 'Pending' && nodeName?.startsWith(prefix) === true,
    )
    if (rows.length === count) return rows
    if (Date.now() > until) throw new Error(`${rows.length} of ${count} requests are listed`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

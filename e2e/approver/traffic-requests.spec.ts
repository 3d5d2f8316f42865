import { afterAll, beforeAll, expect, it } from 'vitest'
import { everWould, shadowOf } from '#e2e/approver/approver-forecasts.ts'
import type { ApproverProcess } from '#e2e/approver/approver-process.ts'
import { checksToFail } from '#e2e/approver/fault.ts'
import { certificateOf, openPorts } from '#e2e/approver/kubelet-ports.ts'
import { FAULTS, UNBROKEN } from '#e2e/approver/request-faults.ts'
import { openScreen, type Screen, says, shortOf } from '#e2e/approver/screen.ts'
import { m, openSite, type Site } from '#e2e/approver/site.ts'
import {
  type Asked,
  eachOf,
  expectedList,
  fileStory,
  goodTraffic,
  hostileTraffic,
  joinAll,
  joinLate,
  type Planned,
  shuffled,
  TRAFFIC_SPEC,
} from '#e2e/approver/traffic-requests.ts'
import { requests, snapshot } from '#e2e/fixtures/api.ts'
import { CSRS, conditionTypes, type KubeObject } from '#e2e/fixtures/kube-client.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import type { MachineDetail, RequestDetail, RequestRow } from '#lib/csr/rows/rows.ts'
import { CHECKS } from '#lib/csr/verdict/check-table.ts'
import { alarm } from '#lib/messages/en/alarm.ts'
import { common } from '#lib/messages/en/common.ts'
import { hasKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * 100 good and more than 500 hostile requests, mixed, on a real API server: first in shadow mode,
 * then acting. The page has the approver's identity; both ask ports where possible.
 */

/** Ten of each kind of good machine. */
const GOOD = 100
/** Time limits that measure nothing: on a busy machine each of these takes minutes. */
const PATIENCE_MS = 5 * 60_000
const LONG = { timeout: 2 * PATIENCE_MS }
/** Milliseconds between two questions about every request: an answer is megabytes. */
const SELDOM_MS = 2_000

const traffic = { good: goodTraffic(GOOD), ...hostileTraffic(GOOD) }
const planned = [...traffic.good, ...traffic.hostile]
const filed = new Map<string, Planned>()
const turnedAway: Planned[] = []
let site: Site
/** Undefined where no addresses can be added to this machine: then no port is asked. */
let asked: Asked | undefined
let approver: ApproverProcess
let screen: Screen

beforeAll(async () => {
  site = await openSite()
  const { admin, installation } = site
  if (hasKubelets(site.cluster)) {
    const ports = await openPorts(GOOD + 2 * traffic.hostile.length)
    asked = { ports, anothers: await certificateOf(admin, 'spare-1') }
  }
  await writePolicy('shadow')
  await installation.writeExpected(expectedList(traffic))
  // Both list the machines once: following each as it joins costs more.
  await joinAll(admin, traffic, asked)
  const live = { liveCertificates: asked?.ports ?? false }
  approver = await installation.start('one', live)
  screen = await openScreen(installation, live)
  await eachOf(shuffled(planned), async (one) => {
    if (asked === undefined && one.story.presents !== undefined) return
    const request = await fileStory(admin, one)
    if (request === null) turnedAway.push(one)
    else filed.set(request.metadata.uid, one)
  })
  await joinLate(admin, traffic, asked)
})

afterAll(async () => {
  await screen?.close()
  await site?.end()
  await asked?.ports.close()
})

function writePolicy(mode: 'shadow' | 'act'): Promise<void> {
  return site.installation.writePolicy({ name: 'traffic', mode, spec: TRAFFIC_SPEC })
}

const namesOf = (uids: Iterable<unknown>) =>
  [...uids].map((uid) => filed.get(String(uid))?.name ?? `? ${uid}`).toSorted()
const GOOD_NAMES = traffic.good.map(({ name }) => name).toSorted()

/** Requests filed here; others only raise an alarm. */
async function listed(): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ metadata }) => filed.has(metadata.uid))
}

async function rows(): Promise<readonly RequestRow[]> {
  return (await requests(screen.app)).filter(({ uid }) => filed.has(uid))
}

/** Uid by check, of one request that only this check stops. */
function aloneBy(): ReadonlyMap<CheckCode, string> {
  const alone = new Map<CheckCode, string>()
  for (const [uid, { faults }] of filed) {
    const [fault, ...more] = faults
    if (fault !== undefined && more.length === 0) alone.set(fault.check, uid)
  }
  return alone
}

/** Requests with a fault, by uid. */
function hostile(): readonly (readonly [uid: string, planned: Planned])[] {
  return [...filed].filter(([, { faults }]) => faults.length > 0)
}

async function detail<Detail>(path: string): Promise<Detail> {
  const response = await screen.app.fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Detail
}

it('the traffic has many good and many hostile requests', () => {
  const good = [...filed.values()].filter(({ faults }) => faults.length === 0)
  expect(good).toHaveLength(GOOD)
  expect(filed.size - good.length).toBeGreaterThanOrEqual(500)
})

it('every check of a serving request is broken, except those listed with a reason', () => {
  const serving = CHECKS.filter(({ appliesTo }) => appliesTo.includes('kubeletServing'))
  const broken = aloneBy()
  const left = serving.map(({ code }) => code).filter((code) => !broken.has(code))
  const unasked = asked === undefined ? ['identity.liveCertificate'] : []
  expect(left.toSorted()).toEqual([...Object.keys(UNBROKEN), ...unasked].toSorted())
})

it('the API server refuses the hostile requests that are marked as refused there', () => {
  const isAlone = ({ faults }: Planned) => faults.length === 1
  const said = FAULTS.filter((fault) => fault.turnedAway === true).map(({ name }) => name)
  expect([...new Set(turnedAway.filter(isAlone).map(({ name }) => name))].toSorted()).toEqual(
    said.toSorted(),
  )
  expect([...filed.values()].filter(isAlone).filter(({ name }) => said.includes(name))).toEqual([])
})

it(
  'in shadow mode the approver would approve every good request and no hostile one',
  LONG,
  async () => {
    await until(
      'every request to be judged',
      async () => {
        const left = await approver.metric(m('left_requests'))
        return left + everWould(approver).size === filed.size ? true : null
      },
      PATIENCE_MS,
      SELDOM_MS,
    )
    // A request that is only left for now counts, too: its port has not answered yet.
    await expect.poll(() => namesOf(everWould(approver))).toEqual(GOOD_NAMES)
    expect((await listed()).flatMap(conditionTypes)).toEqual([])
  },
)

it(
  'each fault is found by its check, of two faults both are, and the row shows one as the reason',
  LONG,
  async () => {
    // The page asks the ports by itself, at its own time.
    await expect.poll(missedInRows, { timeout: PATIENCE_MS, interval: SELDOM_MS }).toEqual([])
  },
)

/** Faults that the rows do not show, with the text they show instead. */
async function missedInRows(): Promise<readonly string[]> {
  const listed = new Map((await rows()).map((row) => [row.uid, row]))
  const missed: string[] = []
  for (const [uid, { name, faults }] of hostile()) {
    const row = listed.get(uid)
    const isSeen = checksToFail(faults).every((check) => row?.failing.includes(check) === true)
    const isReported = faults.some(
      ({ check, reportedBy = check }) => row?.reason?.code === reportedBy,
    )
    if (!isSeen || !isReported) missed.push(`${name}: ${row?.reason?.code} of ${row?.failing}`)
  }
  return missed
}

it('the machine’s page, or the request’s own, shows the failed check', LONG, async () => {
  const nodeNames = new Map((await rows()).map(({ uid, nodeName }) => [uid, nodeName]))
  const missed: string[] = []
  // The rows have shown both faults of each pair.
  const alone = hostile().filter(([, { faults }]) => faults.length === 1)
  await eachOf(alone, async ([uid, { name, faults }]) => {
    const nodeName = nodeNames.get(uid) ?? null
    const request =
      nodeName === null
        ? await detail<RequestDetail>(`/api/requests/${uid}`)
        : (await detail<MachineDetail>(`/api/machines/${nodeName}`)).requests.find(
            (one) => one.uid === uid,
          )
    const failing = request?.checks.filter(({ outcome }) => outcome === 'fail') ?? []
    const isShown = checksToFail(faults).every((check) =>
      failing.some(({ code }) => code === check),
    )
    if (!isShown) missed.push(`${name}: ${failing.map(({ code }) => code)}`)
  })
  expect(missed).toEqual([])
})

it('the page’s forecast equals the approver’s', LONG, async () => {
  // The page asks the ports by itself, at its own time.
  const forecasts = async () => {
    const { rows } = await shadowOf(screen.app, '?show=wouldApprove')
    return namesOf(rows.map(({ uid }) => uid))
  }
  await expect.poll(forecasts, { timeout: PATIENCE_MS, interval: SELDOM_MS }).toEqual(GOOD_NAMES)
})

it('the acting approver does exactly as forecast', LONG, async () => {
  await writePolicy('act')
  // The metric: a list of all requests is megabytes each time.
  await until(
    'every good request to be approved',
    async () => (await approver.metric(m('decisions_total'), { outcome: 'approved' })) >= GOOD,
    PATIENCE_MS,
    SELDOM_MS,
  )
  // Another round for every request that is left.
  await until(
    'the approver to rest',
    async () => (await approver.metric(m('pending_requests'))) === filed.size - GOOD,
    PATIENCE_MS,
    SELDOM_MS,
  )
  const decided = (await listed()).filter((csr) => conditionTypes(csr).length > 0)
  expect(namesOf(decided.map(({ metadata }) => metadata.uid))).toEqual(GOOD_NAMES)
  expect(decided.flatMap(conditionTypes).filter((type) => type !== 'Approved')).toEqual([])
  expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(GOOD)
  await expect.poll(() => approver.metric(m('left_requests'))).toBe(filed.size - GOOD)
})

it('the page shows no difference from what was done', LONG, async () => {
  const answer = await until(
    'the page to have seen it',
    async () => {
      const latest = await shadowOf(screen.app)
      // Approved by hand for an alarm, or denied by hand: the policy would have left these.
      const differs = latest.rows.some(({ uid, compared }) => compared !== 'same' && filed.has(uid))
      return latest.counts.same >= filed.size && !differs ? latest : null
    },
    PATIENCE_MS,
    SELDOM_MS,
  )
  expect(answer.counts.wouldApprove).toBe(0)
})

it('the metrics count left requests by the check that the page names first', async () => {
  const byMetric: Record<string, number> = {}
  for (const { verdict, failing } of await rows()) {
    if (verdict === null) continue
    const key = `${verdict}, ${failing[0]}`
    byMetric[key] = (byMetric[key] ?? 0) + 1
  }
  const samples = await approver.samples(m('left_requests'))
  const counted = samples.map(({ labels, value }) => [`${labels.because}, ${labels.check}`, value])
  expect(Object.fromEntries(counted)).toEqual(byMetric)
})

it('a person sees hostile requests on the board: one request for each reason', LONG, async () => {
  const { machines, others } = await snapshot(screen.app)
  const uids = new Set(hostile().map(([uid]) => uid))
  const waiting = [
    ...machines
      .filter((machine) => machine.requests.some(({ uid }) => uids.has(uid)))
      .map((machine) => ({ key: machine.name, ...machine })),
    ...others
      .filter(({ uid }) => uids.has(uid))
      .map((row) => ({ key: row.uid, alarm: null, ...row })),
  ]
  // The longest name of each: the filter finds few others by it.
  const byLength = waiting.toSorted((one, other) => one.name.length - other.name.length)
  const oneOfEach = new Map(
    byLength.map((row) => {
      const { code, finding } = row.reason ?? {}
      return [[row.verdict, code, finding, row.alarm !== null].join(), row]
    }),
  )
  const missed: string[] = []
  for (const { key, name, verdict, reason, alarm: raised } of oneOfEach.values()) {
    const text = await screen.readOnBoard(key, name)
    const short = shortOf(reason?.code ?? '', reason?.finding ?? '')
    // An alarm about a certificate precedes any other reason.
    const isReported = says(text, raised === null ? short : alarm.row)
    if (!isReported || verdict === null || !says(text, common.verdicts[verdict])) {
      missed.push(`${key}: ${text}`)
    }
  }
  expect(missed).toEqual([])
})

it(
  'a person sees hostile requests on their pages, with the evidence: one request for each check',
  LONG,
  async () => {
    const missed = []
    for (const [check, uid] of aloneBy()) missed.push(await screen.missedOnPage(uid, check))
    expect(missed.filter((one) => one !== null)).toEqual([])
  },
)

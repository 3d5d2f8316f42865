import type { Browser } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHECKS } from '#lib/csr/checks/table.ts'
import type { CheckCode, RequestDetail, RequestRow } from '#lib/csr/model.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { checks } from '#lib/messages/en/checks.ts'
import { until } from '../cluster/until.ts'
import { requests } from '../fixtures/api.ts'
import { type App, startApp } from '../fixtures/app.ts'
import { launchBrowser } from '../fixtures/browser.ts'
import { CSRS, conditionTypes, type KubeObject } from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { FAULTS, UNBROKEN } from './faults.ts'
import { EXPECTED_PLACE, POLICY_PLACE } from './installation.ts'
import { m, openSite, type Site } from './site.ts'
import {
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
} from './traffic.ts'

/**
 * 500 good requests and more than 500 hostile ones, mixed, on a real API server: first under a
 * policy that only watches, then under the same policy acting. The page is the approver's own: it
 * judges for the same person.
 */

const GOOD = 500
const MINUTES = 60_000
/** In a sentence of the catalogue. */
const BLANK = /\{\w+\}/

const traffic = { good: goodTraffic(GOOD), ...hostileTraffic(GOOD) }
const planned = [...traffic.good, ...traffic.hostile]
const filed = new Map<string, Planned>()
const turnedAway: Planned[] = []
let site: Site
let approver: ApproverProcess
let app: App
let browser: Browser

beforeAll(async () => {
  site = await openSite()
  const { admin, installation } = site
  await writePolicy('shadow')
  await installation.writeExpected(expectedList(traffic))
  approver = await installation.start('one')
  app = await startApp({
    kubeconfig: installation.kubeconfig,
    env: { COUNTERSIGN_POLICY: POLICY_PLACE, COUNTERSIGN_EXPECTED: EXPECTED_PLACE },
  })
  await joinAll(admin, traffic)
  await eachOf(shuffled(planned), async (one) => {
    const request = await fileStory(admin, one)
    if (request === null) turnedAway.push(one)
    else filed.set(request.metadata.uid, one)
  })
  await joinLate(admin, traffic)
}, 5 * MINUTES)

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await site?.end()
})

function writePolicy(mode: 'shadow' | 'act'): Promise<void> {
  return site.installation.writePolicy({ name: 'traffic', mode, spec: TRAFFIC_SPEC })
}

const namesOf = (uids: Iterable<unknown>) =>
  [...uids].map((uid) => filed.get(String(uid))?.name ?? `? ${uid}`).toSorted()
const GOOD_NAMES = traffic.good.map(({ name }) => name).toSorted()

/** As much of the answer as is looked at. */
interface ShadowAnswer {
  readonly counts: Readonly<Record<string, number>>
  readonly rows: readonly { readonly uid: string; readonly compared: string }[]
}

/** Those that were filed here; others have raised an alarm. */
async function listed(): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ metadata }) => filed.has(metadata.uid))
}

async function rows(): Promise<readonly RequestRow[]> {
  return (await requests(app)).filter(({ uid }) => filed.has(uid))
}

/** Uid by check, of one request that only this check had to stop. */
function aloneBy(): ReadonlyMap<CheckCode, string> {
  const alone = new Map<CheckCode, string>()
  for (const [uid, { faults }] of filed) {
    const [fault, ...more] = faults
    if (fault !== undefined && more.length === 0) alone.set(fault.check, uid)
  }
  return alone
}

async function forecast(query = ''): Promise<ShadowAnswer> {
  const response = await app.fetch(`/api/policy/forecast${query}`)
  if (!response.ok) throw new Error(`forecast: ${response.status} ${await response.text()}`)
  return (await response.json()) as ShadowAnswer
}

it('there are enough of both', () => {
  const good = [...filed.values()].filter(({ faults }) => faults.length === 0)
  expect(good).toHaveLength(GOOD)
  expect(filed.size - good.length).toBeGreaterThanOrEqual(500)
})

it('every check of a serving request is broken, but for those of which it is said why not', () => {
  const serving = CHECKS.filter(({ appliesTo }) => appliesTo.includes('kubeletServing'))
  const broken = aloneBy()
  const left = serving.map(({ code }) => code).filter((code) => !broken.has(code))
  expect(left.toSorted()).toEqual(Object.keys(UNBROKEN).toSorted())
})

it('what the API server is said to turn away it does turn away', () => {
  const isAlone = ({ faults }: Planned) => faults.length === 1
  const said = FAULTS.filter((fault) => fault.turnedAway === true).map(({ name }) => name)
  expect([...new Set(turnedAway.filter(isAlone).map(({ name }) => name))].toSorted()).toEqual(
    said.toSorted(),
  )
  expect([...filed.values()].filter(isAlone).filter(({ name }) => said.includes(name))).toEqual([])
})

it('watching, it would approve every good one and none of the hostile', {
  timeout: 2 * MINUTES,
}, async () => {
  await until(
    'every request to be judged',
    async () => {
      const left = await approver.metric(m('left_requests'))
      return left + everWould().size === filed.size ? true : null
    },
    MINUTES,
  )
  expect(namesOf(everWould())).toEqual(GOOD_NAMES)
  expect((await listed()).flatMap(conditionTypes)).toEqual([])
})

it('each fault alone is seen by the check that is there for it', async () => {
  const failing = new Map((await rows()).map((row) => [row.uid, row.failing]))
  const missed: string[] = []
  for (const [uid, { name, faults }] of filed) {
    // Of two, the first may leave nothing for the second to be seen in: a text before the PEM block.
    const seen = faults.some(({ check }) => failing.get(uid)?.includes(check) === true)
    if (faults.length > 0 && !seen) missed.push(`${name}: ${failing.get(uid)?.join(', ')}`)
  }
  expect(missed).toEqual([])
})

it('the page forecasts what the approver says it would do', async () => {
  const answer = await forecast('?show=wouldApprove')
  expect(namesOf(answer.rows.map(({ uid }) => uid))).toEqual(GOOD_NAMES)
})

it('acting, it does exactly that', { timeout: 3 * MINUTES }, async () => {
  await writePolicy('act')
  const approved = await until(
    'every good request to be approved',
    async () => {
      const decided = (await listed()).filter((csr) => conditionTypes(csr).length > 0)
      return decided.length >= GOOD ? decided : null
    },
    2 * MINUTES,
  )
  // Once more round for everything that is left: nothing else follows.
  await until('the approver to rest', async () => {
    return (await approver.metric(m('pending_requests'))) === filed.size - GOOD
  })
  expect(namesOf(approved.map(({ metadata }) => metadata.uid))).toEqual(GOOD_NAMES)
  const types = (await listed()).flatMap(conditionTypes).filter((type) => type !== 'Approved')
  expect(types).toEqual([])
  expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(GOOD)
  expect(await approver.metric(m('left_requests'))).toBe(filed.size - GOOD)
})

it('and the page says that nothing differs from what was done', async () => {
  const answer = await until('the page to have seen it', async () => {
    const latest = await forecast()
    return latest.counts.same === filed.size ? latest : null
  })
  // What somebody had approved by hand, for an alarm, the policy would have left.
  expect(answer.rows.filter(({ uid, compared }) => compared !== 'same' && filed.has(uid))).toEqual(
    [],
  )
  expect(answer.counts.wouldApprove).toBe(0)
})

it('the metrics count what is left by the check that the page names first', async () => {
  const told: Record<string, number> = {}
  for (const { verdict, failing } of await rows()) {
    if (verdict === null) continue
    const key = `${verdict}, ${failing[0]}`
    told[key] = (told[key] ?? 0) + 1
  }
  const samples = await approver.samples(m('left_requests'))
  const counted = samples.map(({ labels, value }) => [`${labels.because}, ${labels.check}`, value])
  expect(Object.fromEntries(counted)).toEqual(told)
})

it('a person sees on the page of each why it was left: one request for each check', {
  timeout: 2 * MINUTES,
}, async () => {
  browser = await launchBrowser()
  const page = await browser.newPage()
  for (const [check, uid] of aloneBy()) {
    const detail = (await (await app.fetch(`/api/requests/${uid}`)).json()) as RequestDetail
    const finding = detail.checks.find(({ code }) => code === check)?.finding ?? ''
    const words = findingWords(checks.table, check, finding)?.short ?? `${check} ${finding}`
    await page.goto(app.at(`/requests/${uid}`))
    const row = page.locator(`li[data-check="${check}"][data-outcome="fail"]`)
    await row.waitFor()
    const seen = await row.textContent()
    for (const part of words.split(BLANK)) expect(seen).toContain(part.trim())
  }
})

/** Of which requests the approver ever said that it would approve them. */
function everWould(): ReadonlySet<unknown> {
  const lines = approver.log.filter(({ event }) => event === 'wouldApprove')
  return new Set(lines.map(({ uid }) => uid))
}

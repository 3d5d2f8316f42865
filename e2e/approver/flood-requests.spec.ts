import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { approvalWrites } from '#e2e/approver/approval-writes.ts'
import { floodFrom } from '#e2e/approver/flood-requests.ts'
import { m, openSite, type Site } from '#e2e/approver/site.ts'
import { readCsr } from '#e2e/fixtures/kube-client.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * Hostile input 38: one machine files thousands of requests; other machines must not wait for it.
 */

const FLOOD = 2_000
const OTHERS = 10
/** Requests of the flood between two requests of other machines. */
const EVERY = FLOOD / OTHERS
const PER_NODE = 10
/** Approvals of one machine, so many that waiting for them would show. */
const MANY = 16
/**
 * Backlog filed within one second, so that no request supersedes another: few enough for a busy
 * machine. Half of it is valid.
 */
const BACKLOG = 3 * MANY
const A_SECOND_BEGINS_MS = 200

const flooding = { nodeName: 'flooding', address: '10.77.9.1' }
const victim = { nodeName: 'victim', address: '10.77.9.2' }
const others = Array.from({ length: OTHERS }, (_, n) => ({
  nodeName: `other-${n}`,
  address: `10.77.8.${n + 1}`,
}))

let site: Site

beforeAll(async () => {
  site = await openSite()
  for (const { nodeName, address } of [flooding, victim, ...others]) {
    await site.join(nodeName, address)
  }
})
afterEach(() => site.clear())
afterAll(() => site?.end())

/**
 * Files a backlog whose last requests fall into one second, on any machine. Returns the number
 * filed.
 */
async function fileBacklog(): Promise<number> {
  const second = () => Math.floor(Date.now() / 1_000)
  for (let filed = BACKLOG; filed <= 20 * BACKLOG; filed += BACKLOG) {
    await until('a second to begin', () => Date.now() % 1_000 < A_SECOND_BEGINS_MS)
    const began = second()
    await floodFrom(site.admin, { ...flooding, victim: victim.address, count: BACKLOG })
    if (second() === began) return filed
  }
  throw new Error(`This machine does not file ${BACKLOG} requests within a second.`)
}

it('a backlog is approved in turns between machines, not first come, first served', async () => {
  const approver = await site.lead({ mode: 'act', limits: { perNode: MANY } })
  await site.installation.writeDocuments({ paused: 'true' })
  await until('the kill switch to be seen', async () => (await approver.metric(m('paused'))) === 1)
  const pending = await fileBacklog()
  await until('the next one to begin', () => Date.now() % 1_000 < A_SECOND_BEGINS_MS)
  const filed = []
  for (const { nodeName, address } of others) filed.push(await site.file(nodeName, address))
  await until('all to be seen', async () => {
    return (await approver.metric(m('pending_requests'))) === pending + OTHERS
  })
  await site.installation.writeDocuments({ paused: 'false' })
  await until('the brake', async () => {
    return (await approver.metric(m('brake_tripped'), { scope: 'node' })) === 1
  })
  const names = new Set(filed.map(({ metadata: { name } }) => name))
  for (const name of names) await site.approved(name)

  const isOfFlood = approvalWrites(site.cluster).map(({ name }) => !names.has(name))
  expect(isOfFlood).toHaveLength(OTHERS + MANY)
  const before = isOfFlood.slice(0, isOfFlood.lastIndexOf(false)).filter((is) => is)
  // One or two with turns; all of them with first come, first served.
  expect(before.length).toBeLessThan(MANY / 4)
})

it('other machines are approved while one floods, and the brake stops the flooding one', async () => {
  const approver = await site.lead({ mode: 'act' })
  const filing: Promise<{ readonly name: string; readonly at: number; readonly before: number }>[] =
    []
  let sent = 0
  const began = Date.now()
  await floodFrom(site.admin, { ...flooding, victim: victim.address, count: FLOOD }, (number) => {
    sent = number
    const other = others[number / EVERY]
    if (other === undefined) return
    const { nodeName, address } = other
    const at = Date.now()
    filing.push(
      site.file(nodeName, address).then(async ({ metadata: { name } }) => {
        await site.approved(name)
        return { name, at, before: sent }
      }),
    )
  })
  const floodMs = Date.now() - began
  const ofOthers = await Promise.all(filing)
  expect(ofOthers).toHaveLength(OTHERS)
  // Approved during the flood, not only after it.
  expect(ofOthers.filter(({ before }) => before < FLOOD - 1).length).toBeGreaterThan(0)

  await until('the flood to be seen', async () => {
    return (await approver.metric(m('pending_requests'))) >= FLOOD - PER_NODE
  })
  await until('the brake', async () => {
    return (await approver.metric(m('brake_tripped'), { scope: 'node' })) === 1
  })
  const writes = approvalWrites(site.cluster).filter(({ at }) => at >= began)
  // Measured from before the POST to the stored approval; the bound is half of the flood's
  // duration, on any machine.
  const late = ofOthers.filter(({ name, at }) => {
    const write = writes.find((each) => each.name === name)
    return (write?.at ?? Number.POSITIVE_INFINITY) - at > floodMs / 2
  })
  expect(late).toEqual([])

  const names = new Set(ofOthers.map(({ name }) => name))
  const ofFlood = writes.filter(({ name }) => !names.has(name))
  expect(ofFlood).toHaveLength(PER_NODE)
  for (const { name } of ofFlood) {
    // Requests for the victim's address are never approved.
    const csr = await readCsr(site.admin, name)
    const { x509cr } = readRequest(csr?.spec.request ?? '')
    expect(x509cr?.ipAddresses).toEqual([flooding.address])
  }
})

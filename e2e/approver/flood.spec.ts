import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRequest } from '#lib/csr/pkcs10.ts'
import { until } from '../cluster/until.ts'
import { readCsr } from '../fixtures/kube-client.ts'
import { approvalWrites } from './approval-writes.ts'
import type { ApproverProcess } from './approver-process.ts'
import { floodFrom } from './flood.ts'
import { openSite, type Site } from './site.ts'

/** Hostile input 38: one machine files thousands of requests; the others must not wait for it. */

const FLOOD = 2_000
const OTHERS = 10
/** Of the flood's requests from one other machine's request to the next. */
const EVERY = FLOOD / OTHERS
const PER_NODE = 10

const flooding = { nodeName: 'flooding', address: '10.77.9.1' }
const victim = { nodeName: 'victim', address: '10.77.9.2' }
const others = Array.from({ length: OTHERS }, (_, n) => ({
  nodeName: `other-${n}`,
  address: `10.77.8.${n + 1}`,
}))

let site: Site
let approver: ApproverProcess

beforeAll(async () => {
  site = await openSite()
  for (const { nodeName, address } of [flooding, victim, ...others]) {
    await site.join(nodeName, address)
  }
  approver = await site.lead({ mode: 'act' })
})

afterAll(() => site?.end())

it('other machines are approved while one floods, and the one is stopped by its brake', async () => {
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
  // Not one after the other, when all was over: the first had theirs while the flood was coming in.
  expect(ofOthers.filter(({ before }) => before < FLOOD - 1).length).toBeGreaterThan(0)

  const pending = 'countersign_approver_pending_requests'
  await until('the flood to be seen', async () => {
    return (await approver.metric(pending)) >= FLOOD - PER_NODE
  })
  const tripped = { scope: 'node' }
  await until('the brake', async () => {
    return (await approver.metric('countersign_approver_brake_tripped', tripped)) === 1
  })
  const writes = approvalWrites(site.cluster)
  // From before their POST to the stored approval: a twentieth of what the flood took, on any machine.
  const late = ofOthers.filter(({ name, at }) => {
    const write = writes.find((each) => each.name === name)
    return (write?.at ?? Number.POSITIVE_INFINITY) - at > floodMs
  })
  expect(late).toEqual([])

  const names = new Set(ofOthers.map(({ name }) => name))
  const ofFlood = writes.filter(({ name }) => !names.has(name))
  expect(ofFlood).toHaveLength(PER_NODE)
  for (const { name } of ofFlood) {
    // Never one of those that ask for the victim's address.
    const csr = await readCsr(site.admin, name)
    const { x509cr } = readRequest(csr?.spec.request ?? '')
    expect(x509cr?.ipAddresses).toEqual([flooding.address])
  }
})

import { expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { approved, denied, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { MOST_OF_MACHINE } from '#lib/csr/world/alarms.ts'

const nameless = makeCsr({
  kind: 'client',
  commonNames: ['system:node:worker-1', 'system:node:control-plane-0'],
})
const odd = makeCsr({ kind: 'client', usages: ['client auth', 'code signing'] })
const sound = makeCsr({ kind: 'client' })
const otherSigner = { ...nameless, signerName: 'example.com/mesh' }
const decidedAs = (csr: Csr, decide: (csr: Csr) => Csr): Csr => ({
  ...decide(csr),
  resourceVersion: '9001',
})

it.each<[string, Csr, (csr: Csr) => Csr, readonly object[]]>([
  ['names no machine', nameless, approved, [{ machine: null, verdict: 'refused' }]],
  ['names a machine', odd, approved, [{ machine: 'worker-1', verdict: 'refused' }]],
  ['is sound', sound, approved, []],
  ['is denied', nameless, denied, []],
  ['is of another signer', otherSigner, approved, []],
])('a request is decided and deleted at once, before any row shows it: it %s', async (...row) => {
  const [, csr, decide, alarms] = row
  const { csrs, feed, turn } = await liveCluster({ csrs: [csr] })
  csrs.put(decidedAs(csr, decide))
  csrs.remove(csr.uid)
  await turn()
  const raised = [...feed.moment().rows.alarms.values()]
  expect(raised).toMatchObject(alarms)
  expect(raised).toHaveLength(alarms.length)
  expect(raised.every(({ kind, since }) => kind === 'approvedAgainst' && since !== null)).toBe(true)
})

it('no alarm is raised where the Node of the approved request is heard of first', async () => {
  const { csrs, nodes, feed, turn } = await liveCluster({ csrs: [sound] })
  nodes.put(makeNode({ createdAt: '2026-11-24T12:04:00Z' }))
  await turn()
  csrs.put(decidedAs(sound, (csr) => approved(csr, '2026-11-24T12:04:00Z')))
  await turn()
  expect(feed.moment().rows.alarms.size).toBe(0)
})

it('an alarm is raised once, and not again after a person dismissed it', async () => {
  const { csrs, feed, raised, turn } = await liveCluster({ csrs: [nameless] })
  csrs.put(decidedAs(nameless, approved))
  await turn()
  const [alarm] = feed.moment().rows.alarms.values()
  if (alarm?.kind !== 'approvedAgainst') throw new Error('no alarm')
  const again = { ...alarm, since: null }
  feed.raiseAlarm(again)
  expect(feed.dismissAlarm(alarm)).toMatchObject({ uid: nameless.uid })
  feed.raiseAlarm(again)
  await turn()
  expect(feed.moment().rows.alarms.size).toBe(0)
  expect(raised).toMatchObject([{ uid: nameless.uid }])
})

it('the feed tells of every alarm, also of one that newer ones drop before any row shows it', async () => {
  const requests = Array.from({ length: MOST_OF_MACHINE + 2 }, (_, n) => ({
    ...odd,
    ...{ uid: `uid-${n}`, name: `csr-${n}` },
  }))
  const { csrs, feed, raised, turn } = await liveCluster({ csrs: requests })
  for (const csr of requests) csrs.put(decidedAs(csr, approved))
  await turn()
  expect(feed.moment().rows.alarms.size).toBe(MOST_OF_MACHINE)
  expect(raised.map(({ uid }) => uid)).toEqual(requests.map(({ uid }) => uid))
  expect(raised.every(({ since }) => since !== null)).toBe(true)
  expect(feed.views.rows.alarms.page({ from: 0, to: 1 }).counts).toEqual({
    all: MOST_OF_MACHINE,
    dropped: 2,
  })
})

import { describe, expect, it } from 'vitest'
import { liveCluster, type ScriptedCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { approved, denied, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT } from '#lib/csr/names.ts'
import { MOST_OF_MACHINE } from '#lib/csr/world/alarms.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'

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

const mallory = { username: 'mallory', uid: '', groups: ['system:authenticated'], extra: {} }
const stranger = makeCsr({ name: 'strange', requestor: mallory })
/** For the name of a Node that is Ready: suspicious by `node.new`, and by nothing else. */
const taken = makeCsr({ name: 'taken', kind: 'client', createdAt: '2026-11-24T11:59:00Z' })
const other = makeCsr({ name: 'other', signerName: KUBE_APISERVER_CLIENT })

/** The verdict before the latest decision on the request; undefined where none was told. */
function judgedBefore({ news }: ScriptedCluster, { uid }: Csr): RecordedVerdict | null | undefined {
  const decisions = news.flatMap((one) => (one.what === 'decision' ? [one] : []))
  return decisions.findLast(({ row }) => row.uid === uid)?.judged
}

const SUSPICIOUS = { verdict: 'suspicious', failing: ['node.new'] }
const PLAUSIBLE = { verdict: 'plausible', failing: [] }

describe('the verdict before a decision that is heard while the feed is live', () => {
  it.each([
    ['approved', approved],
    ['denied', denied],
  ])(
    'the verdict is that of the moment before, where no row showed the request: it is %s',
    async (_, decide) => {
      const cluster = await liveCluster({ nodes: [makeNode()] })
      cluster.csrs.put(taken)
      cluster.csrs.put(decidedAs(taken, decide))
      await cluster.turn()
      expect(judgedBefore(cluster, taken)).toMatchObject(SUSPICIOUS)
    },
  )

  it.each([
    ['its Node has come', false, SUSPICIOUS, 1],
    ['its Node has gone', true, PLAUSIBLE, 0],
  ])(
    'the verdict is that of the moment before, not of the row before it: %s',
    async (_, isThere, verdict, alarms) => {
      const node = makeNode()
      const cluster = await liveCluster({ csrs: [taken], nodes: isThere ? [node] : [] })
      if (isThere) cluster.nodes.remove(node.uid)
      else cluster.nodes.put(node)
      cluster.csrs.put(decidedAs(taken, approved))
      await cluster.turn()
      expect(judgedBefore(cluster, taken)).toMatchObject(verdict)
      expect(cluster.raised).toHaveLength(alarms)
    },
  )

  it('the verdict does not count a Node that came with the decision against it', async () => {
    const cluster = await liveCluster()
    cluster.csrs.put(taken)
    cluster.nodes.put(makeNode({ createdAt: '2026-11-24T12:09:00Z' }))
    cluster.csrs.put(approved(taken, '2026-11-24T12:08:00Z'))
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toMatchObject(PLAUSIBLE)
  })

  it.each([
    ['for a moment, it may have come later', 0, PLAUSIBLE, 0],
    ['for a minute, it was there before', 61_000, SUSPICIOUS, 1],
  ])(
    'where the decider tells a time before the Node, and that has been known %s',
    async (_, ms, verdict, alarms) => {
      const cluster = await liveCluster({ csrs: [taken] })
      cluster.nodes.put(makeNode({ createdAt: '2026-11-24T12:00:00Z' }))
      await cluster.turn()
      cluster.clock.advance(ms)
      cluster.csrs.put(decidedAs(taken, (csr) => approved(csr, '2026-11-24T11:59:30Z')))
      await cluster.turn()
      expect(judgedBefore(cluster, taken)).toMatchObject(verdict)
      expect(cluster.raised).toHaveLength(alarms)
    },
  )
})

describe('the verdict before a decision that is heard late', () => {
  it.each([
    ['suspected, though its Node goes meanwhile', true, SUSPICIOUS, 1],
    ['found sound, though its Node joins meanwhile', false, PLAUSIBLE, 0],
  ])(
    'the verdict is that of the last row: the request was %s',
    async (_, isThere, verdict, alarms) => {
      const node = makeNode()
      const cluster = await liveCluster({ csrs: [taken], nodes: isThere ? [node] : [] })
      cluster.csrs.enter('reconnecting')
      await cluster.turn()
      if (isThere) cluster.nodes.remove(node.uid)
      else cluster.nodes.put(node)
      await cluster.turn()
      cluster.csrs.list(decidedAs(taken, approved))
      cluster.csrs.enter('live')
      await cluster.turn()
      expect(judgedBefore(cluster, taken)).toMatchObject(verdict)
      expect(cluster.raised).toHaveLength(alarms)
    },
  )

  it('the verdict is that of the last row where the decision is heard, but another source is lost', async () => {
    const cluster = await liveCluster({ csrs: [taken] })
    cluster.servingCsrs.enter('reconnecting')
    await cluster.turn()
    cluster.nodes.put(makeNode())
    cluster.csrs.put(decidedAs(taken, approved))
    await cluster.turn()
    cluster.servingCsrs.enter('live')
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toMatchObject(PLAUSIBLE)
    expect(cluster.raised).toEqual([])
  })

  it('the verdict is a new one where the request is pending again, as in a restored backup', async () => {
    const cluster = await liveCluster({ csrs: [taken] })
    cluster.csrs.put(decidedAs(taken, approved))
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toMatchObject(PLAUSIBLE)
    cluster.csrs.put({ ...taken, resourceVersion: '9002' })
    cluster.nodes.put(makeNode())
    await cluster.turn()
    cluster.csrs.enter('reconnecting')
    await cluster.turn()
    cluster.csrs.list(decidedAs(taken, approved))
    cluster.csrs.enter('live')
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toMatchObject(SUSPICIOUS)
    expect(cluster.raised).toHaveLength(1)
  })
})

describe('the verdict before a decision on a request that no row showed as pending', () => {
  it.each<[string, Csr, readonly string[] | undefined]>([
    ['asked by a stranger: by the request alone', stranger, ['requestor.node']],
    ['for a Node that may have come later: cannot be told', taken, undefined],
    ['of another signer: cannot be told', other, undefined],
  ])(
    'there is no verdict on a request that was decided before it was watched, %s',
    async (_, csr, failing) => {
      const cluster = await liveCluster({ nodes: [makeNode()], csrs: [approved(csr)] })
      expect(judgedBefore(cluster, csr)?.failing).toEqual(failing)
      expect(cluster.raised).toHaveLength(failing === undefined ? 0 : 1)
    },
  )

  it('the verdict is that of the kept day where the request came and was decided while another source was lost', async () => {
    const cluster = await liveCluster({ nodes: [makeNode()] })
    cluster.servingCsrs.enter('reconnecting')
    await cluster.turn()
    cluster.csrs.put(taken)
    cluster.csrs.put(decidedAs(taken, approved))
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toBeUndefined()
    cluster.servingCsrs.enter('live')
    await cluster.turn()
    expect(judgedBefore(cluster, taken)).toMatchObject(SUSPICIOUS)
    expect(cluster.raised).toMatchObject([{ uid: taken.uid, kind: 'approvedAgainst' }])
  })

  it('the verdict counts no limits of the policy, which may be newer than the decision', async () => {
    const policy = { allowedAddresses: ['192.0.2.0/24'] }
    const csr = makeCsr()
    const cluster = await liveCluster({ nodes: [makeNode()], csrs: [approved(csr)], policy })
    expect(judgedBefore(cluster, csr)).toBeNull()
  })
})

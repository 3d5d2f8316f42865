import { describe, expect, it } from 'vitest'
import { judgeItem } from '#lib/act/judge-item.ts'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { approved, KIM, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { requestFor, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'

const csr = makeCsr()
const OWN = { name: csr.requestor.username }
const UNKNOWN = { name: '' }

/** The judgement of an approval by `decider`, of the row that `seenBy` saw. */
async function judged(decider: ViewerName, seenBy: ViewerName, required: 'requestor.self'[] = []) {
  const { feed } = await liveCluster({
    csrs: [csr],
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const row = feed.judged(csr.uid)
  if (row === null) throw new Error('The feed does not have the request.')
  const { uid, resourceVersion, status, verdict, failing } = requestFor(row, seenBy)
  const saw = { status, verdict, failing }
  const order = (followed: boolean) => {
    const item = { uid, resourceVersion, saw, followed }
    const policy = { ...DEFAULT_POLICY, automatic: { ...DEFAULT_POLICY.automatic, required } }
    const judgement = judgeItem({ decision: 'approve', items: [item] }, item, feed, policy, decider)
    return judgement.go ? 'go' : judgement.causes.map(({ code }) => code).join(' ')
  }
  return [order(false), order(true)]
}

it.each<[string, ViewerName, ViewerName, string, string]>([
  ['another’s request', KIM, KIM, 'go', 'go'],
  ['their own', OWN, OWN, 'suspiciousConfirm requestor.self', 'arrivedUnconfirmed requestor.self'],
  ['their own, as another saw it', OWN, KIM, 'worseThanSeen', 'worseThanSeen'],
  ['another’s, as its requestor saw it', KIM, OWN, 'go', 'go'],
  ['one that may be their own, as for all checks', UNKNOWN, UNKNOWN, 'go', 'go'],
])(
  'an item is judged for the person who decides: %s',
  async (_, decider, seenBy, byHand, followed) => {
    expect(await judged(decider, seenBy)).toEqual([byHand, followed])
  },
)

it('a run follows nothing for an unknown person where the policy requires the check', async () => {
  const [byHand, followed] = await judged(UNKNOWN, UNKNOWN, ['requestor.self'])
  expect([byHand, followed?.split(' ')[0]]).toEqual(['go', 'arrivedUnconfirmed'])
  expect(await judged(KIM, KIM, ['requestor.self'])).toEqual(['go', 'go'])
})

describe('a machine whose kubelet files a client request each few minutes', () => {
  const client = (time: string) =>
    makeCsr({ kind: 'client', createdAt: `2026-11-24T${time}:00Z`, keyName: time })
  const [older, newest, newer] = [client('11:55'), client('12:00'), client('12:05')]

  /** The judgement of a request that was verified, after these objects have come. */
  async function judgedAfter(csr: Csr, arrived: readonly Csr[], duplicateOf?: string) {
    const { csrs, feed, turn } = await liveCluster({
      csrs: [older, newest],
      machines: [makeMachineObject({})],
    })
    const row = feed.judged(csr.uid)
    if (row === null) throw new Error('The feed does not have the request.')
    const { uid, resourceVersion, status, verdict, failing } = row
    const superseded = csr === older
    expect(verdict).toBe('verified')
    for (const [at, one] of arrived.entries()) csrs.put({ ...one, resourceVersion: `9${at}` })
    await turn()
    const more = duplicateOf === undefined ? {} : { duplicateOf }
    const item = { uid, resourceVersion, saw: { status, verdict, failing, superseded }, ...more }
    const order = { decision: 'approve', items: [item] } as const
    const judgement = judgeItem(order, item, feed, DEFAULT_POLICY, KIM)
    return judgement.go ? 'go' : judgement.causes.map(({ code }) => code).join(' ')
  }

  it('an approval takes the newest request, and the older one with it', async () => {
    expect(await judgedAfter(newest, [])).toBe('go')
    expect(await judgedAfter(older, [], newest.uid)).toBe('go')
  })

  it('an approval takes nothing that the kubelet has left since the person saw it', async () => {
    expect(await judgedAfter(newest, [newer])).toBe('filedAnew')
    expect(await judgedAfter(older, [newer], newest.uid)).toBe('filedAnew')
  })

  it('the older request is held back once another key has the name, also where its run gave it', async () => {
    expect(await judgedAfter(older, [approved(newest)], newest.uid)).toBe('worseThanSeen')
    expect(await judgedAfter(older, [approved(newest)])).toBe('worseThanSeen')
    expect(await judgedAfter(older, [approved(newer)], newest.uid)).toBe('worseThanSeen')
  })

  it('the older request is no longer approved once the machine has joined', async () => {
    const { csrs, nodes, feed, turn } = await liveCluster({
      csrs: [older, newest],
      machines: [makeMachineObject({})],
    })
    const saw = { status: 'Pending', verdict: 'verified', failing: [], superseded: true } as const
    const { uid, resourceVersion } = older
    const item = { uid, resourceVersion, saw, duplicateOf: newest.uid }
    csrs.put({ ...approved(newest), resourceVersion: '99' })
    nodes.put(makeNode({ ready: 'False', createdAt: '2026-11-24T12:05:10Z' }))
    await turn()
    const order = { decision: 'approve', items: [item] } as const
    expect(judgeItem(order, item, feed, DEFAULT_POLICY, KIM).go).toBe(false)
  })
})

import { expect, it } from 'vitest'
import { KIM, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { requestFor, type ViewerName } from '#lib/csr/machine/viewer-overlay.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { judgeItem } from '#lib/server/decide/judge-item.ts'
import { liveCluster } from '#lib/server/fixtures/scripted-cluster.ts'

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
])('judges for the person who decides: %s', async (_, decider, seenBy, byHand, followed) => {
  expect(await judged(decider, seenBy)).toEqual([byHand, followed])
})

it('a run follows nothing for an unknown person where the policy requires the check', async () => {
  const [byHand, followed] = await judged(UNKNOWN, UNKNOWN, ['requestor.self'])
  expect([byHand, followed?.split(' ')[0]]).toEqual(['go', 'arrivedUnconfirmed'])
  expect(await judged(KIM, KIM, ['requestor.self'])).toEqual(['go', 'go'])
})

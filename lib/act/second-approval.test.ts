import { describe, expect, it } from 'vitest'
import type { DecisionOrder } from '#lib/act/decision-body.ts'
import { type DecisionRig, decisionRig, itemFor } from '#lib/act/fixtures/decision-rig.ts'
import { settleTwoPeople } from '#lib/act/second-approval.ts'
import { cause } from '#lib/csr/cause.ts'
import { denied, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type SecondPersonKind } from '#lib/csr/policy/policy.ts'
import type { ProposerRight } from '#lib/csr/policy/proposal.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const two = (...kinds: SecondPersonKind[]) => ({
  secondPerson: { ...DEFAULT_POLICY.secondPerson, for: kinds },
})

/** An address without an owner: suspicious. */
async function suspicious(odd: { readonly requestor?: Csr['requestor'] } = {}) {
  const csr = makeCsr({ ipAddresses: ['198.51.100.99'], ...odd })
  const rig = await decisionRig({ csrs: [csr], nodes: [makeNode()], policy: two('suspicious') })
  return { csr, rig }
}

const order = (rig: DecisionRig, csr: Csr, note = 'moved to another rack'): DecisionOrder => ({
  decision: 'approve',
  note,
  items: [{ ...itemFor(rig.cluster, csr), confirm: 'worker-1' }],
})

async function approve(rig: DecisionRig, csr: Csr, note?: string) {
  const { lines } = await rig.decide(order(rig, csr, note))
  return { outcome: lines[0]?.outcome, detail: lines[0]?.detail ?? '' }
}

/** The same process, as if another person had started it. */
function become(rig: DecisionRig, username: string, uid = ''): void {
  rig.api.people.me = { username, uid }
}

describe('the first of two people', () => {
  it('the first person proposes: nothing is approved, and both can see it', async () => {
    const { csr, rig } = await suspicious()
    const { outcome, detail } = await approve(rig, csr)
    expect(outcome).toBe('proposed')
    expect(detail).toMatch(/another person has to approve it before \d{4}-\d\d-\d\dT[\d:.]+Z\.$/)
    expect(rig.decided(csr)).toEqual([])
    expect(rig.api.proposals).toEqual([
      expect.objectContaining({ request: csr.request, note: 'moved to another rack' }),
    ])
    const told = rig.audit.map(({ event, outcome: said, name }) => [event, said, name])
    expect(told).toEqual([
      ['decision.begin', undefined, csr.name],
      ['decision.end', 'proposed', csr.name],
    ])
  })

  it('the first person proposes nothing any more once this server stops', async () => {
    const { csr, rig } = await suspicious()
    become(rig, 'carol')
    await approve(rig, csr)
    become(rig, 'alice')
    rig.api.people.rights.set('carol', 'mayNot')
    rig.api.beforeReview = () => {
      void rig.service.stop(new Promise(() => {}))
    }
    const { lines } = await rig.decide(order(rig, csr))
    expect(lines).toMatchObject([{ outcome: 'error', lost: 'server' }])
    expect(rig.api.proposals).toHaveLength(1)
  })

  it('the first person repeats the approval: it stays one proposal, and never approves', async () => {
    const { csr, rig } = await suspicious()
    for (const _ of [1, 2, 3]) expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.api.proposals).toHaveLength(1)
    const ends = rig.audit.filter(({ event }) => event === 'decision.end')
    const [name] = rig.api.proposals.map((one) => one.name)
    expect(ends.map(({ proposal }) => proposal)).toEqual([name, undefined, undefined])
    expect(rig.decided(csr)).toEqual([])
  })

  it('the first person repeats it under another name of the same account: it never approves', async () => {
    const { csr, rig } = await suspicious()
    become(rig, 'alice', 'u-1')
    await approve(rig, csr)
    become(rig, 'alice.renamed', 'u-1')
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.decided(csr)).toEqual([])
  })

  it('the first person needs a typed name and a reason', async () => {
    const { csr, rig } = await suspicious()
    expect((await approve(rig, csr, ' ')).outcome).toBe('refused')
    expect(rig.api.proposals).toEqual([])
  })

  it.each<readonly [string, { username: string; uid: string }, string]>([
    ['nobody knows who it is', { username: '', uid: '' }, 'SelfSubjectReview'],
    ['it is a node', { username: 'system:node:worker-9', uid: '' }, 'machine'],
    ['it is a token of a machine', { username: 'system:bootstrap:abcdef', uid: '' }, 'machine'],
  ])('a deciding user is no first person when %s', async (_case, me, words) => {
    const { csr, rig } = await suspicious()
    rig.api.people.me = me
    const { outcome, detail } = await approve(rig, csr)
    expect([outcome, rig.api.proposals.length]).toEqual(['refused', 0])
    expect(detail).toContain(words)
  })

  it('the first person is not the requestor', async () => {
    const { csr, rig } = await suspicious({ requestor: makePerson('alice') })
    become(rig, 'alice')
    const { outcome } = await approve(rig, csr)
    expect([outcome, rig.api.proposals.length]).toEqual(['refused', 0])
  })
})

describe('the second of two people', () => {
  it('the second person approves, and the condition names both', async () => {
    const { csr, rig } = await suspicious()
    become(rig, 'alice')
    await approve(rig, csr, 'on my list')
    become(rig, 'bob')
    expect((await approve(rig, csr, 'on mine, too')).outcome).toBe('approved')
    expect(rig.decided(csr)).toEqual(['Approved'])
    const message = rig.api.objects.get(csr.name)?.conditions[0]?.message ?? ''
    const proposal = rig.api.proposals[0]?.name ?? ''
    expect(message).toMatch(/^Approved by kim\.osei with Countersign \(request [^ ]+\)/)
    expect(message).toContain(`proposed by alice (${proposal}): on mine, too`)
    expect(rig.api.proposals).toHaveLength(1)
  })

  it('the second person also needs a typed name and a reason', async () => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(makeProposal(csr))
    const bare = { ...order(rig, csr), items: [itemFor(rig.cluster, csr)] }
    expect((await rig.decide(bare)).outcomes).toEqual({ [csr.uid]: 'refused' })
    expect(rig.decided(csr)).toEqual([])
  })

  it.each<readonly [string, (csr: Csr) => Csr, ProposerRight]>([
    ['is of somebody who may not approve', (csr) => makeProposal(csr), 'mayNot'],
    ['is of somebody who cannot be asked about', (csr) => makeProposal(csr), 'cannotAsk'],
    [
      'is of a bootstrap token',
      (csr) => makeProposal(csr, { requestor: makePerson('system:bootstrap:abcdef') }),
      'may',
    ],
    ['is of the node itself', (csr) => makeProposal(csr, { requestor: csr.requestor }), 'may'],
    ['is for other contents', (csr) => makeProposal(csr, { request: makeCsr().request }), 'may'],
    [
      'is older than the request',
      (csr) => makeProposal(csr, { createdAt: '2026-11-24T11:00:00Z' }),
      'may',
    ],
    ['is withdrawn', (csr) => denied(makeProposal(csr)), 'may'],
  ])('the second person finds no first one where the proposal %s', async (_case, make, right) => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(make(csr))
    rig.api.people.rights.set('alice', right)
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.decided(csr)).toEqual([])
    expect(rig.api.proposals).toHaveLength(2)
  })

  it('the second person learns why a proposal does not count, and which right is missing', async () => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(makeProposal(csr, { name: 'p-1' }))
    rig.api.people.rights.set('alice', 'cannotAsk')
    const { detail } = await approve(rig, csr)
    expect(detail).toContain('alice (p-1) does not count')
    expect(detail).toContain('subjectaccessreviews.authorization.k8s.io')
  })

  it('the second person comes too late when the proposal’s time is over', async () => {
    const { csr, rig } = await suspicious()
    become(rig, 'alice')
    await approve(rig, csr)
    rig.cluster.clock.advance(DEFAULT_POLICY.secondPerson.withinSeconds * 1_000)
    become(rig, 'bob')
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.decided(csr)).toEqual([])
    // Only the later of the two counts.
    become(rig, 'alice')
    expect((await approve(rig, csr)).outcome).toBe('approved')
  })

  it('a flood of strangers’ proposals hides no counting one, and approves nothing', async () => {
    const { csr, rig } = await suspicious()
    for (let n = 0; n < 300; n += 1) {
      const requestor = makePerson(`system:node:flood-${n}`, { groups: ['system:nodes'] })
      rig.api.proposals.push(makeProposal(csr, { requestor }))
    }
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    rig.api.proposals.push(makeProposal(csr))
    expect((await approve(rig, csr)).outcome).toBe('approved')
  })
})

describe('a forger cannot displace the first person', () => {
  /** Everything that the API server has, the watch has told of. */
  async function watched(rig: DecisionRig): Promise<void> {
    for (const proposal of rig.api.proposals) rig.cluster.csrs.put(proposal)
    for (let turns = 0; turns < 8; turns += 1) {
      rig.cluster.clock.advance(1)
      await rig.cluster.turn()
    }
  }
  /** The proposer whom the rig's watch reports as an approver; the last one in a list. */
  const firstOf = (csr: Csr) => makeProposal(csr, { name: 'z', requestor: makePerson('may.alice') })
  const stranger = (n: number) => makePerson(`system:serviceaccount:a:stranger-${n}`)
  const forge = (
    rig: DecisionRig,
    csr: Csr,
    count: number,
    by: (n: number) => Csr['requestor'],
  ) => {
    for (let n = 0; n < count; n += 1) {
      rig.api.proposals.push(
        makeProposal(csr, { requestor: by(n), name: `a-${n}`, createdAt: '2026-11-24T12:02:00Z' }),
      )
    }
  }

  it.each<readonly [string, number, (csr: Csr) => (n: number) => Csr['requestor']]>([
    ['a node’s', 700, () => () => makePerson('system:node:x', { groups: ['system:nodes'] })],
    ['the requestor’s', 700, (csr) => () => csr.requestor],
    ['one stranger’s', 700, () => () => stranger(0)],
    ['sixty strangers’', 60, () => stranger],
    ['the second person’s own', 700, () => () => makePerson('bob')],
  ])(
    'the first person’s proposal counts with %s proposals before it in the list',
    async (_case, count, by) => {
      const { csr, rig } = await suspicious()
      rig.api.listed = 50
      for (let n = 0; n < 60; n += 1) rig.api.people.rights.set(stranger(n).username, 'mayNot')
      forge(rig, csr, count, by(csr))
      rig.api.proposals.push(firstOf(csr))
      await watched(rig)
      expect(
        rig.cluster.feed.request(csr.uid, rig.cluster.principal.viewer)?.secondPerson?.proposal,
      ).toMatchObject({
        by: 'may.alice',
        uncounted: null,
      })
      become(rig, 'bob')
      expect((await approve(rig, csr)).outcome).toBe('approved')
    },
  )

  it('a forger cannot make the same person propose again and again', async () => {
    const { csr, rig } = await suspicious()
    rig.api.listed = 50
    forge(rig, csr, 60, () => stranger(0))
    rig.api.people.rights.set(stranger(0).username, 'mayNot')
    rig.api.proposals.push(firstOf(csr))
    await watched(rig)
    become(rig, 'may.alice')
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.api.proposals).toHaveLength(61)
  })

  it.each<readonly [string, (rig: DecisionRig, at: number, csr: Csr) => void]>([
    ['is gone', ({ api }, at) => api.proposals.splice(at, 1)],
    ['is withdrawn', ({ api }, at, csr) => api.proposals.splice(at, 1, denied(firstOf(csr)))],
    [
      'is another object by now',
      ({ api }, at, csr) =>
        api.proposals.splice(at, 1, {
          ...makeProposal(makeCsr(), { name: 'z' }),
          request: csr.request,
        }),
    ],
  ])(
    'a proposal of which the watch has told is read again: one that %s does not count',
    async (_case, spoil) => {
      const { csr, rig } = await suspicious()
      rig.api.listed = 1
      forge(rig, csr, 5, () => makePerson('system:node:x', { groups: ['system:nodes'] }))
      rig.api.proposals.push(firstOf(csr))
      await watched(rig)
      spoil(rig, 5, csr)
      become(rig, 'bob')
      expect((await approve(rig, csr)).outcome).toBe('proposed')
      expect(rig.decided(csr)).toEqual([])
    },
  )
})

describe('two people at the same moment', () => {
  it('both people propose at once: both read again, and one approval is made', async () => {
    const { csr, rig } = await suspicious()
    become(rig, 'alice')
    // Another person proposes it between the first look and the proposal.
    rig.api.beforeProposal = ({ proposals }) => {
      proposals.push(makeProposal(csr, { requestor: makePerson('bob') }))
    }
    expect((await approve(rig, csr)).outcome).toBe('approved')
    expect(rig.decided(csr)).toEqual(['Approved'])
  })

  it('both people approve at once: one effect, truthful answers', async () => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(makeProposal(csr))
    const answers = await Promise.all([approve(rig, csr), approve(rig, csr)])
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['approved', 'already']))
    expect(rig.decided(csr)).toEqual(['Approved'])
  })

  it('nothing is approved when the cluster was lost during the reviews', async () => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(makeProposal(csr))
    rig.api.beforeReview = () => {
      rig.cluster.csrs.silently('reconnecting')
    }
    expect((await approve(rig, csr)).outcome).toBe('error')
    expect(rig.decided(csr)).toEqual([])
  })

  it('nothing is approved when the request was deleted during the reviews', async () => {
    const { csr, rig } = await suspicious()
    rig.api.proposals.push(makeProposal(csr))
    rig.api.beforeReview = async () => {
      rig.cluster.csrs.remove(csr.uid)
      await rig.cluster.turn()
    }
    expect((await approve(rig, csr)).outcome).toBe('gone')
    expect(rig.decided(csr)).toEqual([])
  })
})

describe('failures on the way to a proposal', () => {
  const refusing = (status: number, reason: string) =>
    new KubeError(said(`alice cannot do that (${reason})`), { kind: 'status', status })

  const other = new KubeError(cause('actorChanged'), { kind: 'otherActor', sent: false })

  it.each([
    ['may not file requests', refusing(403, 'Forbidden'), 'forbidden'],
    ['has to wait', refusing(429, 'TooManyRequests'), 'throttled'],
    ['is not believed any more', refusing(401, 'Unauthorized'), 'forbidden'],
    ['is not who they were', other, 'error'],
    ['meets a broken server', refusing(422, 'Invalid'), 'error'],
  ])('who proposes %s', async (_case, error, expected) => {
    const { csr, rig } = await suspicious()
    let first = true
    rig.api.beforeProposal = () => {
      if (first) {
        first = expected !== 'throttled'
        throw error
      }
    }
    const { outcome } = await approve(rig, csr)
    // After waiting it goes through.
    expect(outcome).toBe(expected === 'throttled' ? 'proposed' : expected)
    expect(rig.decided(csr)).toEqual([])
  })

  it('a lost answer to a proposal is read back, not repeated', async () => {
    const { csr, rig } = await suspicious()
    rig.api.beforeProposal = ({ proposals, people }) => {
      const requestor = makePerson(people.me.username)
      proposals.push(makeProposal(csr, { requestor }))
      throw new KubeError(said('reset'), { kind: 'network' })
    }
    expect((await approve(rig, csr)).outcome).toBe('proposed')
    expect(rig.api.proposals).toHaveLength(1)
  })

  it('a proposal that never arrived is reported as missing', async () => {
    const { csr, rig } = await suspicious()
    rig.api.beforeProposal = () => {
      throw new KubeError(said('reset'), { kind: 'network' })
    }
    expect((await approve(rig, csr)).outcome).toBe('error')
  })
})

describe('requests of a control plane', () => {
  const open = async (...csrs: Csr[]) =>
    decisionRig({
      csrs,
      nodes: [
        makeNode({ roles: ['control-plane'] }),
        makeNode({ name: 'worker-2', ips: ['198.51.100.12'] }),
      ],
      machines: [
        makeMachineObject({ nodeRef: 'worker-1' }),
        makeMachineObject({
          name: 'm-2',
          nodeRef: 'worker-2',
          ips: ['198.51.100.12'],
          internalDns: ['worker-2'],
        }),
      ],
      policy: two('controlPlane'),
    })
  const master = () => makeCsr()
  const worker = () => makeCsr({ nodeName: 'worker-2', ipAddresses: ['198.51.100.12'] })

  it('a control-plane request needs two people even if verified', async () => {
    const csr = master()
    const rig = await open(csr)
    const plain: DecisionOrder = { decision: 'approve', items: [itemFor(rig.cluster, csr)] }
    expect((await rig.decide(plain)).outcomes).toEqual({ [csr.uid]: 'proposed' })
    become(rig, 'bob')
    expect((await rig.decide(plain)).outcomes).toEqual({ [csr.uid]: 'approved' })
  })

  it('a control-plane request is never approved among others, which go on', async () => {
    const csrs = [master(), worker()]
    const rig = await open(...csrs)
    const items = csrs.map((csr) => itemFor(rig.cluster, csr))
    const { outcomes, lines } = await rig.decide({ decision: 'approve', items })
    expect(Object.values(outcomes).sort()).toEqual(['approved', 'refused'])
    expect(lines.find(({ outcome }) => outcome === 'refused')?.detail).toContain('two people')
    expect(rig.api.proposals).toEqual([])
  })

  it('a control-plane request is not proposed as the last one of a bulk', async () => {
    const csr = master()
    const rig = await open(csr)
    const last: DecisionOrder = {
      decision: 'approve',
      run: 'bulk',
      items: [itemFor(rig.cluster, csr)],
    }
    const { lines } = await rig.decide(last)
    expect(lines).toMatchObject([{ outcome: 'refused', causes: [{ code: 'takesTwoAlone' }] }])
    expect(rig.api.proposals).toEqual([])
  })

  it('one person denies a control-plane request', async () => {
    const csr = master()
    const rig = await open(csr)
    const plain: DecisionOrder = { decision: 'deny', items: [itemFor(rig.cluster, csr)] }
    expect((await rig.decide(plain)).outcomes).toEqual({ [csr.uid]: 'denied' })
  })
})

it('no reviews are made where one person is enough', async () => {
  const csr = makeCsr({ ipAddresses: ['198.51.100.99'] })
  const rig = await decisionRig({ csrs: [csr], nodes: [makeNode()] })
  expect((await approve(rig, csr)).outcome).toBe('approved')
  expect(rig.api.proposals).toEqual([])
})

describe('a service account in team mode', () => {
  const ACCOUNT = 'system:serviceaccount:ops:deployer'

  /** Settles as that person, with these proposals listed; all may approve. */
  async function settleAs(username: string, csr: Csr, proposals: readonly Csr[]) {
    const reviewed: string[] = []
    const settled = await settleTwoPeople(
      { csr, note: '', policy: DEFAULT_POLICY.secondPerson },
      {
        api: {
          whoIs: async () => ({ username, uid: 'u-2' }),
          list: async () => ({ proposals, complete: true }),
          read: async () => null,
          propose: async () => makeProposal(csr, { requestor: makePerson(username) }),
          async review(proposer) {
            reviewed.push(proposer.username)
            return 'may'
          },
        },
        ...{ seen: () => [], now: () => 0, countsAccounts: false },
      },
    )
    return { settled, reviewed }
  }

  it('a service account is no second person', async () => {
    const csr = makeCsr()
    const { settled, reviewed } = await settleAs(ACCOUNT, csr, [makeProposal(csr)])
    expect(settled).toMatchObject({ go: false, causes: [{ code: 'twoNotAPerson' }] })
    expect(reviewed).toEqual([])
  })

  it('a service account is no first person either, whatever it may do', async () => {
    const csr = makeCsr()
    const proposal = makeProposal(csr, { requestor: makePerson(ACCOUNT) })
    const { settled, reviewed } = await settleAs('bob', csr, [proposal])
    expect(settled).toMatchObject({
      ...{ go: false, outcome: 'proposed' },
      causes: [{ code: 'proposed' }, { code: 'proposerMayNot' }],
    })
    expect(reviewed).toEqual([])
  })

  it('service accounts keep no person from being the first, however many there are', async () => {
    const csr = makeCsr()
    const flood = Array.from({ length: 60 }, (_, n) =>
      makeProposal(csr, {
        requestor: makePerson(`${ACCOUNT}-${n}`),
        createdAt: '2026-11-24T12:05:00Z',
      }),
    )
    const first = makeProposal(csr, { requestor: makePerson('alice') })
    const { settled, reviewed } = await settleAs('bob', csr, [...flood, first])
    expect(settled).toEqual({ go: true, first })
    expect(reviewed).toEqual(['alice'])
  })
})

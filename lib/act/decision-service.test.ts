import { describe, expect, it } from 'vitest'
import type { DecisionOrder, DecisionOrderItem } from '#lib/act/decision-body.ts'
import {
  type DecisionRig,
  type DecisionRigOptions,
  decisionRig,
  itemFor,
} from '#lib/act/fixtures/decision-rig.ts'
import { ADMIN } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { cause } from '#lib/csr/cause.ts'
import { approved, denied, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { boundedName } from '#lib/kube/objects/bounds.ts'
import { causesOf, KubeError } from '#lib/kube/transport/errors.ts'
import type { DecisionRequest, DecisionResult } from '#lib/kube/writes/approval-write.ts'

/** A serving request of a Node with its Machine: verified. */
const node = makeNode()
const machine = makeMachineObject({ nodeRef: 'worker-1' })
const serving = (options: Parameters<typeof makeCsr>[0] = {}) => makeCsr(options)
const MESH = 'example.com/mesh'
/** An address without an owner: suspicious. */
const foreign = () => makeCsr({ ipAddresses: ['198.51.100.99'] })

/** A cluster with these requests, which confirms those that are not odd. */
const confirming = (csrs: readonly Csr[]) =>
  decisionRig({ csrs, nodes: [node], machines: [machine] })

/** A serving request in such a cluster. */
async function verified(csr = serving()) {
  return { csr, rig: await confirming([csr]) }
}

const rowOf = ({ cluster }: DecisionRig, uid: string) =>
  cluster.feed.request(uid, cluster.principal.viewer)

const approve = (
  rig: DecisionRig,
  csrs: readonly Csr[],
  more: Partial<DecisionOrder> = {},
): DecisionOrder => ({
  decision: 'approve',
  items: csrs.map((csr) => itemFor(rig.cluster, csr)),
  ...more,
})
const deny = (...args: Parameters<typeof approve>): DecisionOrder => ({
  ...approve(...args),
  decision: 'deny',
})

function becomeLee(cluster: DecisionRig['cluster']): void {
  cluster.reviewed = { ...ADMIN, username: 'lee.park' }
  cluster.principal.become('lee.park')
}

describe('requests that may be approved', () => {
  const others = {
    refused: () => makeCsr({ organizations: ['system:masters'] }),
    twoNames: () => makeCsr({ commonNames: ['system:node:a', 'system:node:b'] }),
    admin: () => makeCsr({ signerName: 'kubernetes.io/kube-apiserver-client', kind: 'client' }),
  }

  it.each<[string, () => Csr, Partial<DecisionOrder>, string]>([
    ['verified', serving, {}, 'approved'],
    ['suspicious, without more', foreign, {}, 'refused'],
    ['suspicious, a reason but no name', foreign, { note: 'I know it' }, 'refused'],
    ['refused', others.refused, {}, 'refused'],
    ['refused, with a reason', others.refused, { note: 'please' }, 'refused'],
    ['two common names (hostile input 4)', others.twoNames, { note: 'please' }, 'refused'],
    ['another signer', others.admin, { note: 'please' }, 'refused'],
  ])('a request is approved or refused by its verdict: %s', async (_case, make, more, expected) => {
    const { csr, rig } = await verified(make())
    const { outcomes } = await rig.decide(approve(rig, [csr], more))
    expect(outcomes).toEqual({ [csr.uid]: expected })
    expect(rig.decided(csr)).toEqual(expected === 'approved' ? ['Approved'] : [])
  })

  it.each<[string, string | undefined, string | undefined, string]>([
    ['its name and a reason', 'worker-1', 'moved to another rack', 'approved'],
    ['another name', 'worker-2', 'moved', 'refused'],
    ['its name in another case', 'Worker-1', 'moved', 'refused'],
    ['a blank reason', 'worker-1', ' \n ', 'refused'],
    ['no reason', 'worker-1', undefined, 'refused'],
  ])('a suspicious request is approved alone, with %s', async (_case, confirm, note, expected) => {
    const csr = foreign()
    const rig = await decisionRig({ csrs: [csr], nodes: [node] })
    const order = {
      ...approve(rig, [csr], note === undefined ? {} : { note }),
      items: [{ ...itemFor(rig.cluster, csr), confirm }],
    }
    expect((await rig.decide(order)).outcomes).toEqual({ [csr.uid]: expected })
    expect(rig.decided(csr)).toHaveLength(expected === 'approved' ? 1 : 0)
  })

  it('a suspicious request is never approved among others, which continue', async () => {
    const [good, bad] = [serving(), foreign()]
    const rig = await confirming([good, bad])
    const order = approve(rig, [good, bad], { note: 'both' })
    const items = order.items.map((item) => ({ ...item, confirm: 'worker-1' }))
    const answer = await rig.decide({ ...order, items })
    expect(answer.outcomes).toEqual({ [good.uid]: 'approved', [bad.uid]: 'refused' })
    expect(answer.lines.find(({ uid }) => uid === bad.uid)?.detail).toContain('alone')
    expect(answer.done).toEqual({ done: true, counts: { approved: 1, refused: 1 } })
  })

  it('a plausible request is approved only when that is accepted', async () => {
    const csr = serving()
    const rig = await decisionRig({ csrs: [csr], nodes: [node] })
    expect(rowOf(rig, csr.uid)?.verdict).toBe('plausible')
    const strict = await rig.decide(approve(rig, [csr], { accept: 'verified' }))
    expect(strict.outcomes).toEqual({ [csr.uid]: 'refused' })
    const loose = await rig.decide(approve(rig, [csr], { accept: 'plausible' }))
    expect(loose.outcomes).toEqual({ [csr.uid]: 'approved' })
  })

  it.each<['verified' | 'plausible' | 'rebootstrapping', string, string[]]>([
    ['verified', 'refused', ['notVerified', 'rebootstrapping']],
    ['plausible', 'changed', ['nodeExists', 'rebootstrapping']],
    ['rebootstrapping', 'approved', []],
  ])(
    'a request for a Node that is down is approved, with %s accepted, though its Machine agrees: %s',
    async (accept, expected, told) => {
      const csr = makeCsr({ kind: 'client' })
      const nodes = [makeNode({ ready: 'Unknown' })]
      const rig = await decisionRig({ csrs: [csr], nodes, machines: [machine] })
      const { outcomes, lines } = await rig.decide(approve(rig, [csr], { accept }))
      expect(outcomes).toEqual({ [csr.uid]: expected })
      const causes = lines.flatMap((line) => line.causes ?? [])
      expect(causes.map((why) => ('finding' in why ? why.finding : why.code))).toEqual(told)
      expect(rig.decided(csr)).toEqual(expected === 'approved' ? ['Approved'] : [])
    },
  )
  describe('a request that a run added on arrival, by the approver’s rules', () => {
    const names = ['worker-1', 'vault.corp.example']
    const addresses = [...node.addresses, { type: 'ExternalDNS', address: 'vault.corp.example' }]
    const called = { csrs: [makeCsr({ dnsNames: names })], nodes: [{ ...node, addresses }] }
    const unasked = () => new Promise<never>(() => {})
    it.each<[string, DecisionRigOptions, 'verified' | 'plausible', string]>([
      ['that a Machine confirms', { machines: [machine] }, 'verified', 'approved'],
      ['plausible and ticked', {}, 'plausible', 'approved'],
      ['plausible and not ticked', {}, 'verified', 'refused'],
      ['with a name that only its Node gives it', called, 'plausible', 'refused'],
      [
        'whose kubelet has not answered',
        { machines: [machine], dial: unasked },
        'verified',
        'refused',
      ],
      [
        'of which a required check is unknown',
        { nodes: null, machines: [machine] },
        'verified',
        'refused',
      ],
    ])(
      'a request that a run added on arrival is judged by the approver’s rules: %s',
      async (_case, options, accept, expected) => {
        const rig = await decisionRig({ csrs: [serving()], nodes: [node], ...options })
        const [csr] = rig.api.objects.values()
        if (csr === undefined) throw new Error('There is no request.')
        const order = approve(rig, [csr], { accept, run: 'r' })
        const items = order.items.map((item) => ({ ...item, followed: true }))
        const { outcomes } = await rig.decide({ ...order, items })
        expect(outcomes).toEqual({ [csr.uid]: expected })
        expect(rig.decided(csr)).toEqual(expected === 'approved' ? ['Approved'] : [])
      },
    )
  })

  it('a request of another signer is approved only when the settings list it, alone, by name and with a reason', async () => {
    const csr = makeCsr({ signerName: MESH, kind: 'client' })
    const rig = await decisionRig({ csrs: [csr], policy: { allowedSigners: [MESH] } })
    const item = { ...itemFor(rig.cluster, csr), confirm: csr.name }
    const verdict = rowOf(rig, csr.uid)?.verdict
    const without = await rig.decide({ decision: 'approve', items: [itemFor(rig.cluster, csr)] })
    expect(without.outcomes).toEqual({ [csr.uid]: 'refused' })
    const insisted = await rig.decide({ decision: 'approve', note: 'asked for', items: [item] })
    expect([verdict, insisted.outcomes[csr.uid]]).toEqual(['suspicious', 'approved'])
  })

  it.each(['approve', 'deny'] as const)(
    'a request of a signer that is not listed is no person’s to %s here',
    async (decision) => {
      const csr = makeCsr({ signerName: MESH, kind: 'client' })
      const rig = await decisionRig({ csrs: [csr] })
      const item = { ...itemFor(rig.cluster, csr), confirm: csr.name }
      const { outcomes } = await rig.decide({ decision, note: 'asked for', items: [item] })
      expect([outcomes[csr.uid], rig.decided(csr)]).toEqual(['refused', []])
    },
  )

  it.each<[string, () => Csr, string]>([
    ['a verified one', serving, 'approved'],
    ['a suspicious one', foreign, 'refused'],
    ['another of its own', () => makeCsr({ signerName: MESH, kind: 'client' }), 'refused'],
  ])(
    'no request of a listed signer is approved together with %s, whatever comes with it',
    async (_case, make, of) => {
      const [listed, beside] = [makeCsr({ signerName: MESH, kind: 'client' }), make()]
      const cluster = { csrs: [listed, beside], nodes: [node], machines: [machine] }
      const rig = await decisionRig({ ...cluster, policy: { allowedSigners: [MESH] } })
      const order = approve(rig, [listed, beside], { accept: 'plausible', note: 'asked for' })
      const items = order.items.map((item) => ({
        ...item,
        confirm: rowOf(rig, item.uid)?.nodeName ?? item.name,
      }))
      const answer = await rig.decide({ ...order, items })
      expect(answer.outcomes).toEqual({ [listed.uid]: 'refused', [beside.uid]: of })
      expect(answer.lines.find(({ uid }) => uid === listed.uid)?.detail).toContain('alone')
      expect(rig.decided(listed)).toEqual([])
    },
  )

  it('a denial takes any pending requests, many at once', async () => {
    const csrs = [serving(), foreign(), makeCsr({ commonNames: [] })]
    const rig = await decisionRig({ csrs, nodes: [node] })
    const answer = await rig.decide(deny(rig, csrs, { note: 'not ours' }))
    expect(answer.done?.counts).toEqual({ denied: 3 })
  })
})

describe('the state to which a decision is bound', () => {
  /** Another object under the name of the request. */
  const young = serving({ name: 'csr-x' })
  const put = async ({ cluster }: DecisionRig, csr: Csr) => {
    cluster.csrs.put(csr)
    await cluster.turn()
  }
  const removed = async ({ cluster }: DecisionRig, csr: Csr) => {
    cluster.csrs.remove(csr.uid)
    await cluster.turn()
  }
  it.each<[string, string, (rig: DecisionRig, csr: Csr) => unknown]>([
    [
      'deleted and made again under the same name (18)',
      'changed',
      (rig) => {
        rig.api.objects.set('csr-x', young)
        return put(rig, young)
      },
    ],
    [
      'the same before the watch has told of it (18)',
      'changed',
      ({ api }) => api.objects.set('csr-x', young),
    ],
    [
      'deleted, and made again later under the same name (18)',
      'changed',
      async (rig, csr) => {
        await removed(rig, csr)
        rig.api.objects.set('csr-x', young)
        await put(rig, young)
      },
    ],
    ['deleted', 'gone', removed],
    [
      'a label changed (19)',
      'approved',
      (rig, csr) => put(rig, { ...csr, resourceVersion: '99999' }),
    ],
    [
      'lower trust',
      'changed',
      ({ cluster }) => {
        cluster.nodes.put(makeNode({ name: 'worker-2', resourceVersion: '2' }))
        return cluster.turn()
      },
    ],
  ])('a decision follows what happened meanwhile: %s → %s', async (_case, expected, happens) => {
    const { csr, rig } = await verified(serving({ name: 'csr-x' }))
    const order = approve(rig, [csr])
    await happens(rig, csr)
    expect((await rig.decide(order)).outcomes).toEqual({ [csr.uid]: expected })
    expect(rig.decided(csr)).toEqual(expected === 'approved' ? ['Approved'] : [])
    expect(rig.decided(young)).toEqual(rig.decided(csr))
  })

  describe('the request as the person saw it', () => {
    const best = { status: 'Pending', verdict: 'verified', failing: [] } as const
    it.each<[string, () => Csr, Partial<DecisionOrderItem['saw']> | null, string]>([
      ['as it is', serving, {}, 'approved'],
      ['worse than it is', serving, { verdict: 'plausible' }, 'approved'],
      ['decided', serving, { status: 'Approved', verdict: null }, 'changed'],
      ['not judged', serving, { verdict: null }, 'changed'],
      ['sound, and something fails by now', foreign, {}, 'changed'],
      [
        'failing another check',
        foreign,
        { verdict: 'suspicious', failing: ['key.reuse'] },
        'changed',
      ],
      ['as suspicious as it is', foreign, null, 'approved'],
    ])('a request that the person saw %s ends as %s', async (_case, make, saw, expected) => {
      const { csr, rig } = await verified(make())
      const shown = itemFor(rig.cluster, csr)
      const told = saw === null ? shown.saw : { ...best, ...saw }
      const items = [{ ...shown, saw: told, confirm: 'worker-1' }]
      const order = { decision: 'approve', note: 'moved', items } as const
      expect((await rig.decide(order)).outcomes).toEqual({ [csr.uid]: expected })
      expect(rig.decided(csr)).toEqual(expected === 'approved' ? ['Approved'] : [])
    })

    it('a denial does not depend on trust', async () => {
      const csr = foreign()
      const rig = await decisionRig({ csrs: [csr], nodes: [node] })
      const items = [{ ...itemFor(rig.cluster, csr), saw: best }]
      const { outcomes } = await rig.decide({ decision: 'deny', items })
      expect(outcomes).toEqual({ [csr.uid]: 'denied' })
    })

    it.each([
      ['at that very version', '1', 'approved'],
      ['after a label was set', '99999', 'changed'],
    ])('a script that does not tell what it saw, %s: %s', async (_case, version, expected) => {
      const { csr, rig } = await verified(serving({ resourceVersion: '1' }))
      const items = [{ uid: csr.uid, resourceVersion: '1' }]
      rig.cluster.csrs.put({ ...csr, resourceVersion: version })
      await rig.cluster.turn()
      const { outcomes } = await rig.decide({ decision: 'approve', items })
      expect(outcomes).toEqual({ [csr.uid]: expected })
    })
  })

  it.each([
    ['by uid alone', {}],
    ['by its name as rows have it', { name: boundedName('x'.repeat(5_000)) }],
    ['by its name as the cluster has it', { name: 'x'.repeat(5_000) }],
  ])('a request of a long name is denied %s', async (_case, named) => {
    const { csr, rig } = await verified(serving({ name: boundedName('x'.repeat(5_000)) }))
    const items = [{ ...itemFor(rig.cluster, csr), ...named }]
    const { outcomes } = await rig.decide({ decision: 'deny', items })
    expect(outcomes).toEqual({ [csr.uid]: 'denied' })
  })

  it.each([
    ['another name', { name: 'csr-other' }],
    ['a resourceVersion that was never shown', { resourceVersion: '1' }],
  ])('%s → changed', async (_case, odd) => {
    const { csr, rig } = await verified()
    const items = [{ ...itemFor(rig.cluster, csr), ...odd }]
    const { outcomes } = await rig.decide({ decision: 'approve', items })
    expect(outcomes).toEqual({ [csr.uid]: 'changed' })
    expect(rig.decided(csr)).toEqual([])
  })

  it.each([
    ['approve', 'approved', 'already', approved],
    ['approve', 'denied', 'changed', denied],
    ['deny', 'denied', 'already', denied],
    ['deny', 'approved', 'changed', approved],
  ] as const)(
    'the order to %s a request that another client has %s → %s',
    async (decision, _word, expected, how) => {
      const { csr, rig } = await verified()
      const order = { ...approve(rig, [csr]), decision }
      rig.cluster.csrs.put({ ...how(csr), resourceVersion: '99999' })
      await rig.cluster.turn()
      expect((await rig.decide(order)).outcomes).toEqual({ [csr.uid]: expected })
    },
  )

  it('a request with a hostile name is written to by its own object (1, 3)', async () => {
    const csrs = ['<img src=x onerror=alert(1)>', 'a b?x=1#y&z'].map((name, n) =>
      serving({ name, keyName: `k${n}` }),
    )
    const rig = await confirming(csrs)
    await rig.decide(approve(rig, csrs))
    expect(csrs.map((csr) => rig.decided(csr))).toEqual([['Approved'], ['Approved']])
  })

  it('requests that arrive meanwhile stay untouched (23)', async () => {
    const { csr, rig } = await verified()
    const order = approve(rig, [csr])
    const arrivals = Array.from({ length: 50 }, (_, n) => serving({ keyName: `late-${n}` }))
    for (const late of arrivals) {
      rig.api.objects.set(late.name, late)
      rig.cluster.csrs.put(late)
    }
    await rig.cluster.turn()
    await rig.decide(order)
    expect(arrivals.flatMap((late) => rig.decided(late))).toEqual([])
  })
})

describe('two decisions at once', () => {
  it('the same order twice → one effect, truthful answers (21)', async () => {
    const { csr, rig } = await verified()
    const answers = await Promise.all([1, 2].map(() => rig.decide(approve(rig, [csr]))))
    const told = answers.map(({ outcomes }) => outcomes[csr.uid])
    expect(new Set(told)).toEqual(new Set(['already', 'approved']))
    expect(rig.decided(csr)).toEqual(['Approved'])
  })

  it('an approval and a denial at once → exactly one wins, the other says what happened (22)', async () => {
    const { csr, rig } = await verified()
    const [yes, no] = await Promise.all([
      rig.decide(approve(rig, [csr])),
      rig.decide(deny(rig, [csr])),
    ])
    expect(rig.decided(csr)).toHaveLength(1)
    const [winner, loser] = yes.outcomes[csr.uid] === 'approved' ? [yes, no] : [no, yes]
    expect(winner.lines[0]?.outcome).toMatch(/^(approved|denied)$/)
    expect(loser.lines[0]).toMatchObject({
      outcome: 'changed',
      detail: expect.stringMatching(/^(Approved|Denied)/),
      causes: [{ code: 'decided' }],
    })
  })
})

describe('a denial here, before the watch reports it', () => {
  const older = makeCsr()
  const newer = makeCsr({ keyName: 'newer', createdAt: '2026-11-24T12:02:00Z' })
  const client = makeCsr({ keyName: 'client', kind: 'client' })
  const csrs = [older, newer, client]
  const outcomeFor = async (rig: DecisionRig, csr: Csr) =>
    (await rig.decide(approve(rig, [csr]))).outcomes[csr.uid]

  it('the denied machine’s other requests of that signer are not approved', async () => {
    const rig = await confirming(csrs)
    await rig.decide(deny(rig, [newer]))
    const { lines } = await rig.decide(approve(rig, [older]))
    const causes = [cause('deniedJustNow', { request: newer.name })]
    expect(lines).toMatchObject([{ uid: older.uid, outcome: 'refused', causes }])
    expect(rig.decided(older)).toEqual([])
  })

  it('the denied machine’s other requests are not approved while the denial is being written', async () => {
    const rig = await confirming(csrs)
    const [sent, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    rig.api.beforeWrite = async ({ decision }) => {
      if (decision !== 'deny') return
      sent.resolve()
      await answered.promise
    }
    const denying = rig.decide(deny(rig, [newer]))
    await sent.promise
    expect(await outcomeFor(rig, older)).toBe('refused')
    answered.resolve()
    await denying
    expect(await outcomeFor(rig, older)).toBe('refused')
  })

  it('an approval of the denied request reads the API server, which has the denial', async () => {
    const rig = await confirming(csrs)
    await rig.decide(deny(rig, [newer]))
    const { lines } = await rig.decide(approve(rig, [newer]))
    expect(lines).toMatchObject([{ uid: newer.uid, outcome: 'changed' }])
    expect(rig.decided(newer)).toEqual(['Denied'])
  })

  it('one of two denials is refused: the other counts', async () => {
    const rig = await confirming(csrs)
    await rig.decide(deny(rig, [newer]))
    rig.api.faults.push({ outcome: 'forbidden' })
    await rig.decide(deny(rig, [newer]))
    expect(await outcomeFor(rig, older)).toBe('refused')
  })

  it.each([
    ['somebody else had denied it', { outcome: 'already', stands: 'denied' }, 'refused'],
    ['it was not denied', { outcome: 'error' }, 'approved'],
    ['nobody knows whether it was', { outcome: 'unknown' }, 'approved'],
  ] as const)('%s: the others are %s', async (_, found, outcome) => {
    const rig = await confirming(csrs)
    rig.api.faults.push(found)
    await rig.decide(deny(rig, [newer]))
    expect(await outcomeFor(rig, older)).toBe(outcome)
  })

  it.each([
    ['one was approved', (rig: DecisionRig) => approve(rig, [older])],
    ['of another signer', (rig: DecisionRig) => deny(rig, [client])],
  ])('%s: approved', async (_, before) => {
    const rig = await confirming(csrs)
    await rig.decide(before(rig))
    expect(await outcomeFor(rig, newer)).toBe('approved')
  })

  it.each([
    ['the older one counts', newer, older, 'refused'],
    ['a newer one that lay beside it', older, newer, 'approved'],
  ] as const)(
    'the watch’s rule holds once the watch has told of the denial: %s',
    async (_, no, yes, outcome) => {
      const rig = await confirming(csrs)
      await rig.decide(deny(rig, [no]))
      rig.cluster.csrs.put(denied(no))
      await rig.cluster.turn()
      expect(await outcomeFor(rig, yes)).toBe(outcome)
    },
  )
})

describe('the acting user', () => {
  const own = () => serving({ requestor: { ...makeCsr().requestor, username: 'lee.park' } })

  /** Another user's credential replaces the earlier one when the order begins. */
  function replaced({ api, cluster }: DecisionRig): void {
    api.whoActs = async () => {
      becomeLee(cluster)
      return 'lee.park'
    }
  }

  it('a decision as another user than the confirming one is not begun', async () => {
    const csrs = [serving(), serving({ keyName: 'another' })]
    const rig = await confirming(csrs)
    const inTheirName = { as: rig.cluster.principal.displayName }
    replaced(rig)
    const { lines, done } = await rig.decide(approve(rig, csrs, inTheirName))
    const lost = { outcome: 'error', lost: 'actor', causes: [cause('actorChanged')] }
    expect(lines).toMatchObject(csrs.map(() => lost))
    expect([done?.counts, rig.audit, rig.api.writtenAs]).toEqual([{ error: 2 }, [], []])
  })

  it.each([
    ['the API server', ADMIN.username],
    ['the kubeconfig, where that does not tell', ''],
  ])('a decision of the confirming user, as named by %s, is done', async (_, username) => {
    const { csr, rig } = await verified()
    rig.cluster.reviewed = { ...ADMIN, username }
    rig.cluster.principal.become(username)
    await rig.cluster.turn()
    const { outcomes } = await rig.decide(
      approve(rig, [csr], { as: rig.cluster.principal.displayName }),
    )
    expect(outcomes).toEqual({ [csr.uid]: 'approved' })
  })

  it('a decision without a sent name is the current credential’s user’s: in the log, the condition and the write', async () => {
    const { csr, rig } = await verified()
    replaced(rig)
    const { outcomes } = await rig.decide(approve(rig, [csr]))
    expect(outcomes).toEqual({ [csr.uid]: 'approved' })
    expect(rig.audit.map(({ who }) => who)).toEqual(['lee.park', 'lee.park'])
    expect(rig.api.objects.get(csr.name)?.conditions[0]?.message).toContain('lee.park')
    expect(rig.api.writtenAs).toEqual(['lee.park'])
  })

  it('a requestor does not approve their own request', async () => {
    const { csr, rig } = await verified(own())
    replaced(rig)
    const { lines } = await rig.decide(approve(rig, [csr], { accept: 'plausible' }))
    expect(lines[0]).toMatchObject({ outcome: 'changed', causes: [{ code: 'worseThanSeen' }] })
    expect(rowOf(rig, csr.uid)?.failing).toContain('requestor.self')
  })

  const refused = new KubeError(said('Unauthorized'), { kind: 'status', status: 401 })

  it.each([
    ['there is no answer', new Error('no answer'), 'actorUnknown'],
    ['the credential is not accepted', refused, 'identity'],
  ])(
    'a decision of an unknown user, for %s, is not begun, and the same may be asked again',
    async (...fault) => {
      const [, error, lost] = fault
      const csrs = [serving(), serving({ keyName: 'another' })]
      const rig = await confirming(csrs)
      rig.api.whoActs = () => Promise.reject(error)
      const { lines, done } = await rig.decide(approve(rig, csrs))
      const causes = [cause('actorUnknown'), ...causesOf(error)]
      expect(lines).toMatchObject(csrs.map(() => ({ outcome: 'error', lost, causes })))
      expect([done?.counts, rig.audit, rig.api.writtenAs]).toEqual([{ error: 2 }, [], []])
    },
  )
})

describe('faults during a decision', () => {
  it('nothing is decided where it must be recorded and cannot be, also in the middle of a write', async () => {
    const csr = serving()
    const silent = cause('recordSilent')
    let unrecorded: typeof silent | null = null
    const rig = await decisionRig({
      ...{ csrs: [csr], nodes: [node], machines: [machine] },
      unrecorded: () => unrecorded,
    })
    expect(rig.service.known().record).toBeNull()
    const asked: unknown[] = []
    rig.api.beforeWrite = ({ whyNot }) => {
      unrecorded = silent
      asked.push(whyNot?.(false))
    }
    await rig.decide(approve(rig, [csr]))
    expect(asked).toEqual([[silent]])
    expect(rig.service.known().record).toEqual(silent)
  })

  it('a view that is not live decides nothing', async () => {
    const { csr, rig } = await verified()
    expect(rig.service.known().cluster).toBe(false)
    const order = approve(rig, [csr])
    rig.cluster.csrs.silently('reconnecting')
    expect(rig.service.known().cluster).toBe(true)
    const { lines } = await rig.decide(order)
    expect(lines).toMatchObject([
      { uid: csr.uid, outcome: 'error', causes: [cause('clusterLost')] },
    ])
    expect(rig.decided(csr)).toEqual([])
  })

  it.each([
    ['stale', 'clusterLostMeanwhile'],
    ['unauthorized', 'clusterLostMeanwhile'],
    ['forbidden', 'clusterLostMeanwhile'],
    // A matter of seconds, as while an API server restarts: the lost answer is what waits for it.
    ['reconnecting', null],
  ] as const)(
    'the answer to a further try while the source of the judgement is %s → %s',
    async (phase, expected) => {
      const { csr, rig } = await verified()
      let why: DecisionRequest['whyNot']
      rig.api.beforeWrite = async ({ whyNot }) => {
        rig.cluster.nodes.enter(phase)
        await rig.cluster.turn()
        why = whyNot
      }
      await rig.decide(approve(rig, [csr]))
      expect(why?.(true)).toEqual(expected === null ? null : [cause(expected)])
    },
  )

  it('a decision is not tried again as another user, as it may have been written', async () => {
    const { csr, rig } = await verified()
    let why: DecisionRequest['whyNot']
    rig.api.beforeWrite = ({ whyNot }) => {
      becomeLee(rig.cluster)
      why = whyNot
    }
    await rig.decide(approve(rig, [csr]))
    expect(why?.(true)).toEqual([cause('actorChangedMeanwhile')])
    expect(why?.(false)).toEqual([cause('actorChanged')])
  })

  it('the last line of a decision has the id of its write in the API server’s audit log', async () => {
    const { csr, rig } = await verified()
    rig.api.faults.push({ outcome: 'approved', auditId: 'audit-1' })
    await rig.decide(approve(rig, [csr]))
    expect(rig.audit.map(({ event, auditId }) => [event, auditId])).toEqual([
      ['decision.begin', undefined],
      ['decision.end', 'audit-1'],
    ])
  })

  it('a forbidden write is an answer for its item, and the rights are asked for again (24)', async () => {
    const csrs = [serving(), serving({ keyName: 'two' })]
    const rig = await confirming(csrs)
    const reviews = rig.cluster.reviews
    rig.api.faults.push({ outcome: 'forbidden', causes: [said('no')] }, null)
    const answer = await rig.decide(approve(rig, csrs))
    expect(answer.done?.counts).toEqual({ forbidden: 1, approved: 1 })
    expect(rig.cluster.reviews).toBeGreaterThan(reviews)
  })

  it('a lost answer stays unknown when it could not be read back (25)', async () => {
    const { csr, rig } = await verified()
    rig.api.faults.push({ outcome: 'unknown', causes: [cause('networkReset', { server: 'a' })] })
    expect((await rig.decide(approve(rig, [csr]))).lines).toEqual([
      {
        uid: csr.uid,
        outcome: 'unknown',
        detail: 'Cannot reach a. The connection was reset.',
        causes: [cause('networkReset', { server: 'a' })],
      },
    ])
  })

  it('a 429 in the middle of a bulk → it pauses visibly, goes on, finishes (26)', async () => {
    const csrs = Array.from({ length: 12 }, (_, n) => serving({ keyName: `key-${n}` }))
    const rig = await confirming(csrs)
    rig.api.faults.push(null, null, { outcome: 'throttled', retryAfterMs: 100 })
    const answer = await rig.decide(approve(rig, csrs))
    expect(answer.done?.counts).toEqual({ approved: 12 })
    expect(answer.pauses.map((until) => until !== null)).toEqual([true, false])
    const lines = rig.audit.map(({ event, uid }) => `${String(event)} ${String(uid)}`)
    expect(new Set(lines).size).toBe(24)
    expect(lines).toHaveLength(24)
  })

  describe('a bulk that loses in the middle what all its items need', () => {
    const csrs = Array.from({ length: 40 }, (_, n) => serving({ keyName: `key-${n}` }))
    const NO_IDENTITY = { causes: [said('Unauthorized')], identityLost: 'identity' } as const
    type Fault = (rig: DecisionRig) => void
    const clusterLost: Fault = ({ cluster }) => cluster.csrs.silently('reconnecting')
    const serverStops: Fault = ({ service }) => void service.stop(new Promise(() => {}))
    const identityLost: Fault = ({ api }) =>
      api.faults.push({ outcome: 'forbidden', ...NO_IDENTITY })

    /** A bulk that is hit by the fault at its fourth write, when others are under way. */
    async function bulk(fault: Fault) {
      const rig = await confirming(csrs)
      let writes = 0
      rig.api.beforeWrite = () => {
        writes += 1
        if (writes === 4) fault(rig)
      }
      const { lines, done } = await rig.decide(approve(rig, csrs))
      const written = csrs.filter((csr) => rig.decided(csr).length > 0).length
      return { rig, lines, done, written }
    }

    it.each([
      ['server', serverStops, 'error', 'stoppedBefore'],
      ['cluster', clusterLost, 'error', 'clusterLost'],
      ['identity', identityLost, 'forbidden', 'identityLost'],
    ] as const)(
      'a bulk that has lost its %s begins nothing more, and says so of the others',
      async (...fault) => {
        const [lost, how, outcome, code] = fault
        const { lines, done, written } = await bulk(how)
        expect(written).toBeLessThan(20)
        expect(done?.counts).toEqual({ approved: written, [outcome]: csrs.length - written })
        expect(new Set(lines.map(({ uid }) => uid)).size).toBe(csrs.length)
        expect(lines.at(-1)).toMatchObject({
          detail: expect.stringContaining('this was not tried'),
          causes: [cause(code)],
        })
        for (const line of lines) {
          expect(line.lost).toBe(line.outcome === 'approved' ? undefined : lost)
        }
      },
    )

    const lostWhileBusy: Fault = (rig) => {
      clusterLost(rig)
      rig.api.faults.push({ outcome: 'throttled', retryAfterMs: 100 })
    }

    const stopsWhileBusy: Fault = (rig) => {
      serverStops(rig)
      rig.api.faults.push({ outcome: 'throttled', retryAfterMs: 100 })
    }

    it.each([
      ['server', serverStops],
      ['server, while one waits for the cluster to be less busy', stopsWhileBusy],
      ['cluster', clusterLost],
      ['identity', identityLost],
      ['cluster, while one waits for it to be less busy', lostWhileBusy],
    ] as const)(
      'a bulk that has lost its %s has logged what was begun, once before and once after',
      async (_, how) => {
        const { rig, written } = await bulk(how)
        const logged = (event: string) =>
          rig.audit.flatMap((line) => (line.event === event ? [line.uid] : [])).toSorted()
        const begun = logged('decision.begin')
        expect(logged('decision.end')).toEqual(begun)
        expect(new Set(begun).size).toBe(begun.length)
        expect(begun.length).toBeGreaterThanOrEqual(written)
        expect(begun.length).toBeLessThan(20)
      },
    )

    const othersCredential: Fault = ({ api }) =>
      api.faults.push({ outcome: 'error', causes: [cause('actorChanged')], identityLost: 'actor' })

    it.each<[string, Fault]>([
      ['as the feed tells', ({ cluster }) => becomeLee(cluster)],
      ['as the write tells', othersCredential],
    ])('no other user writes in the name of a person who has changed, %s', async (_, fault) => {
      const { lines, done, written } = await bulk(fault)
      expect(written).toBeLessThan(20)
      expect(done?.counts).toEqual({ approved: written, error: csrs.length - written })
      expect(lines.at(-1)).toMatchObject({ causes: [cause('actorChanged')], lost: 'actor' })
    })

    it.each<[DecisionResult, 'cluster' | undefined]>([
      [{ outcome: 'error' }, 'cluster'],
      [{ outcome: 'forbidden' }, 'cluster'],
      [{ outcome: 'changed' }, 'cluster'],
      [{ outcome: 'unknown' }, undefined],
      [{ outcome: 'gone' }, undefined],
    ])(
      'an item is under way when the bulk loses what it needs, and is $outcome',
      async (result, lost) => {
        const { lines } = await bulk((rig) => {
          clusterLost(rig)
          rig.api.faults.push(result)
        })
        const line = lines.find(
          ({ detail, outcome }) => detail === undefined && outcome !== 'approved',
        )
        expect(line).toEqual({
          uid: expect.anything(),
          outcome: result.outcome,
          ...(lost === undefined ? {} : { lost }),
        })
      },
    )

    it('a write with an unknown outcome is not reported as lost, and no more begin', async () => {
      const { lines, written } = await bulk(({ api }) =>
        api.faults.push({ outcome: 'unknown', ...NO_IDENTITY }),
      )
      expect(written).toBeLessThan(20)
      const unknown = lines.filter(({ outcome }) => outcome === 'unknown')
      expect(unknown.map(({ lost }) => lost)).toEqual([undefined])
    })
  })

  it('an item that cannot be judged is an error, reported and logged; the others continue', async () => {
    let breaks = false
    const [good, other] = [serving(), serving({ keyName: 'two' })]
    const bad = serving({ keyName: 'three' })
    const { conditions } = bad
    Object.defineProperty(bad, 'conditions', {
      get() {
        if (breaks) throw new Error('broken')
        return conditions
      },
    })
    const rig = await confirming([good, bad, other])
    const order = approve(rig, [good, bad, other])
    breaks = true
    const answer = await rig.decide(order)
    expect(answer.outcomes).toEqual({
      [good.uid]: 'approved',
      [bad.uid]: 'error',
      [other.uid]: 'approved',
    })
    expect(answer.lines.find(({ uid }) => uid === bad.uid)).toMatchObject({
      detail: expect.stringContaining('this was not tried'),
      causes: [cause('judgingFailed')],
    })
    expect(answer.done).toEqual({ done: true, counts: { approved: 2, error: 1 } })
    expect(rig.errors).toEqual([new Error('broken')])
    const ofIt = rig.audit.filter(({ uid }) => uid === bad.uid)
    expect(ofIt.map(({ event, name, outcome }) => [event, name, outcome])).toEqual([
      ['decision.begin', bad.name, undefined],
      ['decision.end', bad.name, 'error'],
    ])
  })

  it('no more items begin when the client leaves, and those under way finish', async () => {
    const csrs = Array.from({ length: 30 }, (_, n) => serving({ keyName: `key-${n}` }))
    const rig = await confirming(csrs)
    const client = new AbortController()
    let writes = 0
    rig.api.beforeWrite = () => {
      writes += 1
      if (writes === 4) client.abort()
    }
    await rig.decide(approve(rig, csrs), client.signal)
    const effects = csrs.flatMap((csr) => rig.decided(csr)).length
    expect(effects).toBe(writes)
    expect(effects).toBeLessThan(30)
    const begun = rig.audit.filter(({ event }) => event === 'decision.begin')
    const ended = rig.audit.filter(({ event }) => event === 'decision.end')
    expect(ended).toHaveLength(begun.length)
  })

  it('a stopping server waits for items under way; unanswered ones become unknown', async () => {
    const [late, never] = [serving(), serving({ keyName: 'two' })]
    const rig = await confirming([late, never])
    const [answered, patience] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const begun: string[] = []
    rig.api.beforeWrite = ({ csr }) => {
      begun.push(csr.uid)
      return csr.uid === late.uid ? answered.promise : new Promise(() => {})
    }
    const answer = rig.decide(approve(rig, [late, never]))
    await until(() => begun.length === 2, 'both to be begun')
    const stopped = rig.service.stop(patience.promise)
    answered.resolve()
    await until(() => rig.audit.length === 3, 'the late one to end')
    patience.resolve()
    await stopped
    const ends = rig.audit.slice(2).map(({ event, uid, outcome }) => [event, uid, outcome])
    expect(ends).toEqual([
      ['decision.end', late.uid, 'approved'],
      ['decision.end', never.uid, 'unknown'],
    ])
    const { outcomes, done } = await answer
    expect(outcomes).toEqual({ [late.uid]: 'approved', [never.uid]: 'unknown' })
    expect(done?.counts).toEqual({ approved: 1, unknown: 1 })
  })

  it('a stopping server takes no further order', async () => {
    const { csr, rig } = await verified()
    await rig.service.stop(Promise.resolve())
    expect(rig.service.known().server).toBe(true)
    const { lines } = await rig.decide(approve(rig, [csr]))
    expect(lines).toMatchObject([{ uid: csr.uid, outcome: 'error', lost: 'server' }])
    expect([rig.decided(csr), rig.audit]).toEqual([[], []])
  })
})

describe('traces of a decision', () => {
  it('a decision has one log line before and one after, with user, request and outcome', async () => {
    const { csr, rig } = await verified()
    await rig.decide(approve(rig, [csr], { note: 'rack 2' }))
    const fingerprint = rowOf(rig, csr.uid)?.fingerprint
    const what = {
      who: 'kim.osei',
      decision: 'approve',
      uid: csr.uid,
      name: csr.name,
      node: 'worker-1',
      signer: 'kubernetes.io/kubelet-serving',
      fingerprint,
      note: 'rack 2',
    }
    expect(rig.audit).toEqual([
      expect.objectContaining({ event: 'decision.begin', ...what }),
      expect.objectContaining({ event: 'decision.end', ...what, outcome: 'approved' }),
    ])
    expect(rig.audit[0]?.requestId).toBe(rig.audit[1]?.requestId)
  })

  it('no write to the API server comes before its log line', async () => {
    const csr = serving()
    const tried = Promise.withResolvers<void>()
    const out = Promise.withResolvers<void>()
    const beforeAudit = () => {
      tried.resolve()
      return out.promise
    }
    const rig = await decisionRig({ csrs: [csr], nodes: [node], machines: [machine], beforeAudit })
    const answer = rig.decide(approve(rig, [csr]))
    await tried.promise
    expect(rig.decided(csr)).toEqual([])
    out.resolve()
    expect((await answer).outcomes).toEqual({ [csr.uid]: 'approved' })
  })

  it('the condition names the person and the request, and no text of the requestor', async () => {
    const { csr, rig } = await verified(serving({ name: 'csr-\u202eevil' }))
    const items = [{ ...itemFor(rig.cluster, csr), confirm: 'worker-1' }]
    await rig.decide({ decision: 'approve', note: 'line\none\u202e', items })
    const message = rig.api.objects.get(csr.name)?.conditions[0]?.message ?? ''
    expect(message).toContain('kim.osei')
    expect(message).toContain(String(rig.audit[0]?.requestId))
    expect(message).not.toContain('evil')
    expect(message).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  })
})

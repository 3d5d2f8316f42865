import { describe, expect, it } from 'vitest'
import { ask, judgeIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  denied,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'

/** More look-alikes than are named one by one. */
const ALIKE = ['w', 'vv'].flatMap((w) =>
  ['o', '0'].flatMap((o) => ['10', 'l0', '1o'].map((end) => `${w}${o}rker-${end}`)),
)

describe('key.reuse', () => {
  const client = { kind: 'client', keyName: 'shared' } as const
  const other = makeCsr({ ...client, nodeName: 'worker-2' })
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, i) => makeCsr({ ...client, nodeName: `n-${count - i}` }))
  itTells('key.reuse', {
    unique: { of: client },
    shared: {
      of: client,
      around: { csrs: [makeCsr({ ...client, nodeName: 'worker-3' }), other] },
      observed: ['fail worker-2 ← worker-2', 'fail worker-3 ← worker-3'],
      values: { nodes: 'worker-2, worker-3' },
    },
    sharedByMany: { of: client, around: { csrs: crowd(8) } },
    kubeletsUnread: { of: client, around: { followed: 'some' } },
    othersUnread: { of: client, around: { followed: 'kubelets' } },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' } },
  })

  it.each(['some', 'kubelets'] as const)(
    'fails by a request that is here beside %s',
    (followed) => {
      expect(resultOf('key.reuse', makeCsr(client), { csrs: [other], followed })).toBe(
        'fail shared',
      )
    },
  )

  it('key.reuse names every other node, up to the bound', () => {
    const result = ask('key.reuse', makeCsr(client), { csrs: crowd(7) })
    const names = ['n-1', 'n-2', 'n-3', 'n-4', 'n-5', 'n-6', 'n-7']
    expect(result?.observed.map(({ value }) => value)).toEqual(names)
  })

  const answer = (options: CsrOptions) => resultOf('key.reuse', makeCsr(options), { csrs: [other] })
  itAnswers(answer, {
    'pass unique': {
      'a key of its own': {},
      'the same node again': { ...client, nodeName: 'worker-2' },
    },
    'fail shared': {
      'another signer, no node': { ...client, signerName: 'x.y/z', commonNames: ['jane'] },
    },
  })

  it('key.reuse fails for both requests, and each names the other’s node', () => {
    const one = makeCsr(client)
    expect(ask('key.reuse', one, { csrs: [other] })?.values).toEqual({ nodes: 'worker-2' })
    expect(ask('key.reuse', other, { csrs: [one] })?.values).toEqual({ nodes: 'worker-1' })
  })

  it('key.reuse remembers the keys of issued certificates', () => {
    const csrs = [approved(other, '2026-11-24T12:05:00Z', 'issued')]
    expect(resultOf('key.reuse', makeCsr(client), { csrs })).toBe('fail shared')
  })

  it('a stranger who copies a request’s public key does not make that request fail', () => {
    const copy = makeCsr({ ...client, nodeName: 'worker-9', badSignature: true })
    expect(resultOf('key.reuse', makeCsr(client), { csrs: [copy] })).toBe('pass unique')
    expect(resultOf('key.reuse', copy, { csrs: [makeCsr(client)] })).toBe('fail shared')
  })
})

describe('name.confusable', () => {
  const nodes = [makeNode()]
  const called = (name: string) => ({ of: { commonNames: [`system:node:${name}`] } })
  itTells('name.confusable', {
    distinct: { around: { nodes } },
    lookalike: {
      ...called('worker-l'),
      around: { nodes: [makeNode({ name: 'worker-I' }), ...nodes] },
      observed: ['fail CN worker-l ← worker-1'],
      values: { name: 'worker-l', existing: 'worker-1' },
    },
    lookalikeOfMany: {
      of: { kind: 'client', nodeName: 'worker-lo', createdAt: '2026-11-24T12:00:01Z' },
      around: { csrs: ALIKE.map((nodeName) => makeCsr({ kind: 'client', nodeName })) },
      observed: ['fail CN worker-lo'],
      values: { name: 'worker-lo' },
    },
    mixedScripts: {
      ...called('wоrker-7'),
      observed: ['fail CN wоrker-7'],
      values: { name: 'wоrker-7' },
    },
    invisible: {
      ...called('a\u200b'),
      observed: ['fail CN system:node:a\u200b'],
      values: { name: 'system:node:a\u200b' },
    },
    invisibleName: {
      of: { name: 'csr-\u202egpj' },
      observed: ['fail name csr-\u202egpj'],
      values: { name: 'csr-\u202egpj' },
    },
    falsePrefix: {
      of: { commonNames: ['System:node:worker-7'] },
      observed: ['fail CN System:node:worker-7'],
      values: { name: 'System:node:worker-7' },
    },
    nodesUnreadable: { around: { readable: { nodes: false } } },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' } },
  })

  const cn = (...commonNames: string[]): CsrOptions => ({ commonNames })
  const beside = (around: WorldOptions) => (options: CsrOptions) =>
    resultOf('name.confusable', makeCsr(options), around)
  itAnswers(beside({ nodes }), {
    'pass distinct': {
      another: { nodeName: 'worker-2' },
      'markup in its own name': { name: '<img src=x onerror=alert(1)>' },
    },
    'fail lookalike': {
      'a one that is an l': { nodeName: 'worker-l' },
      'a zero that is an o': { nodeName: 'w0rker-1' },
      'Cyrillic о': cn('system:node:wоrker-1'),
      'one of two names': cn('system:node:a', 'system:node:w0rker-1'),
    },
    'fail mixedScripts': {
      'Cyrillic о of no existing node': cn('system:node:wоrker-7'),
      'of another signer': { signerName: 'x.y/z', commonNames: ['jаne'] },
    },
    'fail falsePrefix': { 'a prefix in Cyrillic': cn('sуstem:node:worker-7') },
    'fail invisible': {
      'an override': cn('system:node:worker\u202e-7'),
      'zero width': cn('system:node:worker\u200b-1'),
    },
    'fail invisibleName': { 'a newline in its own name': { name: 'csr-1\ncsr-2' } },
  })
  itAnswers(beside({ machines: [makeMachineObject()] }), {
    'fail lookalike': { 'of a Machine that waits for its node': { nodeName: 'worker-l' } },
  })

  const EARLY = '2026-01-01T00:00:00Z'
  const LATE = '2026-11-24T11:00:00Z'
  const LATER = '2026-11-24T11:00:01Z'
  const aNode = (name: string, createdAt: string): WorldOptions => ({
    nodes: [makeNode({ name, createdAt })],
  })
  const aMachine = (name: string, createdAt: string): WorldOptions => ({
    machines: [makeMachineObject({ name: `m-${name}`, internalDns: [name], createdAt })],
  })
  const aRequest = (nodeName: string, createdAt: string, odd: CsrOptions = {}): WorldOptions => ({
    csrs: [makeCsr({ kind: 'client', nodeName, createdAt, ...odd })],
  })
  const both = (...worlds: WorldOptions[]): WorldOptions => ({
    nodes: worlds.flatMap(({ nodes: all = [] }) => all),
    machines: worlds.flatMap(({ machines = [] }) => machines),
    csrs: worlds.flatMap(({ csrs = [] }) => csrs),
  })
  const stranger: CsrOptions = { requestor: { username: 'eve', uid: '', groups: [], extra: {} } }

  /** The names whose further request, filed after all others, looks like the other. */
  const odd = (worlds: WorldOptions[]) => {
    const asks = (nodeName: string) => {
      const result = ask('name.confusable', makeCsr({ kind: 'client', nodeName }), both(...worlds))
      if (result === null || result.outcome === 'pass') return []
      return [`${result.finding} ${nodeName} of ${result.values.existing ?? '?'}`]
    }
    return [...asks('worker-1'), ...asks('worker-l')].join(', ')
  }
  const ODD_1 = 'lookalike worker-1 of worker-l'
  const ODD_L = 'lookalike worker-l of worker-1'
  describeAnswers('of look-alikes', odd, {
    [ODD_L]: {
      'of two Nodes the younger': [aNode('worker-1', EARLY), aNode('worker-l', LATE)],
      'a Node and a Machine, same second': [aNode('worker-1', LATE), aMachine('worker-l', LATE)],
      'a Machine likewise': [aRequest('worker-l', EARLY), aMachine('worker-1', LATER)],
      'of two that only ask the later': [aRequest('worker-1', EARLY), aRequest('worker-l', LATE)],
      'by the oldest request of each': [
        ...[aRequest('worker-1', EARLY), aRequest('worker-1', LATER)],
        aRequest('worker-l', LATE),
      ],
      'a stranger’s request counts for nobody but its own': [
        aRequest('worker-l', EARLY, stranger),
        aRequest('worker-1', LATE),
      ],
    },
    [ODD_1]: {
      'and the other way round': [aNode('worker-1', LATE), aNode('worker-l', EARLY)],
      'a Machine and a Node, same second': [aMachine('worker-1', LATE), aNode('worker-l', LATE)],
      'a Node is older than a request, whatever its age': [
        aRequest('worker-1', EARLY),
        aNode('worker-l', LATER),
      ],
      'of two that only ask, the other way round': [
        aRequest('worker-1', LATE),
        aRequest('worker-l', EARLY),
      ],
    },
    [`${ODD_1}, ${ODD_L}`]: {
      'both Nodes, same second': [aNode('worker-1', LATE), aNode('worker-l', LATE)],
      'both Machines, same second': [aMachine('worker-1', LATE), aMachine('worker-l', LATE)],
      'both only ask, same second': [aRequest('worker-1', LATE), aRequest('worker-l', LATE)],
    },
  })

  const listed = (...names: string[]): WorldOptions => ({
    expected: names.map((name) => ({ name, addresses: [], role: null })),
  })
  const answer = ([list, around = {}]: [WorldOptions, WorldOptions?]) => {
    const csr = makeCsr({ kind: 'client', nodeName: 'worker-l' })
    return resultOf('name.confusable', csr, { ...list, ...around })
  }
  describeAnswers('compares with the list of expected machines', answer, {
    'fail lookalike': {
      'one that is listed': [listed('worker-1')],
      'it is listed, the other is a Node': [listed('worker-l'), { nodes }],
    },
    'pass distinct': {
      'of a listed one both are': [listed('worker-1', 'worker-l')],
      'it is listed, the other asked before': [listed('worker-l'), aRequest('worker-1', EARLY)],
      'it is a Node, the other is listed': [listed('worker-1'), aNode('worker-l', EARLY)],
    },
  })

  it('a request is judged again when a look-alike is added to the list or removed', () => {
    const csr = makeCsr({ kind: 'client', nodeName: 'worker-l' })
    const world = makeWorld({ csrs: [csr], ...listed('worker-3') })
    const fails = ['worker-2', 'worker-1', 'worker-2'].map((name) => {
      world.setExpected(listed(name).expected ?? null)
      return judgeIn(world, csr).failing
    })
    expect(fails).toEqual([[], ['name.confusable'], []])
  })

  it('the oldest of three look-alikes passes, and the others look like it', () => {
    const around = both(
      aNode('worker-1', EARLY),
      aNode('worker-l', LATE),
      aRequest('w0rker-1', LATER),
    )
    const values = ['worker-1', 'worker-l', 'w0rker-1'].map(
      (nodeName) => ask('name.confusable', makeCsr({ kind: 'client', nodeName }), around)?.values,
    )
    expect(values).toEqual([
      {},
      { name: 'worker-l', existing: 'worker-1' },
      { name: 'w0rker-1', existing: 'worker-1' },
    ])
  })

  it('a denied request is no longer a look-alike', () => {
    const csrs = [denied(makeCsr({ kind: 'client', nodeName: 'worker-l', createdAt: EARLY }))]
    expect(resultOf('name.confusable', makeCsr({ kind: 'client' }), { csrs })).toBe('pass distinct')
  })

  it('the name of a request of another signer is compared with Nodes and Machines alone', () => {
    const asked = aRequest('worker-l', EARLY)
    const mesh = makeCsr({ signerName: 'x.y/z', commonNames: ['worker-1'] })
    expect(resultOf('name.confusable', mesh, asked)).toBe('pass distinct')
  })
})

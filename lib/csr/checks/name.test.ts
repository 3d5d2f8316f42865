import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import { approved, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'

describe('key.reuse', () => {
  const client = { kind: 'client', keyName: 'shared' } as const
  const other = makeCsr({ ...client, nodeName: 'worker-2' })
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, i) => makeCsr({ ...client, nodeName: `n-${count - i}` }))
  itTells('key.reuse', {
    unique: { of: client, outcome: 'pass' },
    shared: {
      of: client,
      around: { csrs: [makeCsr({ ...client, nodeName: 'worker-3' }), other] },
      outcome: 'fail',
      observed: ['fail worker-2 ← worker-2', 'fail worker-3 ← worker-3'],
      values: { nodes: 'worker-2, worker-3' },
    },
    sharedByMany: { of: client, around: { csrs: crowd(8) }, outcome: 'fail' },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' }, outcome: 'unknown' },
  })

  it('names all of the most that it names', () => {
    const result = ask('key.reuse', makeCsr(client), { csrs: crowd(7) })
    expect(result?.observed.map(({ value }) => value)).toEqual([
      'n-1',
      'n-2',
      'n-3',
      'n-4',
      'n-5',
      'n-6',
      'n-7',
    ])
  })

  it.each([
    ['a key of its own', makeCsr(), 'pass unique'],
    ['the same node again', makeCsr({ ...client, nodeName: 'worker-2' }), 'pass unique'],
    ['another node', makeCsr(client), 'fail shared'],
    [
      'another signer, no node',
      makeCsr({ ...client, signerName: 'x.y/z', commonNames: ['jane'] }),
      'fail shared',
    ],
  ])('%s', (_, csr, expected) => {
    expect(told('key.reuse', csr, { csrs: [other] })).toBe(expected)
  })

  it('fails on both sides, each naming the other', () => {
    const one = makeCsr(client)
    expect(ask('key.reuse', one, { csrs: [other] })?.values).toEqual({ nodes: 'worker-2' })
    expect(ask('key.reuse', other, { csrs: [one] })?.values).toEqual({ nodes: 'worker-1' })
  })

  it('remembers keys of issued certificates', () => {
    const csrs = [approved(other, '2026-11-24T12:05:00Z', 'issued')]
    expect(told('key.reuse', makeCsr(client), { csrs })).toBe('fail shared')
  })

  it('does not let a stranger spoil a request by copying its public key', () => {
    const copy = makeCsr({ ...client, nodeName: 'worker-9', badSignature: true })
    expect(told('key.reuse', makeCsr(client), { csrs: [copy] })).toBe('pass unique')
    expect(told('key.reuse', copy, { csrs: [makeCsr(client)] })).toBe('fail shared')
  })
})

describe('name.confusable', () => {
  const nodes = [makeNode()]
  const called = (name: string) => ({ of: { commonNames: [`system:node:${name}`] } })
  itTells('name.confusable', {
    distinct: { around: { nodes }, outcome: 'pass' },
    lookalike: {
      ...called('worker-l'),
      around: { nodes: [makeNode({ name: 'worker-I' }), ...nodes] },
      outcome: 'fail',
      observed: ['fail CN worker-l ← worker-1'],
      values: { name: 'worker-l', existing: 'worker-1' },
    },
    mixedScripts: {
      ...called('wоrker-7'),
      outcome: 'fail',
      observed: ['fail CN wоrker-7'],
      values: { name: 'wоrker-7' },
    },
    invisible: {
      ...called('a\u200b'),
      outcome: 'fail',
      observed: ['fail CN system:node:a\u200b'],
      values: { name: 'system:node:a\u200b' },
    },
    invisibleName: {
      of: { name: 'csr-\u202egpj' },
      outcome: 'fail',
      observed: ['fail name csr-\u202egpj'],
      values: { name: 'csr-\u202egpj' },
    },
    falsePrefix: {
      of: { commonNames: ['System:node:worker-7'] },
      outcome: 'fail',
      observed: ['fail CN System:node:worker-7'],
      values: { name: 'System:node:worker-7' },
    },
    nodesUnreadable: { around: { readable: { nodes: false } }, outcome: 'unknown' },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' }, outcome: 'unknown' },
  })

  const cases: readonly (readonly [string, CsrOptions, string])[] = [
    ['the very same name', {}, 'pass distinct'],
    ['another', { nodeName: 'worker-2' }, 'pass distinct'],
    ['a one that is an l', { nodeName: 'worker-l' }, 'fail lookalike'],
    ['a zero that is an o', { nodeName: 'w0rker-1' }, 'fail lookalike'],
    ['Cyrillic о', { commonNames: ['system:node:wоrker-1'] }, 'fail lookalike'],
    [
      'Cyrillic о of no existing node',
      { commonNames: ['system:node:wоrker-7'] },
      'fail mixedScripts',
    ],
    [
      'one of two names',
      { commonNames: ['system:node:a', 'system:node:w0rker-1'] },
      'fail lookalike',
    ],
    ['a prefix in Cyrillic', { commonNames: ['sуstem:node:worker-7'] }, 'fail falsePrefix'],
    ['a prefix in capitals', { commonNames: ['System:node:worker-7'] }, 'fail falsePrefix'],
    ['an override', { commonNames: ['system:node:worker\u202e-7'] }, 'fail invisible'],
    ['zero width', { commonNames: ['system:node:worker\u200b-1'] }, 'fail invisible'],
    ['an override in its own name', { name: 'csr-\u202egpj' }, 'fail invisibleName'],
    ['a newline in its own name', { name: 'csr-1\ncsr-2' }, 'fail invisibleName'],
    ['markup in its own name', { name: '<img src=x onerror=alert(1)>' }, 'pass distinct'],
    ['of another signer', { signerName: 'x.y/z', commonNames: ['jаne'] }, 'fail mixedScripts'],
  ]
  it.each(cases)('%s', (_, options, expected) => {
    expect(told('name.confusable', makeCsr(options), { nodes })).toBe(expected)
  })

  it('compares with Machines that wait for their node', () => {
    const machines = [makeMachineObject()]
    expect(told('name.confusable', makeCsr({ nodeName: 'worker-l' }), { machines })).toBe(
      'fail lookalike',
    )
  })

  it('takes the younger of two nodes for the odd one', () => {
    const pair = [
      makeNode({ createdAt: '2026-01-01T00:00:00Z' }),
      makeNode({ name: 'worker-l', createdAt: '2026-11-24T11:00:00Z' }),
    ]
    expect(told('name.confusable', makeCsr(), { nodes: pair })).toBe('pass distinct')
    expect(told('name.confusable', makeCsr({ nodeName: 'worker-l' }), { nodes: pair })).toBe(
      'fail lookalike',
    )
  })

  it('flags both of two that are of the same age', () => {
    const pair = [makeNode(), makeNode({ name: 'worker-l' })]
    for (const nodeName of ['worker-1', 'worker-l']) {
      expect(told('name.confusable', makeCsr({ nodeName }), { nodes: pair })).toBe('fail lookalike')
    }
  })
})

import { describe, expect, it } from 'vitest'
import { makeMachine, makeRequest } from '#components/machines/fixtures/make-machine.ts'
import { findEntries, type SearchSpace } from '#components/palette/entries.ts'

const nothing = () => {}
const node = {
  ready: true,
  status: 'Ready',
  roles: [],
  version: 'v1.36.3',
  addresses: [{ type: 'InternalIP', address: '10.20.2.11' }],
  createdAt: '2026-11-24T14:00:00Z',
  readySince: null,
  problem: null,
}
const space: SearchSpace = {
  commands: [{ id: 'theme', name: 'Switch between light and dark', hint: '', run: nothing }],
  machines: [
    makeMachine({ name: 'infra-worker-2' }),
    makeMachine({ name: 'worker-1' }),
    makeMachine({ name: 'worker-9', waiting: false, stage: 'ready', node }),
  ],
  requests: [makeRequest({ uid: 'u1', name: 'csr-\u202eworker' })],
  openMachine: nothing,
  openRequest: nothing,
}
const found = (text: string) =>
  findEntries(text, space).map(({ group, name }) => `${group} ${name}`)

describe('searching', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing typed: what can be done', '', ['commands Switch between light and dark']],
    ['a command by its words', 'dark light', ['commands Switch between light and dark']],
    ['an address finds its node', '10.20.2.11', ['nodes worker-9']],
    ['what is not there', 'zebra', []],
    [
      'names that begin with it come first',
      'worker',
      [
        'machines worker-1',
        'machines infra-worker-2',
        'requests csr-\u202eworker',
        'nodes worker-9',
      ],
    ],
    ['an invisible character is found by its escape', '\\u202e', ['requests csr-\u202eworker']],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  describe('among sixty nodes of such a name', () => {
    const many = Array.from({ length: 60 }, (_, at) =>
      makeMachine({
        name: `worker-${100 + at}`,
        waiting: false,
        stage: 'ready',
        node: { ...node, addresses: [{ type: 'InternalIP', address: `10.20.1.${at}` }] },
      }),
    )
    const of = (text: string, ...machines: SearchSpace['machines']) =>
      findEntries(text, { ...space, commands: [], requests: [], machines: [...many, ...machines] })

    it('a machine that waits is found', () => {
      const found = of('worker', makeMachine({ name: 'worker-zz' }))
      expect(found.map(({ group }) => group)).toEqual(['machines', ...Array(6).fill('nodes')])
    })

    it.each([
      ['the node that is called so', 'worker-159', 'worker-159'],
      ['the node with this address', '10.20.1.1', 'worker-101'],
      ['the machine that is called so', 'Worker-1', 'worker-1'],
    ])('%s comes first', (_, text, name) => {
      const waiting = ['worker-15', 'worker-1', 'worker-1590', '10.20.1.11'].map((name) =>
        makeMachine({ name }),
      )
      expect(of(text, ...waiting)[0]?.name).toBe(name)
    })
  })
})

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
})

import { describe, expect, it } from 'vitest'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { makeNode, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { searchAll } from '#lib/web/views/search-view.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { SEARCH_HITS } from '#lib/wire/views.ts'

const machine = (name: string, odd: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, requests: [], ...odd })
const node = (name: string, address = '10.20.2.11') =>
  machine(name, {
    waiting: false,
    stage: 'ready',
    node: makeNode({ roles: ['gpu'], addresses: [{ type: 'InternalIP', address }] }),
  })
const found = (views: ReturnType<typeof viewsOf>, text: string) =>
  searchAll(views, text).flatMap(({ kind, hits }) => hits.map(({ name }) => `${kind} ${name}`))

const VIEWS = viewsOf({
  machines: [machine('infra-worker-2'), machine('worker-1'), node('worker-9')],
  others: [makeRequest({ uid: 'u1', name: 'csr-\u202eworker', nodeName: null })],
})

it.each<[string, string, readonly string[]]>([
  ['nothing typed', ' ', []],
  ['an address finds its node', '10.20.2.11', ['nodes worker-9']],
  ['a word that occurs nowhere', 'zebra', []],
  ['a role is not searched for', 'gpu', []],
  [
    'names that begin with it come first',
    'worker',
    ['machines worker-1', 'machines infra-worker-2', 'requests csr-\u202eworker', 'nodes worker-9'],
  ],
  ['an invisible character is found by its escape', '\\u202e', ['requests csr-\u202eworker']],
])('a search finds by names and addresses: %s', (_, text, expected) => {
  expect(found(VIEWS, text)).toEqual(expected)
})

describe('finds a name among sixty similar nodes', () => {
  const many = Array.from({ length: 60 }, (_, at) => node(`worker-${100 + at}`, `10.20.1.${at}`))
  const of = (text: string, ...machines: JudgedMachine[]) =>
    found(viewsOf({ machines: [...many, ...machines] }), text)

  it('a search among many nodes finds a waiting machine, and lists few hits of each kind', () => {
    expect(of('worker', machine('worker-zz')).map((hit) => hit.split(' ')[0])).toEqual([
      'machines',
      ...Array<string>(SEARCH_HITS).fill('nodes'),
    ])
  })

  it.each([
    ['the node of this name', 'worker-159', 'nodes worker-159'],
    ['the node with this address', '10.20.1.1', 'nodes worker-101'],
    ['the machine of this name', 'Worker-1', 'machines worker-1'],
    ['a name that begins so', 'zz', 'nodes zz-1'],
  ])('among many nodes %s comes first', (_, text, expected) => {
    const waiting = ['worker-15', 'worker-1', 'worker-1590', '10.20.1.11'].map((name) =>
      machine(name),
    )
    const buried = Array.from({ length: 9 }, (_each, n) => node(`a-${n}-zz`))
    expect(of(text, ...waiting, ...buried, node('zz-1'))[0]).toBe(expected)
  })
})

it('each hit has a hint', () => {
  const [machines, requests, nodes] = searchAll(VIEWS, 'worker')
  expect(machines?.hits[0]).toEqual({ key: 'worker-1', name: 'worker-1', hint: 'clientRequested' })
  expect(requests?.hits[0]).toMatchObject({
    key: 'u1',
    hint: expect.stringContaining('bootstrapper'),
  })
  expect(nodes?.hits[0]).toMatchObject({ key: 'worker-9', hint: 'Ready' })
})

import { expect, it } from 'vitest'
import { type KubeletStatus, keepNodesInView } from '#lib/cluster/nodes-in-view.ts'
import { SHOWN_MS } from '#lib/kube/kubelet/kubelet-survey.ts'

function viewWith(said: Record<string, KubeletStatus> = {}) {
  let now = Date.parse('2026-11-24T12:00:00Z')
  const view = keepNodesInView({ statusOf: (name) => said[name] ?? 'nothing', now: () => now })
  return {
    said,
    show: (names: readonly string[], person = 'kim') => view.show(names, person),
    names: () => [...view.names()],
    pass(ms: number) {
      now += ms
    },
  }
}

it('a Node is in view for a while after a page has said so, and again when it says so again', () => {
  const { show, names, pass } = viewWith()
  show(['worker-1', 'worker-2'])
  pass(SHOWN_MS - 1)
  show(['worker-2'])
  expect(names()).toEqual(['worker-1', 'worker-2'])
  pass(1)
  expect(names()).toEqual(['worker-2'])
  pass(SHOWN_MS)
  expect(names()).toEqual([])
})

it.each(['certificate', 'gone'] as const)(
  'a node that was found without a certificate stays in view until it is otherwise: %s',
  (otherwise) => {
    const { said, show, names, pass } = viewWith({ 'worker-1': 'none' })
    show(['worker-1', 'worker-2'])
    pass(10 * SHOWN_MS)
    expect(names()).toEqual(['worker-1'])
    // It does not answer for a while.
    said['worker-1'] = 'nothing'
    pass(10 * SHOWN_MS)
    expect(names()).toEqual(['worker-1'])
    said['worker-1'] = otherwise
    expect(names()).toEqual([])
  },
)

const crowd = (count: number) => Array.from({ length: count }, (_, index) => `crowd-${index}`)

it('the latest of very many nodes are in view, and scrolling past them pushes out none without a certificate', () => {
  const { show, names } = viewWith({ 'worker-1': 'none' })
  show(['worker-1'])
  for (const name of crowd(1_000)) show([name])
  show(['crowd-700'])
  expect(names()).toHaveLength(401)
  expect(names().slice(-3)).toEqual(['crowd-999', 'crowd-700', 'worker-1'])
})

it('the latest of very many nodes without a certificate are in view, too', () => {
  const all = crowd(1_000)
  const { show, names, pass } = viewWith(Object.fromEntries(all.map((name) => [name, 'none'])))
  for (const name of all) show([name])
  pass(SHOWN_MS)
  expect(names()).toEqual(all.slice(-400))
})

it('a person who shows very many nodes pushes out none that others show, nor by showing theirs', () => {
  const { show, names } = viewWith()
  const lees = Array.from({ length: 100 }, (_, index) => `worker-${index}`)
  show(lees, 'lee')
  show(lees, 'eve')
  for (const person of ['eve', 'mallory']) show(crowd(1_000), person)
  expect(names()).toHaveLength(400)
  expect(names()).toEqual(expect.arrayContaining(lees))
})

import { expect, it } from 'vitest'
import { IN_VIEW_MS, keepNodesInView } from '#lib/server/nodes-in-view.ts'

function viewWith(broken: ReadonlySet<string> = new Set()) {
  let now = Date.parse('2026-11-24T12:00:00Z')
  const view = keepNodesInView({ isBroken: (name) => broken.has(name), now: () => now })
  return {
    show: view.show,
    names: () => [...view.names()],
    pass(ms: number) {
      now += ms
    },
  }
}

it('a Node is in view for a while after a page has said so, and again when it says so again', () => {
  const { show, names, pass } = viewWith()
  show(['worker-1', 'worker-2'])
  pass(IN_VIEW_MS - 1)
  show(['worker-2'])
  expect(names()).toEqual(['worker-1', 'worker-2'])
  pass(1)
  expect(names()).toEqual(['worker-2'])
  pass(IN_VIEW_MS)
  expect(names()).toEqual([])
})

it('who was found without a certificate stays until it has one', () => {
  const broken = new Set(['worker-1'])
  const { show, names, pass } = viewWith(broken)
  show(['worker-1', 'worker-2'])
  pass(10 * IN_VIEW_MS)
  expect(names()).toEqual(['worker-1'])
  broken.clear()
  expect(names()).toEqual([])
})

it('of very many the latest', () => {
  const { show, names } = viewWith()
  for (let index = 0; index < 1_000; index += 1) show([`worker-${index}`])
  show(['worker-700'])
  expect(names()).toHaveLength(400)
  expect(names().slice(-2)).toEqual(['worker-999', 'worker-700'])
})

import { expect, it } from 'vitest'
import { waitsForNodes } from '#lib/csr/machine/operator-waits.ts'

const waiting = { some: true, has: (name: string): boolean => name === 'worker-1.example.com' }
const nobody = { some: false, has: () => false }

it.each<readonly [string, string, typeof waiting, boolean]>([
  ['the scheduler finds no node', '0/3 nodes are available: 3 Insufficient cpu.', waiting, true],
  ['a daemon set awaits nodes', 'multus is not available (awaiting 2 nodes)', waiting, true],
  ['pods wait for nodes', 'unscheduled pods wait for nodes', waiting, true],
  ['no ready nodes', 'NoReadyNodes: no ready nodes found for the pool', waiting, true],
  ['it names a node that waits', 'node "worker-1.example.com", no route', waiting, true],
  ['it names another node', 'node "worker-2.example.com", no route', waiting, false],
  ['part of a name', 'worker-1.example.com.evil is not reached', waiting, false],
  ['another trouble', 'RouteHealthAvailable: route returned 503', waiting, false],
  ['nodes are missing, and none waits', '0/3 nodes are available', nobody, false],
])('an operator’s message is about waiting nodes: %s', (_, message, world, expected) => {
  expect(waitsForNodes(message, world)).toBe(expected)
})

import { expect, it } from 'vitest'
import type { MachineRow } from '#lib/csr/machine/rows.ts'
import { toListed } from '#lib/live/apply.ts'
import { makeMachine, makeSnapshot, NOW } from '#lib/live/fixtures/cluster.ts'
import { buildBoard, NO_FILTER } from '#lib/query/board.ts'
import { type ExecAndLogsOfNodes, execAndLogsOfNodes } from '#lib/query/exec-and-logs.ts'

const NODE: NonNullable<MachineRow['node']> = {
  uid: 'n',
  ready: true,
  status: 'Ready',
  roles: [],
  version: '',
  addresses: [],
  createdAt: '',
  readySince: null,
  problem: null,
}
const ready = (execAndLogs: MachineRow['execAndLogs']) =>
  makeMachine({ name: execAndLogs, node: NODE, execAndLogs })
const notReady = (execAndLogs: MachineRow['execAndLogs']) =>
  makeMachine({ name: `not-${execAndLogs}`, node: { ...NODE, ready: false }, execAndLogs })
const noNode = makeMachine({ name: 'to-come' })

it.each<[string, MachineRow[], ExecAndLogsOfNodes]>([
  ['no machine', [], 'noneReady'],
  ['no Node', [noNode], 'noneReady'],
  ['no Node is Ready', [notReady('available'), notReady('unknown')], 'noneReady'],
  ['on each it is known to work', [ready('available'), noNode], 'available'],
  ['of one that is Ready nobody can say', [ready('available'), ready('unknown')], 'unknown'],
  [
    'nobody can say of one that is NotReady',
    [ready('available'), notReady('unknown')],
    'available',
  ],
  [
    'on one it does not',
    [ready('available'), ready('unknown'), ready('unavailable')],
    'unavailable',
  ],
  [
    'on one that is NotReady it does not',
    [ready('available'), notReady('unavailable')],
    'unavailable',
  ],
  ['on none that is there it does, and none is Ready', [notReady('unavailable')], 'unavailable'],
])('%s: %#', (_, machines, expected) => {
  const snapshot = toListed(makeSnapshot({ machines, others: [] }))
  expect(execAndLogsOfNodes(buildBoard(snapshot, NO_FILTER, NOW).counts)).toBe(expected)
})

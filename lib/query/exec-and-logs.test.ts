import { expect, it } from 'vitest'
import { type ExecAndLogsOfNodes, execAndLogsOfNodes } from '#lib/query/exec-and-logs.ts'

const counts = (nodes: number, notReady: number, without: number, unknown: number) => ({
  nodes,
  notReady,
  withoutExecAndLogs: without,
  execAndLogsUnknown: unknown,
})

it.each<[string, ReturnType<typeof counts>, ExecAndLogsOfNodes]>([
  ['no Node', counts(0, 0, 0, 0), 'noneReady'],
  ['no Node is Ready', counts(2, 2, 0, 0), 'noneReady'],
  ['on each it is known to work', counts(1, 0, 0, 0), 'available'],
  ['of one that is Ready nobody can say', counts(2, 0, 0, 1), 'unknown'],
  ['one is NotReady', counts(2, 1, 0, 0), 'available'],
  ['on one it does not', counts(3, 0, 1, 1), 'unavailable'],
  ['on one that is NotReady it does not', counts(2, 1, 1, 0), 'unavailable'],
  ['on none that is there it does, and none is Ready', counts(1, 1, 1, 0), 'unavailable'],
])('exec and logs work by what is known of the Nodes: %s', (_, of, expected) => {
  expect(execAndLogsOfNodes(of)).toBe(expected)
})

import type { BoardCounts } from '#lib/wire/views.ts'

/**
 * State of exec and logs in the whole cluster, the worst first: `noneReady` without a Ready node,
 * `unknown` where at least one node's state is unknown.
 */
export type ExecAndLogsOfNodes = 'unavailable' | 'noneReady' | 'unknown' | 'available'

export function execAndLogsOfNodes({
  nodes,
  notReady,
  withoutExecAndLogs,
  execAndLogsUnknown,
}: Pick<
  BoardCounts,
  'nodes' | 'notReady' | 'withoutExecAndLogs' | 'execAndLogsUnknown'
>): ExecAndLogsOfNodes {
  if (withoutExecAndLogs > 0) return 'unavailable'
  if (nodes === notReady) return 'noneReady'
  return execAndLogsUnknown > 0 ? 'unknown' : 'available'
}

import type { BoardCounts } from '#lib/wire/views.ts'

/**
 * What may be said of exec and logs in the whole cluster, the worst first: `noneReady` where there
 * is no Ready node to say it of, `unknown` where of at least one nobody can say.
 */
export type ExecAndLogsOfNodes = 'unavailable' | 'noneReady' | 'unknown' | 'available'

type NodeCounts = Pick<
  BoardCounts,
  'nodes' | 'notReady' | 'withoutExecAndLogs' | 'execAndLogsUnknown'
>

export function execAndLogsOfNodes({
  nodes,
  notReady,
  withoutExecAndLogs,
  execAndLogsUnknown,
}: NodeCounts): ExecAndLogsOfNodes {
  if (withoutExecAndLogs > 0) return 'unavailable'
  if (nodes === notReady) return 'noneReady'
  return execAndLogsUnknown > 0 ? 'unknown' : 'available'
}

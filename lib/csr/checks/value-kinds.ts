import type { FINDING_VALUES, TabledCode } from '#lib/csr/checks/check-findings.ts'

type ValueName = (typeof FINDING_VALUES)[TabledCode][number]

/** Finding values that the pages format first: times, and numbers of seconds. */
export const VALUE_KINDS: ReadonlyMap<string, 'time' | 'seconds'> = new Map<
  ValueName,
  'time' | 'seconds'
>([
  ['since', 'time'],
  ['createdAt', 'time'],
  ['deniedAt', 'time'],
  ['seconds', 'seconds'],
  ['max', 'seconds'],
])

import type { FINDING_VALUES, TabledCode } from '#lib/csr/checks/check-findings.ts'

/** Finding values that the pages format first: times, and numbers of seconds. */
export const VALUE_KINDS: ReadonlyMap<string, 'time' | 'seconds'> = new Map<
  (typeof FINDING_VALUES)[TabledCode][number],
  'time' | 'seconds'
>([
  ['since', 'time'],
  ['createdAt', 'time'],
  ['deniedAt', 'time'],
  ['seconds', 'seconds'],
  ['max', 'seconds'],
])

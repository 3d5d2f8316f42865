import type { FindingValue } from '#lib/csr/check-facts.ts'

/** Finding values that the pages format first: times, and numbers of seconds. */
export const VALUE_KINDS: ReadonlyMap<string, 'time' | 'seconds'> = new Map<
  FindingValue,
  'time' | 'seconds'
>([
  ['since', 'time'],
  ['createdAt', 'time'],
  ['deniedAt', 'time'],
  ['seconds', 'seconds'],
  ['max', 'seconds'],
])

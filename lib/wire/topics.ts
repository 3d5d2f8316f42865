export const TOPICS = [
  'machines',
  'requests',
  'nodes',
  'kubelets',
  'activity',
  'alarms',
  'summary',
  'expected',
  'policy',
] as const
export type Topic = (typeof TOPICS)[number]

/**
 * Something changed in these topics: ask again for what is on screen, unless its `revision` is this
 * one or a later one. A stream sends it at once, then at most every 50 ms: a burst costs a page at
 * most 20 questions a second, and fewer where an answer takes longer.
 */
export interface Changed {
  readonly epoch: string
  readonly revision: number
  readonly topics: readonly Topic[]
  /**
   * Names of changed machines and uids of changed requests without a machine: what a page of one
   * machine or request asks again by. Null when there are more than KEYS_LISTED: any may have changed.
   */
  readonly keys: readonly string[] | null
}

export const KEYS_LISTED = 20

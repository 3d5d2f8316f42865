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
 * The topics that changed: the page asks again for what is on screen, unless it has this `revision`
 * or a later one. A stream sends it at once, then at most every 50 ms. A burst costs a page at most
 * 20 questions a second, and fewer where answers take longer.
 */
export interface Changed {
  readonly epoch: string
  readonly revision: number
  readonly topics: readonly Topic[]
  /**
   * Names of changed machines, and uids of changed requests without a machine: pages of one machine
   * or request ask again by them. Null for more than KEYS_LISTED: any may have changed.
   */
  readonly keys: readonly string[] | null
}

export const KEYS_LISTED = 20

import type { ProblemCode } from '#lib/refusals/problem.ts'

/** A bound on what callers use up. */
export interface Limit {
  /** The bounded things, as docs/http-api.md calls them. */
  readonly what: string
  /** Unit of the numbers: a count unless given; `gap` has milliseconds between two. */
  readonly unit?: 'bytes' | 'gap'
  /** Most of one person in all their sessions, or of one address; absent without a bound. */
  readonly ofOne?: number
  /** Most of all people, or of all addresses; absent without a bound. */
  readonly inAll?: number
  /** Most of a person who is let in although all people have as much as allowed; none unless given. */
  readonly few?: number
  /** Code of the answer beyond it; absent where no call is refused. */
  readonly code?: ProblemCode
  /** Consequence beyond it, or the exception to the code. */
  readonly beyond?: string
}

/**
 * Limits of one person, and of all people together. Lengths of a body are in
 * lib/web/door/route-table.ts. On a laptop, whose one person nobody waits for, `calls`, `acts`,
 * `turns`, `sentBodies`, the streams of one person and `writes` in all have no bound. In all,
 * `turns` and `sentBodies` are within `calls`.
 */
export const OF_PEOPLE = {
  calls: {
    what: 'calls under way, streams included',
    ofOne: 128,
    inAll: 1_000,
    few: 32,
    code: 'tooManyCalls',
  },
  acts: {
    what: 'acts on runs, documents, the kill switch, the brake, alarms and the webhook, a minute',
    ofOne: 60,
    inAll: 600,
    few: 8,
    code: 'tooManyCalls',
    beyond: 'stopping and pausing count by themselves',
  },
  turns: {
    what: 'calls worked on at a time, streams and decisions aside',
    ofOne: 8,
    beyond: 'the others wait; people take turns',
  },
  sentBodies: { what: 'bodies on their way', ofOne: 8, code: 'tooManyCalls' },
  bodies: {
    what: 'bodies until their calls are answered',
    unit: 'bytes',
    ofOne: 4 * 2 ** 20,
    inAll: 64 * 2 ** 20,
    code: 'tooManyCalls',
    beyond: 'one of 64 KiB is let in beside those of others',
  },
  sessions: {
    what: 'sessions',
    ofOne: 10,
    inAll: 2_000,
    beyond: 'the oldest ends, in all of the person with the most',
  },
  blindSessions: {
    what: 'sessions of people who may not see, beside the others',
    inAll: 200,
    beyond: 'the oldest ends, of the person with the most',
  },
  refusedTokens: {
    what: 'tokens of a proxy that are refused after their session',
    inAll: 10_000,
    beyond: 'of the person with the most, the one refused first is forgotten',
  },
  laptopSessions: { what: 'sessions on a laptop', inAll: 100, beyond: 'the oldest ends' },
  sessionLines: {
    what: 'lines in the log of sign-ins of people who may see, a minute',
    ofOne: 5,
    inAll: 2_000,
    beyond: 'the others are counted',
  },
  streams: {
    what: 'streams',
    ofOne: 30,
    inAll: 250,
    code: 'tooManyStreams',
    beyond: 'the person with the most loses the newest for a person who has fewer',
  },
  plans: {
    what: 'plans',
    inAll: 50,
    beyond: 'the person with the most loses the one read longest ago',
  },
  runs: {
    what: 'runs under way',
    ofOne: 200,
    inAll: 1_000,
    few: 40,
    code: 'tooManyRuns',
  },
  runItems: {
    what: 'items of runs under way',
    inAll: 100_000,
    code: 'tooManyRuns',
    beyond: 'a person without a run begins one',
  },
  endedRuns: {
    what: 'runs that have ended',
    inAll: 50,
    beyond:
      'dismissed ones of an earlier process go first; then the person with the most loses the oldest, unread reports of plans last',
  },
  writes: {
    what: 'decisions written at a time',
    ofOne: 40,
    inAll: 160,
    beyond: 'the others wait; fewer while the API server is slow; each person who writes has one',
  },
  reviews: {
    what: 'reviews of rights at a time',
    inAll: 8,
    beyond: 'the others wait, at most five seconds',
  },
  previews: {
    what: 'previews, forecasts, scripts of plans and saves of a list at a time',
    ofOne: 1,
    inAll: 4,
    beyond: 'the others wait; people take turns',
  },
  recordReads: {
    what: 'reads of the record at a time',
    ofOne: 1,
    inAll: 4,
    beyond: 'the others wait; people take turns',
  },
  recordedTries: {
    what: 'tries in the record that changed nothing, a minute',
    ofOne: 300,
    inAll: 3_000,
    few: 8,
    beyond: 'the others are counted there; standard output has all',
  },
  retries: {
    what: 'retries, and reviews of the person’s rights with them or for a page that may not see',
    unit: 'gap',
    ofOne: 2_000,
    inAll: 2_000,
    beyond: 'one does for all; never within a `Retry-After`',
  },
  leaseReads: {
    what: 'reads of the approver’s Lease for a page',
    unit: 'gap',
    inAll: 1_000,
    beyond: 'one does for all',
  },
  messages: {
    what: 'tests of the webhook, and messages sent again',
    unit: 'gap',
    ofOne: 10_000,
    inAll: 2_000,
    code: 'slowDown',
  },
  queuedMessages: {
    what: 'messages that wait for the webhook',
    inAll: 100,
    code: 'slowDown',
    beyond: 'of the cluster’s own one is dropped, a test first and an alarm last',
  },
  nodesInView: {
    what: 'Nodes on screen whose kubelets are asked',
    inAll: 400,
    beyond: 'the person with the most loses the one shown longest ago',
  },
} as const satisfies Readonly<Record<string, Limit>>

/** Limits of callers without a session. */
export const OF_STRANGERS = {
  bodies: {
    what: 'bodies on their way, each counted as 16 KiB at least',
    unit: 'bytes',
    inAll: 4 * 2 ** 20,
    beyond: 'the oldest of the address with the most is cut',
  },
  pages: { what: 'pages that wait to be drawn, one at a time', inAll: 1_000, code: 'tooManyCalls' },
  signIns: {
    what: 'sign-ins tried at a time, by each way',
    ofOne: 5,
    inAll: 30,
    beyond: 'the others wait; after 30 wrong ones five are tried in all, a second later one more',
  },
  waitingSignIns: {
    what: 'sign-ins that wait, by each way',
    inAll: 200,
    code: 'slowDown',
    beyond: 'chance decides which of the address with the most is dropped',
  },
  signInLines: {
    what: 'lines of sign-ins in the log, a minute',
    ofOne: 5,
    inAll: 10,
    beyond: 'the others are counted',
  },
  wrongKeys: {
    what: 'wrong launch keys at a time',
    inAll: 30,
    code: 'slowDown',
    beyond: 'a second later one more; the right key is never refused',
  },
} as const satisfies Readonly<Record<string, Limit>>

/** Whether one more is beyond the limit, for a person with `theirs` while all people have `all`. */
export function isBeyond(
  {
    ofOne = Number.POSITIVE_INFINITY,
    inAll = Number.POSITIVE_INFINITY,
    few = 0,
  }: Pick<Limit, 'ofOne' | 'inAll' | 'few'>,
  theirs: number,
  all: number,
): boolean {
  return theirs >= ofOne || (all >= inAll && theirs >= few)
}

/** All of the person, or address, that has the most: one of these goes where there are too many. */
export function ofTheMost<One>(
  all: Iterable<One>,
  whose: (one: One) => string,
  weigh: (one: One) => number = () => 1,
): readonly One[] {
  const sum = (theirs: readonly One[]) => theirs.reduce((total, one) => total + weigh(one), 0)
  return [...Map.groupBy(all, whose).values()].reduce<readonly One[]>(
    (most, theirs) => (sum(theirs) > sum(most) ? theirs : most),
    [],
  )
}

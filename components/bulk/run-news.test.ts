import { describe, expect, it } from 'vitest'
import { newsOfRun, type RunHeard, type RunNews } from '#components/bulk/run-news.ts'
import type { Pause, RunSummary } from '#lib/query/domain-types.ts'
import { makeRun } from '#lib/query/fixtures/server.ts'

function run(decided: number, total: number, fields: Partial<RunSummary> = {}): RunSummary {
  const progress = { total, decided, open: total - decided }
  return makeRun({ revision: 0, user: 'kim', startedAt: 0, progress, ...fields })
}

const lost = (until: number, why: Pause['why'] = 'actorUnknown') =>
  ({ status: 'paused', pause: { why, until } }) as const
const paused = (why: Pause['why']) => ({ status: 'paused', pause: { why, until: null } }) as const

/** Announcements for these states in order: their kinds, with the approvals by then. */
function told(...runs: readonly (RunSummary | null)[]): string {
  let heard: RunHeard | null = null
  const all: RunNews[] = []
  for (const one of runs) {
    const { news, heard: next } = newsOfRun(heard, one)
    heard = next
    if (news !== null) all.push(news)
  }
  return all
    .map((news) => {
      if (news.kind === 'progress') return `${news.decided} of ${news.total}`
      return news.kind === 'paused' ? `paused for ${news.why}` : news.kind
    })
    .join(', ')
}

describe('what is said of a bulk run', () => {
  const upTo = (count: number) => Array.from({ length: count + 1 }, (_, at) => run(at, 100))

  it.each<[what: string, runs: readonly (RunSummary | null)[], expected: string]>([
    ['nothing while there is none', [null, null], ''],
    ['its start', [null, run(0, 100)], 'started'],
    ['each quarter, not each request', upTo(99), 'started, 25 of 100, 50 of 100, 75 of 100'],
    ['several quarters at once: the last', [run(0, 100), run(80, 100)], 'started, 80 of 100'],
    ['few requests: the start and the end', [run(0, 4), run(2, 4), run(3, 4)], 'started'],
    [
      'a quarter once, though more requests arrive',
      [run(0, 40), run(10, 40), run(10, 50), run(13, 50)],
      'started, 10 of 40',
    ],
    [
      'a pause and its end',
      [run(0, 4), run(1, 4, paused('person')), run(1, 4)],
      'started, paused for person, resumed',
    ],
    [
      'a busy cluster once',
      [
        run(0, 4),
        run(1, 4, paused('throttled')),
        run(1, 4),
        run(2, 4, paused('throttled')),
        run(2, 4),
      ],
      'started, paused for throttled',
    ],
    [
      'after a busy cluster, a pause for another reason and its end',
      [
        run(0, 4),
        run(1, 4, paused('throttled')),
        run(1, 4),
        run(2, 4, paused('disconnected')),
        run(2, 4),
        run(3, 4, paused('person')),
        run(3, 4),
      ],
      'started, paused for throttled, paused for disconnected, resumed, paused for person, resumed',
    ],
    [
      'a pause that comes while the cluster is busy, and its end',
      [
        run(0, 4),
        run(1, 4, paused('throttled')),
        run(1, 4, paused('person')),
        run(1, 4, paused('person')),
        run(1, 4),
      ],
      'started, paused for throttled, paused for person, resumed',
    ],
    [
      'the end of a pause that a busy cluster has made longer',
      [
        run(0, 4),
        run(1, 4, paused('throttled')),
        run(1, 4),
        run(1, 4, paused('disconnected')),
        run(1, 4, paused('throttled')),
        run(1, 4),
      ],
      'started, paused for throttled, paused for disconnected, resumed',
    ],
    [
      'of a lost batch nothing before the feed has said why',
      [run(0, 4), run(1, 4, lost(3_000)), run(1, 4), run(1, 4, paused('notRead')), run(1, 4)],
      'started, paused for notRead, resumed',
    ],
    [
      'of a batch that is lost now and then nothing, while it gets further',
      [run(0, 4), run(1, 4, lost(3_000)), run(1, 4), run(2, 4, lost(9_000)), run(2, 4)],
      'started',
    ],
    [
      'that it is lost again and again, once; and its end when it has got further',
      [
        run(0, 4),
        run(1, 4, lost(3_000)),
        run(1, 4),
        run(1, 4, lost(9_000)),
        run(1, 4),
        run(1, 4, lost(15_000)),
        run(1, 4),
        run(2, 4),
      ],
      'started, paused for actorUnknown, resumed',
    ],
    [
      'the same where nobody has seen the tries between',
      [run(0, 4), run(1, 4, lost(3_000)), run(1, 4, lost(9_000))],
      'started, paused for actorUnknown',
    ],
    [
      'then what the feed says of it, and its end',
      [
        run(0, 4),
        run(0, 4, lost(3_000)),
        run(0, 4, lost(9_000)),
        run(0, 4, paused('disconnected')),
        run(0, 4),
      ],
      'started, paused for actorUnknown, paused for disconnected, resumed',
    ],
    [
      'its end, though it was lost again and again',
      [run(0, 4), run(1, 4, lost(3_000)), run(1, 4, lost(9_000)), run(1, 4, { status: 'stopped' })],
      'started, paused for actorUnknown, ended',
    ],
    [
      'at once that a credential is not taken, which the feed need not say, and once',
      [
        run(0, 4),
        run(0, 4, lost(5_000, 'unauthorized')),
        run(0, 4),
        run(0, 4, lost(15_000, 'unauthorized')),
        run(0, 4),
        run(4, 4),
      ],
      'started, paused for unauthorized, resumed',
    ],
    [
      'a quarter that was reached when a busy cluster let it go on',
      [run(0, 40), run(0, 40, paused('throttled')), run(10, 40)],
      'started, paused for throttled, 10 of 40',
    ],
    ['its end', [run(0, 4), run(4, 4, { status: 'finished' })], 'started, ended'],
    ['not the start of one that another tab has begun', [null, run(50, 100)], ''],
    ['the start of the next', [run(4, 4), null, run(0, 4, { id: 'r2' })], 'started'],
  ])('%s', (_, runs, expected) => {
    expect(told(...runs)).toBe(expected)
  })
})

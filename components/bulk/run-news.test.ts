import { describe, expect, it } from 'vitest'
import { newsOfRun, type RunHeard, type RunNews } from '#components/bulk/run-news.ts'
import { makeRun } from '#lib/query/fixtures/server.ts'
import type { Pause, RunSummary } from '#lib/wire/run-answers.ts'

/** A run with `decided` of `total` requests approved. */
function run(decided: number, total: number, fields: Partial<RunSummary> = {}): RunSummary {
  const progress = { total, decided, open: total - decided }
  return makeRun({ revision: 0, user: 'kim', startedAt: 0, progress, ...fields })
}

const paused = (why: Pause['why'], until: number | null = null) =>
  ({ status: 'paused', pause: { why, until } }) as const

/**
 * Runs of four requests. For example, `1 throttled` has one approved, and is paused because it is
 * throttled.
 */
const ofFour = (...states: readonly string[]) =>
  states.map((state) => {
    const [decided, why, seconds] = state.split(' ')
    const until = seconds === undefined ? null : Number(seconds) * 1_000
    return run(Number(decided), 4, why === undefined ? {} : paused(why as Pause['why'], until))
  })

/** Announcements for these states in order: their kinds, each with the number approved so far. */
function shown(...runs: readonly (RunSummary | null)[]): string {
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

describe('the announcements of a bulk run', () => {
  const upTo = (count: number) => Array.from({ length: count + 1 }, (_, at) => run(at, 100))

  it.each<[what: string, runs: readonly (RunSummary | null)[], expected: string]>([
    ['nothing while there is none', [null, null], ''],
    ['its start', [null, run(0, 100)], 'started'],
    ['each quarter, not each request', upTo(99), 'started, 25 of 100, 50 of 100, 75 of 100'],
    ['several quarters at once: the last', [run(0, 100), run(80, 100)], 'started, 80 of 100'],
    ['few requests: the start and the end', ofFour('0', '2', '3'), 'started'],
    [
      'a quarter once, though more requests arrive',
      [run(0, 40), run(10, 40), run(10, 50), run(13, 50)],
      'started, 10 of 40',
    ],
    ['a pause and its end', ofFour('0', '1 person', '1'), 'started, paused for person, resumed'],
    [
      'a busy cluster once',
      ofFour('0', '1 throttled', '1', '2 throttled', '2'),
      'started, paused for throttled',
    ],
    [
      'after a busy cluster, a pause for another reason and its end',
      ofFour('0', '1 throttled', '1', '2 disconnected', '2', '3 person', '3'),
      'started, paused for throttled, paused for disconnected, resumed, paused for person, resumed',
    ],
    [
      'a pause that comes while the cluster is busy, and its end',
      ofFour('0', '1 throttled', '1 person', '1 person', '1'),
      'started, paused for throttled, paused for person, resumed',
    ],
    [
      'the end of a pause that a busy cluster has made longer',
      ofFour('0', '1 throttled', '1', '1 disconnected', '1 throttled', '1'),
      'started, paused for throttled, paused for disconnected, resumed',
    ],
    [
      'of a lost batch nothing before the feed has said why',
      ofFour('0', '1 actorUnknown 3', '1', '1 notRead', '1'),
      'started, paused for notRead, resumed',
    ],
    [
      'of a batch that is lost now and then nothing, while it gets further',
      ofFour('0', '1 actorUnknown 3', '1', '2 actorUnknown 9', '2'),
      'started',
    ],
    [
      'that it is lost again and again, once; and its end when it has got further',
      ofFour('0', '1 actorUnknown 3', '1', '1 actorUnknown 9', '1', '1 actorUnknown 15', '1', '2'),
      'started, paused for actorUnknown, resumed',
    ],
    [
      'the same where nobody has seen the tries between',
      ofFour('0', '1 actorUnknown 3', '1 actorUnknown 9'),
      'started, paused for actorUnknown',
    ],
    [
      'then what the feed says of it, and its end',
      ofFour('0', '0 actorUnknown 3', '0 actorUnknown 9', '0 disconnected', '0'),
      'started, paused for actorUnknown, paused for disconnected, resumed',
    ],
    [
      'its end, though it was lost again and again',
      [...ofFour('0', '1 actorUnknown 3', '1 actorUnknown 9'), run(1, 4, { status: 'stopped' })],
      'started, paused for actorUnknown, ended',
    ],
    [
      'at once that a credential is not taken, which the feed need not say, and once',
      ofFour('0', '0 unauthorized 5', '0', '0 unauthorized 15', '0', '4'),
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
  ])('a bulk run announces %s', (_, runs, expected) => {
    expect(shown(...runs)).toBe(expected)
  })
})

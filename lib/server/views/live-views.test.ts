import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { changesBetween, NOTHING } from '#lib/server/views/fixtures/views-of.ts'
import { createLiveViews } from '#lib/server/views/live-views.ts'
import { makeMachine } from '#lib/wire/fixtures/cluster.ts'
import type { Changed, Topic } from '#lib/wire/topics.ts'

const HOUR_MS = 60 * 60_000

/** Views of one waiting machine with an hour left. */
function setUp() {
  const clock = manualClock()
  const sent: Changed[] = []
  const views = createLiveViews({ epoch: 'e', clock, send: (event) => sent.push(event) })
  const deadline = new Date(clock.now() + HOUR_MS).toISOString()
  const rows = { ...NOTHING, machines: [makeMachine({ deadline })] }
  views.take(changesBetween(NOTHING, rows))
  clock.advance(1_000)
  const tag = (topic: Topic, asked = {}, name = 'kim.osei') =>
    views.stamp(topic, asked, { viewer: { name }, now: clock.now() }).etag
  return { clock, sent, views, rows, tag }
}

describe('the ETag of an answer', () => {
  it('is unchanged while only time passes', () => {
    const { clock, tag } = setUp()
    const before = tag('summary')
    clock.advance(HOUR_MS / 2)
    expect(tag('summary')).toBe(before)
  })

  it.each<[string, (set: ReturnType<typeof setUp>) => string]>([
    ['another topic', ({ tag }) => tag('machines')],
    ['another question', ({ tag }) => tag('summary', { text: 'a' })],
    ['another viewer', ({ tag }) => tag('summary', {}, 'ana.ruiz')],
    [
      'a change of a row',
      ({ tag, views, rows }) => {
        views.take(changesBetween(rows, NOTHING))
        return tag('summary')
      },
    ],
    [
      'a change of the feed',
      ({ tag, views }) => {
        views.feedChanged()
        return tag('summary')
      },
    ],
    [
      'a deadline that has passed',
      ({ tag, clock }) => {
        clock.advance(HOUR_MS)
        return tag('summary')
      },
    ],
    [
      'a clock that was set back',
      ({ tag, clock }) => {
        clock.moveHands(-60_000)
        return tag('summary')
      },
    ],
  ])('changes with %s', (_, next) => {
    const set = setUp()
    const before = set.tag('summary')
    expect(next(set)).not.toBe(before)
  })

  it('does not depend on the order of the parameters', () => {
    const { tag } = setUp()
    expect(tag('nodes', { from: 0, text: 'a' })).toBe(tag('nodes', { text: 'a', from: 0 }))
  })

  it('does not change with other topics', () => {
    const { tag, views } = setUp()
    const before = tag('nodes')
    views.touch('policy')
    expect(tag('nodes')).toBe(before)
  })
})

it('an answer that time alone changes is announced', () => {
  const { clock, sent, tag } = setUp()
  clock.advance(HOUR_MS / 2)
  tag('summary')
  const before = sent.length
  clock.advance(HOUR_MS / 2 - 1_001)
  expect(sent).toHaveLength(before)
  clock.advance(1)
  expect(sent.slice(before)).toMatchObject([{ topics: ['machines', 'summary'], keys: [] }])
})

it('sets no timer without a caller, and none after it is stopped', () => {
  const { clock, views, tag } = setUp()
  expect(clock.alarms).toEqual([])
  tag('machines')
  expect(clock.alarms).toHaveLength(1)
  views.stop()
  expect(clock.alarms).toEqual([])
})

it('another viewer makes pages ask again for every row and detail, and changes each ETag', () => {
  const { clock, sent, tag, views } = setUp()
  const before = tag('machines')
  sent.length = 0
  views.viewerChanged()
  clock.advance(1_000)
  const topics = ['machines', 'requests', 'nodes', 'expected', 'summary']
  expect(sent).toMatchObject([{ topics, keys: null }])
  expect(tag('machines')).not.toBe(before)
})

import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { changesBetween, NOTHING } from '#lib/web/views/fixtures/views-of.ts'
import { CHANGED_GAP_MS, createLiveViews } from '#lib/web/views/live-views.ts'
import { makeMachine } from '#lib/wire/fixtures/cluster.ts'
import { type Changed, KEYS_LISTED, type Topic } from '#lib/wire/topics.ts'

const HOUR_MS = 60 * 60_000
const viewer = { name: 'kim.osei' }

/** Views with one waiting machine, which has an hour left. */
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
  it('the ETag is unchanged while only time passes', () => {
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
  ])('the ETag changes with %s', (_, next) => {
    const set = setUp()
    const before = set.tag('summary')
    expect(next(set)).not.toBe(before)
  })

  it('the ETag does not depend on the order of the parameters', () => {
    const { tag } = setUp()
    expect(tag('nodes', { from: 0, text: 'a' })).toBe(tag('nodes', { text: 'a', from: 0 }))
  })

  it('the ETag does not change with other topics', () => {
    const { tag, views } = setUp()
    const before = tag('nodes')
    views.touch(['policy'])
    expect(tag('nodes')).toBe(before)
  })
})

it('a change by time alone is announced', () => {
  const { clock, sent, tag } = setUp()
  clock.advance(HOUR_MS / 2)
  tag('summary')
  const before = sent.length
  clock.advance(HOUR_MS / 2 - 1_001)
  expect(sent).toHaveLength(before)
  clock.advance(1)
  expect(sent.slice(before)).toMatchObject([{ topics: ['machines', 'summary'], keys: [] }])
})

it('no timer is set without a caller, and none after the views are stopped', () => {
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
  const topics = ['machines', 'requests', 'nodes', 'kubelets', 'expected', 'summary']
  expect(sent).toMatchObject([{ topics, keys: null }])
  expect(tag('machines')).not.toBe(before)
})

it('a single change is announced at once', () => {
  const { clock, sent, views } = setUp()
  sent.length = 0
  views.touch(['requests', 'expected'], ['worker-1'])
  expect(sent).toEqual([
    { epoch: 'e', revision: 2, topics: ['requests', 'expected'], keys: ['worker-1'] },
  ])
  const of = (topic: Topic) => views.stamp(topic, {}, { viewer, now: clock.now() }).revision
  expect([of('expected'), of('policy')]).toEqual([2, 0])
})

it('a burst is gathered into one event for each gap, and its last change is never lost', () => {
  const { clock, sent, views } = setUp()
  sent.length = 0
  for (let ms = 0; ms < 1_000; ms += 5) {
    views.touch(ms % 2 === 0 ? ['machines'] : ['nodes'], [`worker-${ms % 10}`])
    clock.advance(5)
  }
  clock.advance(CHANGED_GAP_MS)
  expect(sent.length).toBeLessThanOrEqual(1_000 / CHANGED_GAP_MS + 1)
  expect(sent.at(-1)?.revision).toBe(201)
  expect(sent[1]).toMatchObject({ topics: ['nodes', 'machines'], keys: ['worker-5', 'worker-0'] })
})

it('an event names no keys when too many changed, and the next one starts again', () => {
  const { clock, sent, views } = setUp()
  sent.length = 0
  const names = Array.from({ length: KEYS_LISTED + 1 }, (_, n) => `worker-${n}`)
  views.touch(['machines'], names.slice(1))
  clock.advance(CHANGED_GAP_MS)
  views.touch(['machines'], names)
  clock.advance(CHANGED_GAP_MS)
  views.touch(['machines'], ['worker-1'])
  expect(sent.map(({ keys }) => keys?.length ?? null)).toEqual([KEYS_LISTED, null, 1])
})

it('stopped views announce nothing', () => {
  const { clock, sent, views } = setUp()
  sent.length = 0
  views.touch(['machines'])
  views.touch(['machines'])
  views.stop()
  clock.advance(1_000)
  expect(sent).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { CHANGED_GAP_MS, createTopicRevisions } from '#lib/server/views/topic-revisions.ts'
import { type Changed, KEYS_LISTED } from '#lib/wire/topics.ts'

function setUp() {
  const clock = manualClock()
  const sent: Changed[] = []
  const revisions = createTopicRevisions({ epoch: 'e', clock, send: (event) => sent.push(event) })
  return { clock, sent, revisions }
}

it('announces a single change at once', () => {
  const { sent, revisions } = setUp()
  revisions.touch(['machines', 'summary'], ['worker-1'])
  expect(sent).toEqual([
    { epoch: 'e', revision: 1, topics: ['machines', 'summary'], keys: ['worker-1'] },
  ])
  expect([revisions.of('machines'), revisions.of('nodes')]).toEqual([1, 0])
})

it('gathers a burst into one event for each gap, and never loses the last change', () => {
  const { clock, sent, revisions } = setUp()
  for (let ms = 0; ms < 1_000; ms += 5) {
    revisions.touch(ms % 2 === 0 ? ['machines'] : ['nodes'], [`worker-${ms % 10}`])
    clock.advance(5)
  }
  clock.advance(CHANGED_GAP_MS)
  expect(sent.length).toBeLessThanOrEqual(1_000 / CHANGED_GAP_MS + 1)
  expect(sent.at(-1)?.revision).toBe(200)
  expect(sent[1]).toMatchObject({ topics: ['nodes', 'machines'], keys: ['worker-5', 'worker-0'] })
})

it('names no keys when too many changed, and starts again after that', () => {
  const { clock, sent, revisions } = setUp()
  const names = Array.from({ length: KEYS_LISTED + 1 }, (_, n) => `worker-${n}`)
  revisions.touch(['machines'], names.slice(1))
  clock.advance(CHANGED_GAP_MS)
  revisions.touch(['machines'], names)
  clock.advance(CHANGED_GAP_MS)
  revisions.touch(['machines'], ['worker-1'])
  expect(sent.map(({ keys }) => keys?.length ?? null)).toEqual([KEYS_LISTED, null, 1])
})

it('announces nothing once stopped', () => {
  const { clock, sent, revisions } = setUp()
  revisions.touch(['machines'])
  revisions.touch(['machines'])
  revisions.stop()
  clock.advance(1_000)
  expect(sent).toHaveLength(1)
})

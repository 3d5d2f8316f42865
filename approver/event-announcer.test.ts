import { beforeEach, expect, it } from 'vitest'
import { type Announcer, createAnnouncer } from '#approver/event-announcer.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'

let clock: ManualClock
let reported: string[]
let errors: unknown[]
let announcer: Announcer

beforeEach(() => {
  clock = manualClock()
  reported = []
  errors = []
  announcer = createAnnouncer(
    clock,
    async ({ id }) => {
      reported.push(id)
      if (id === 'bad') throw new Error('no')
    },
    (error) => errors.push(error),
  )
})

const about = { kind: 'lease' } as const
const announce = (id: string) =>
  announcer.announce({ id, reason: 'X', type: 'Normal', note: '', about })

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
    clock.advance(100)
  }
}

it('the announcer writes one Event at once, and the next ones in turn, ten a second', async () => {
  for (let n = 0; n < 30; n += 1) announce(`e${n}`)
  expect(reported).toEqual(['e0'])
  await pass(1_000)
  expect(reported.length).toBe(11)
  await pass(5_000)
  expect(reported.length).toBe(30)
})

it('the announcer drops Events beyond the limit, and counts them', () => {
  for (let n = 0; n < 600; n += 1) announce(`e${n}`)
  expect(announcer.dropped).toBe(99)
})

it('the announcer continues after an Event that failed', async () => {
  announce('bad')
  announce('good')
  await pass(1_000)
  expect([reported, errors.length]).toEqual([['bad', 'good'], 1])
})

it('the announcer writes nothing once stopped', async () => {
  announce('a')
  announce('b')
  announcer.stop()
  await pass(1_000)
  announce('c')
  expect(reported).toEqual(['a'])
})

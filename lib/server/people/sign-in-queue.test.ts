import { beforeEach, describe, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import {
  createSignInQueue,
  MOST_WAITING,
  type SignInQueue,
} from '#lib/server/people/sign-in-queue.ts'

type Answer = 'right' | 'wrong'

const FLOOD = '198.51.100.1'
const ALICE = '198.51.100.2'

let clock: ManualClock
let queue: SignInQueue<Answer>
/** Addresses of sign-ins under way, oldest first, each with its end. */
let underWay: { readonly from: string; readonly end: (answer: Answer) => void }[]
let answers: (Answer | null)[]

const turn = () => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  clock = manualClock()
  queue = createSignInQueue<Answer>(clock.now, (answer) => answer === 'wrong')
  underWay = []
  answers = []
})

async function come(from: string, count = 1): Promise<void> {
  const tried = () => new Promise<Answer>((end) => underWay.push({ from, end }))
  for (let n = 0; n < count; n += 1) {
    void queue.attempt(from, tried).then((answer) => answers.push(answer))
  }
  await turn()
}

async function answer(said: Answer): Promise<void> {
  underWay.shift()?.end(said)
  await turn()
}

/** Thirty wrong sign-ins use up the allowance: from then on one is tried at a time. */
async function spend(): Promise<void> {
  await come(FLOOD, 30)
  for (let n = 0; n < 30; n += 1) await answer('wrong')
  answers = []
}

it('thirty are tried at once', async () => {
  await come(FLOOD, 31)
  expect(underWay).toHaveLength(30)
  await answer('right')
  expect(underWay).toHaveLength(30)
})

it('a sign-in that fails takes its place with it', async () => {
  await expect(queue.attempt(ALICE, () => Promise.reject(new Error('x')))).rejects.toThrow('x')
  await come(ALICE, 30)
  expect(underWay).toHaveLength(30)
})

describe('after thirty wrong ones', () => {
  beforeEach(spend)

  it('one is tried at a time', async () => {
    await come(FLOOD, 3)
    expect(underWay).toHaveLength(1)
    await answer('wrong')
    expect(underWay).toHaveLength(1)
  })

  it('a right one gets in', async () => {
    await come(ALICE)
    await answer('right')
    expect(answers).toEqual(['right'])
  })

  it('one more at a time is allowed for each second, however many were wrong since', async () => {
    await come(FLOOD, 20)
    for (let n = 0; n < 20; n += 1) await answer('wrong')
    clock.advance(3_000)
    await come(FLOOD, 20)
    expect(underWay).toHaveLength(3)
  })

  it('beyond fifty that wait, the next of the same address is refused', async () => {
    await come(FLOOD, 1 + MOST_WAITING)
    expect(answers).toEqual([])
    await come(FLOOD)
    expect(answers).toEqual([null])
  })

  it('another address takes the place of the one with the most, and its turn', async () => {
    await come(FLOOD, 1 + MOST_WAITING)
    await answer('wrong')
    await come(FLOOD)
    await come(ALICE)
    expect(answers).toEqual(['wrong', null])
    await answer('wrong')
    expect(underWay.map(({ from }) => from)).toEqual([ALICE])
  })

  it('where as many addresses wait as may wait, a further one is refused', async () => {
    await come(FLOOD)
    for (let n = 0; n < MOST_WAITING; n += 1) await come(`203.0.113.${n}`)
    await come(ALICE)
    expect(answers).toEqual([null])
  })
})

import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createSignInQueue } from '#lib/people/sign-in-queue.ts'
import { OF_STRANGERS } from '#lib/refusals/limits.ts'

type Answer = 'right' | 'wrong'

const AT_ONCE = OF_STRANGERS.signIns.ofOne
const MOST_WAITING = OF_STRANGERS.waitingSignIns.inAll

const FLOOD = '198.51.100.1'
const ALICE = '198.51.100.2'

let clock: ManualClock
let queue: ReturnType<typeof newQueue>
/** Addresses of sign-ins under way, oldest first, each with the function that ends it. */
let underWay: { readonly from: string; readonly end: (answer: Answer) => void }[]
let answers: (Answer | null)[]

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Numbers in [0, 1), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function newQueue(seed = 1) {
  const isWrong = (answer: Answer) => answer === 'wrong'
  return createSignInQueue<Answer>(clock.now, isWrong, randomOf(seed))
}

beforeEach(() => {
  clock = manualClock()
  queue = newQueue()
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

async function answer(said: Answer, count = 1): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    underWay.shift()?.end(said)
    await turn()
  }
}

/** Thirty wrong sign-ins use up the allowance. */
async function spend(): Promise<void> {
  await come(FLOOD, 30)
  await answer('wrong', 30)
  answers = []
}

it('five sign-ins of one address are tried at once, and thirty in all', async () => {
  await come(FLOOD, 50)
  expect(underWay).toHaveLength(5)
  for (let n = 0; n < 8; n += 1) await come(`203.0.113.${n}`, 5)
  expect(underWay).toHaveLength(30)
  await answer('right')
  expect(underWay).toHaveLength(30)
})

it('all addresses of one IPv6 network count as one', async () => {
  for (let n = 0; n < 10; n += 1) await come(`2001:db8:0:1::${n}`)
  expect(underWay).toHaveLength(5)
  await come('2001:db8:0:2::1')
  expect(underWay).toHaveLength(6)
})

it('a sign-in that fails uses up a place', async () => {
  for (let n = 0; n < 5; n += 1) {
    const failing = queue.attempt(ALICE, () => Promise.reject(new Error('x')))
    await expect(failing).rejects.toThrow('x')
  }
  await come(ALICE, 5)
  expect(underWay).toHaveLength(5)
})

describe('after thirty wrong ones', () => {
  beforeEach(spend)

  it('after thirty failures five sign-ins are tried at a time, of all addresses together', async () => {
    await come(FLOOD, 3)
    await come(ALICE, 3)
    expect(underWay).toHaveLength(5)
    await answer('wrong')
    expect(underWay).toHaveLength(5)
  })

  it('after thirty failures one more sign-in at a time is allowed with each second', async () => {
    for (let n = 0; n < 20; n += 1) await come(`203.0.113.${n}`)
    clock.advance(8_000)
    await answer('right')
    expect(underWay).toHaveLength(8)
  })

  it('after thirty failures addresses take turns', async () => {
    await come(FLOOD, 20)
    await come(ALICE, 2)
    await come('203.0.113.1')
    await answer('wrong', 4)
    expect(underWay.map(({ from }) => from)).toEqual([FLOOD, FLOOD, ALICE, '203.0.113.1', FLOOD])
  })

  it('after thirty failures a right sign-in gets in', async () => {
    await come(ALICE)
    await answer('right')
    expect(answers).toEqual(['right'])
  })

  it('the 201st waiting sign-in replaces one of the address with the most', async () => {
    await come(FLOOD, AT_ONCE + MOST_WAITING)
    expect(answers).toEqual([])
    await come(FLOOD)
    await come(ALICE, 2)
    expect(answers).toEqual([null, null, null])
    await answer('wrong', AT_ONCE)
    expect(underWay.map(({ from }) => from)).toContain(ALICE)
  })

  it('where 200 addresses wait, one more is let in, too', async () => {
    await come(FLOOD, AT_ONCE)
    for (let n = 0; n < MOST_WAITING; n += 1) await come(`203.0.113.${n}`)
    await come(ALICE)
    expect(answers).toEqual([null])
  })

  it('no network is remembered after its sign-in was dropped, among 3,000 that each come once', async () => {
    for (let n = 0; n < 3_000; n += 1) {
      void queue.attempt(`2001:db8:${n.toString(16)}::1`, async () => 'wrong')
      expect(queue.networks).toBeLessThanOrEqual(AT_ONCE + MOST_WAITING)
    }
    await come(ALICE)
    while (underWay.length === 0) await turn()
    await answer('right')
    expect(answers).toEqual(['right'])
    expect(queue.networks).toBe(0)
  })
})

/** Number of attempts of one address until the right one among them was tried. */
async function triesUntilIn(seed: number, wrongAtOnce: number): Promise<number> {
  const crowd = newQueue(seed)
  /** Sign-ins under way, each with the function that ends it. */
  const begun: (() => void)[] = []
  const tried = (said: Answer) => () =>
    new Promise<Answer>((resolve) => begun.push(() => resolve(said)))
  let isIn = false
  const flood = async () => {
    while (!isIn) {
      await crowd.attempt(FLOOD, tried('wrong'))
      await turn()
    }
  }
  const floods = Array.from({ length: wrongAtOnce }, flood)
  let tries = 0
  const alice = async () => {
    while (!isIn) {
      tries += 1
      isIn = (await crowd.attempt(FLOOD, tried('right'))) === 'right'
    }
  }
  const entering = alice()
  while (!isIn) {
    const [end] = begun.splice(Math.floor(randomOf(seed)() * begun.length), 1)
    end?.()
    await turn()
  }
  while (begun.length > 0) {
    for (const end of begun.splice(0)) end()
    await turn()
  }
  await Promise.all([entering, ...floods])
  return tries
}

describe('a right sign-in beside a flood from its own address', () => {
  it.each([50, 200])(
    'a right sign-in beside %i wrong ones at a time is tried at once',
    async (wrong) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), async (seed) => {
          expect(await triesUntilIn(seed, wrong)).toBe(1)
        }),
        { numRuns: 20 },
      )
    },
  )

  it('a right sign-in among more wrong ones than may wait has the same chance at any position', async () => {
    const shareOf = async (place: number) => {
      let tried = 0
      for (let seed = 1; seed <= 200; seed += 1) {
        queue = newQueue(seed)
        underWay = []
        await come(FLOOD, place)
        const right = queue.attempt(FLOOD, async () => 'right')
        await come(FLOOD, 400 - place)
        while (underWay.length > 0) await answer('wrong')
        if ((await right) !== null) tried += 1
      }
      return tried / 200
    }
    expect(await shareOf(10)).toBeGreaterThan(0.35)
    expect(await shareOf(399)).toBeGreaterThan(0.35)
  })
})

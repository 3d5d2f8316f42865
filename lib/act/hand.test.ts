import { describe, expect, it } from 'vitest'
import { carryOut, type Judged, type Owner } from '#lib/act/hand.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'

interface Result {
  readonly outcome: string
  readonly causes?: readonly Cause[]
  readonly retryAfterMs?: number
}
type TestOwner = Owner<Judged, Result>

const csr = makeCsr()
const first = makeProposal(csr)
const JUDGED: Judged = { go: true, csr, takesTwo: false }
const SECOND = { go: true, first } as const
const TWO: Judged = { ...JUDGED, takesTwo: true }
const stop = (outcome: string) =>
  ({ go: false, outcome, causes: [cause('judgingFailed')] }) as const

/** Answers once each, in this order; the last one stays. */
function inTurn<T>(...answers: readonly T[]): () => T {
  let at = -1
  return () => {
    at = Math.min(at + 1, answers.length - 1)
    return answers[at] as T
  }
}

function breaks(): never {
  throw new Error('broken')
}

function breaksLater(): () => Judged {
  const turn = inTurn(() => JUDGED, breaks)
  return () => turn()()
}

/** The steps of one decision whose owner answers like that, as a log of words. */
async function steps(answers: Partial<TestOwner> = {}): Promise<readonly string[]> {
  const log: string[] = []
  const clock = manualClock()
  const said = <A extends readonly unknown[], T>(step: string, answer: (...args: A) => T) => {
    return (...args: A) => {
      log.push(step)
      return answer(...args)
    }
  }
  const owner: TestOwner = {
    begin: said('log before', answers.begin ?? (async () => {})),
    whyNotBegin: said('may act', answers.whyNotBegin ?? (() => null)),
    judge: said('judge', answers.judge ?? (() => JUDGED)),
    judgingFailed: said('report', answers.judgingFailed ?? (() => stop('error'))),
    settle: said('second person', answers.settle ?? (async () => SECOND)),
    brake: said('brake', answers.brake ?? (() => null)),
    whyNotWrite: said('may write', answers.whyNotWrite ?? (() => null)),
    write:
      answers.write ??
      (async (_judged, other, whyNot) => {
        const why = whyNot(false)
        if (why !== null) return { outcome: 'changed' }
        log.push(other === null ? 'PUT' : `PUT after ${other.requestor.username}`)
        return { outcome: 'approved' }
      }),
    waitFor: answers.waitFor ?? ((trying) => trying),
    end: ({ outcome }) => log.push(`log after: ${outcome}`),
  }
  const done = carryOut([owner], createPacer({ clock }))
  for (let turn = 0; turn < 100; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(1_000)
  }
  await done
  return log
}

describe('one decision of the hand', () => {
  it('a decision is logged, judged, braked, written if it may still be, and logged again', async () => {
    expect(await steps()).toEqual([
      ...['log before', 'may act', 'judge', 'brake'],
      ...['may write', 'judge', 'PUT', 'log after: approved'],
    ])
  })

  it('a decision that takes two people is judged again after the second person was looked for', async () => {
    expect(await steps({ judge: () => TWO })).toEqual([
      ...['log before', 'may act', 'judge', 'second person', 'may act', 'judge', 'brake'],
      ...['may write', 'judge', `PUT after ${first.requestor.username}`, 'log after: approved'],
    ])
  })

  it('a decision does nothing before its line in the log is out', async () => {
    const out = Promise.withResolvers<void>()
    const seen: string[] = []
    const done = steps({
      begin: () => out.promise,
      whyNotBegin() {
        seen.push('may act')
        return null
      },
    })
    await new Promise((resolve) => setImmediate(resolve))
    seen.push('line out')
    out.resolve()
    await done
    expect(seen).toEqual(['line out', 'may act'])
  })

  it.each<[what: string, answers: Partial<TestOwner>, last: string, outcome: string]>([
    ['where nothing may be decided now', { whyNotBegin: () => stop('error') }, 'may act', 'error'],
    [
      'where the request is not to be approved',
      { judge: () => stop('refused') },
      'judge',
      'refused',
    ],
    [
      'where another person has to approve first',
      { judge: () => TWO, settle: async () => stop('proposed') },
      'second person',
      'proposed',
    ],
    [
      'where the cluster is lost while the second person is looked for',
      { judge: () => TWO, whyNotBegin: inTurn(null, stop('error')) },
      'may act',
      'error',
    ],
    [
      'where the request changed while the second person was looked for',
      { judge: inTurn<Judged | ReturnType<typeof stop>>(TWO, stop('changed')) },
      'judge',
      'changed',
    ],
    ['where judging fails', { judge: breaks }, 'report', 'error'],
    ['where judging fails right before the PUT', { judge: breaksLater() }, 'report', 'changed'],
    ['where the brake stops it', { brake: () => ({ outcome: 'braked' }) }, 'brake', 'braked'],
    [
      'where nothing may be written right before the PUT',
      { whyNotWrite: () => [cause('clusterLost')] },
      'may write',
      'changed',
    ],
    [
      'where the request changed right before the PUT',
      { judge: inTurn<Judged | ReturnType<typeof stop>>(JUDGED, stop('changed')) },
      'judge',
      'changed',
    ],
    [
      'where it takes two people right before the PUT',
      { judge: inTurn(JUDGED, TWO) },
      'judge',
      'changed',
    ],
  ])('ends there, logged before and after, %s', async (_, answers, last, outcome) => {
    const log = await steps(answers)
    expect(log.slice(-2)).toEqual([last, `log after: ${outcome}`])
    expect(log[0]).toBe('log before')
    expect(log.filter((step) => step.startsWith('PUT'))).toEqual([])
  })

  it('a decision asks again before each further PUT, by the rule of a further one', async () => {
    const asked: unknown[] = []
    await steps({
      whyNotWrite(_judged, isAgain) {
        asked.push(isAgain)
        return null
      },
      async write(_judged, _first, whyNot) {
        asked.push(whyNot(false), whyNot(true))
        return { outcome: 'unknown' }
      },
    })
    expect(asked).toEqual([false, true, null, null])
  })

  it('a decision that is throttled is tried again from the top, and ends once', async () => {
    const write = inTurn<Promise<Result>>(
      Promise.resolve({ outcome: 'throttled', retryAfterMs: 500 }),
      Promise.resolve({ outcome: 'approved' }),
    )
    expect(await steps({ write })).toEqual([
      ...['log before', 'may act', 'judge', 'brake'],
      ...['log before', 'may act', 'judge', 'brake'],
      'log after: approved',
    ])
  })

  it('a decision ends as its owner says once the owner has waited long enough', async () => {
    const write = () => new Promise<never>(() => {})
    const waitFor = async () => ({ outcome: 'unknown' })
    expect((await steps({ write, waitFor })).at(-1)).toBe('log after: unknown')
  })
})

it('the hand begins no further decision once its signal is aborted', async () => {
  const stopping = new AbortController()
  const begun: number[] = []
  const owners = Array.from(
    { length: 40 },
    (_, at): TestOwner => ({
      async begin() {
        begun.push(at)
        if (at === 3) stopping.abort()
      },
      whyNotBegin: () => null,
      judge: () => JUDGED,
      judgingFailed: () => stop('error'),
      settle: async () => stop('proposed'),
      brake: () => null,
      whyNotWrite: () => null,
      write: async () => ({ outcome: 'approved' }),
      waitFor: (trying) => trying,
      end: () => {},
    }),
  )
  await carryOut(owners, createPacer(), stopping.signal)
  expect(begun.length).toBeLessThan(20)
})

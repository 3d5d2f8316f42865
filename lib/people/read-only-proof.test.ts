import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { rulesOf, sandboxOfFile } from '#lib/kube/fixtures/sandbox-api.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'
import { moreThanReading, proveReadOnly } from '#lib/people/read-only-proof.ts'

type Mode = Parameters<typeof moreThanReading>[1]

const api = sandboxOfFile()

/** The problem with an identity that has these rights; null for none. */
const beyond = (impersonates: Mode, ...rights: readonly string[]): Promise<Cause | null> =>
  moreThanReading(api.person(rulesOf('*', ...rights)), impersonates)

const USERS = 'impersonate:user-info users'

it.each<[string, Mode, string, readonly string[]]>([
  ['off: constrained impersonation is too much', null, USERS, [USERS]],
  ['constrained: it is not', 'constrained', USERS, []],
  ['legacy: it is', 'legacy', USERS, [USERS]],
  [
    'constrained: nobody is impersonated otherwise',
    'constrained',
    'impersonate users',
    ['impersonate users'],
  ],
  ['legacy: not just anybody', 'legacy', 'impersonate users', ['impersonate users']],
  ['legacy: those whom the role names', 'legacy', 'impersonate users alice', []],
  [
    'legacy: never an administrator',
    'legacy',
    'impersonate groups system:masters',
    ['impersonate groups system:masters'],
  ],
  [
    'constrained: no other calls',
    'constrained',
    'impersonate-on:user-info:get secrets',
    ['impersonate-on:user-info:get secrets'],
  ],
  [
    'constrained: no service accounts',
    'constrained',
    'impersonate:serviceaccount serviceaccounts',
    ['impersonate:serviceaccount serviceaccounts'],
  ],
  [
    'constrained: no nodes',
    'constrained',
    'impersonate:arbitrary-node nodes',
    ['impersonate:arbitrary-node nodes'],
  ],
])('the rights of the identity that reads: %s', async (_, impersonates, right, words) => {
  expect(await beyond(impersonates, right)).toEqual(
    words.length === 0 ? null : cause('readerMayWrite', { rights: words.join(', ') }),
  )
})

it.each<[string, Mode]>([
  ['impersonate:countersign-asks users', 'constrained'],
  ['impersonate-on:countersign-asks:update certificatesigningrequests', 'constrained'],
  ['countersign-asks certificatesigningrequests', 'constrained'],
  ['impersonate:countersign-asks users', null],
])(
  'an API server that allows a verb of no API lets the identity do anything: %s',
  async (right, mode) => {
    expect(await beyond(mode, right, USERS)).toEqual(cause('readerMayAnything', { right }))
  },
)

describe('the proof', () => {
  const TEN_MINUTES_MS = 10 * 60_000
  let reader: ActingIdentity
  let clock: ManualClock
  let proof: ReturnType<typeof proveReadOnly>
  /** Reasons to end the process. */
  let ends: string[]

  beforeEach(() => {
    clock = manualClock()
    ends = []
  })
  afterEach(() => {
    proof.stop()
    api.sandbox.endFaults()
  })

  function start(...rights: readonly string[]): void {
    reader = api.person(rulesOf('*', ...rights))
    const end = (words: string) => ends.push(words)
    proof = proveReadOnly(reader, clock, () => {}, end, null)
  }

  const doesNotAnswer = () => api.sandbox.failNext({ status: 503, times: Infinity })

  /** Waits until the reviews are answered and the next ones are planned. */
  const answered = () => until(() => clock.alarms.length === 1, 'the answers')

  it('the proof is there once the API server has said that the identity only reads', async () => {
    start()
    expect(proof.isProven()).toBe(false)
    await answered()
    expect([proof.isProven(), proof.trouble(), ends]).toEqual([true, [], []])
  })

  it.each(['update certificatesigningrequests/approval', 'create certificatesigningrequests'])(
    'the process ends without a proof where the identity may %s',
    async (right) => {
      start(right)
      await answered()
      expect(proof.isProven()).toBe(false)
      expect(ends).toEqual([expect.stringContaining(right)])
    },
  )

  it('the process ends without a proof where an authorizer allows unknown verbs', async () => {
    start('impersonate:countersign-asks users')
    await answered()
    expect(proof.isProven()).toBe(false)
    expect(ends).toEqual([expect.stringContaining('an authorizer of the API server')])
  })

  it('the process ends within ten minutes after the identity got such a right', async () => {
    start()
    await answered()
    api.sandbox.addPerson(reader.name, rulesOf('*', 'create certificatesigningrequests'))
    clock.advance(TEN_MINUTES_MS - 1)
    expect([proof.isProven(), ends]).toEqual([true, []])
    clock.advance(1)
    await answered()
    expect(proof.isProven()).toBe(false)
    expect(ends).toHaveLength(1)
  })

  it('the proof waits for an API server that does not answer, and the process goes on', async () => {
    const answersAgain = doesNotAnswer()
    start()
    await answered()
    expect([proof.isProven(), ends]).toEqual([false, []])
    expect(proof.trouble()).toContainEqual(expect.objectContaining({ code: 'readerUnproven' }))
    answersAgain()
    clock.advance(5_000)
    await answered()
    expect([proof.isProven(), proof.trouble(), ends]).toEqual([true, [], []])
  })

  it('the proof lasts while the API server does not answer later on', async () => {
    start()
    await answered()
    doesNotAnswer()
    clock.advance(TEN_MINUTES_MS)
    await answered()
    expect([proof.isProven(), ends]).toEqual([true, []])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { Attributes } from '#lib/kube/reads/access-reviews.ts'
import { moreThanReading, proveReadOnly, type ReadOnlyProof } from '#lib/people/read-only-proof.ts'

let server: ScriptedServer | null = null
afterEach(() => server?.close())

/** An API server that allows these rights, as `verb resource/name`; null: it answers 503. */
function startServer(rights: () => readonly string[] | null): Promise<ScriptedServer> {
  return startScriptedServer(
    Array.from({ length: 80 }, () => ({ body, json }) => {
      const allowed = rights()
      if (allowed === null) return json(503, { kind: 'Status', code: 503 })
      const {
        verb,
        resource,
        name = '',
      } = (body as { spec: { resourceAttributes: Attributes } }).spec.resourceAttributes
      json(201, {
        status: { allowed: allowed.includes(`${verb} ${resource}${name && `/${name}`}`) },
      })
    }),
  )
}

type Mode = Parameters<typeof moreThanReading>[1]

/** The problem with an identity that has these rights; null for none. */
async function beyond(impersonates: Mode, ...rights: readonly string[]): Promise<Cause | null> {
  server = await startServer(() => rights)
  return moreThanReading(server.identity, impersonates)
}

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
  ['legacy: those whom the role names', 'legacy', 'impersonate users/alice', []],
  [
    'legacy: never an administrator',
    'legacy',
    'impersonate groups/system:masters',
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
  /** Rights of the identity that reads; null while the API server does not answer. */
  let rights: readonly string[] | null
  let clock: ManualClock
  let proof: ReadOnlyProof
  /** Reasons to end the process. */
  let ends: string[]

  beforeEach(() => {
    rights = []
    clock = manualClock()
    ends = []
  })
  afterEach(() => proof.stop())

  async function start(): Promise<void> {
    server = await startServer(() => rights)
    const end = (words: string) => ends.push(words)
    proof = proveReadOnly(server.identity, clock, () => {}, end, null)
  }

  /** Waits until the reviews are answered and the next ones are planned. */
  const answered = () => until(() => clock.alarms.length === 1, 'the answers')

  it('the proof is there once the API server has said that the identity only reads', async () => {
    await start()
    expect(proof.isProven).toBe(false)
    await answered()
    expect([proof.isProven, proof.trouble, ends]).toEqual([true, [], []])
  })

  it.each(['update certificatesigningrequests', 'create certificatesigningrequests'])(
    'the process ends without a proof where the identity may %s',
    async (right) => {
      rights = [right]
      await start()
      await answered()
      expect(proof.isProven).toBe(false)
      expect(ends).toEqual([expect.stringContaining(right)])
    },
  )

  it('the process ends without a proof where an authorizer allows unknown verbs', async () => {
    rights = ['impersonate:countersign-asks users']
    await start()
    await answered()
    expect(proof.isProven).toBe(false)
    expect(ends).toEqual([expect.stringContaining('an authorizer of the API server')])
  })

  it('the process ends within ten minutes after the identity got such a right', async () => {
    await start()
    await answered()
    rights = ['create certificatesigningrequests']
    clock.advance(TEN_MINUTES_MS - 1)
    expect([proof.isProven, ends]).toEqual([true, []])
    clock.advance(1)
    await answered()
    expect(proof.isProven).toBe(false)
    expect(ends).toHaveLength(1)
  })

  it('the proof waits for an API server that does not answer, and the process goes on', async () => {
    rights = null
    await start()
    await answered()
    expect([proof.isProven, ends]).toEqual([false, []])
    expect(proof.trouble).toContainEqual(expect.objectContaining({ code: 'readerUnproven' }))
    rights = []
    clock.advance(5_000)
    await answered()
    expect([proof.isProven, proof.trouble, ends]).toEqual([true, [], []])
  })

  it('the proof lasts while the API server does not answer later on', async () => {
    await start()
    await answered()
    rights = null
    clock.advance(TEN_MINUTES_MS)
    await answered()
    expect([proof.isProven, ends]).toEqual([true, []])
  })
})

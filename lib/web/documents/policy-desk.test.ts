import { describe, expect, it } from 'vitest'
import { followDocuments } from '#lib/cluster/documents.ts'
import { KeptDay } from '#lib/cluster/kept-day.ts'
import { type Author, savedByName } from '#lib/cluster/saved-by-name.ts'
import { cause } from '#lib/csr/cause.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { isStopText, stopText } from '#lib/csr/policy/stop-text.ts'
import { createShadow } from '#lib/journal/shadow-day.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { scriptedDocument } from '#lib/kube/fixtures/scripted-document.ts'
import { scriptedActor } from '#lib/people/fixtures/scripted-actor.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import { createPolicyDesk } from '#lib/web/documents/policy-desk.ts'

const place = { kind: 'configMap', namespace: 'countersign', name: 'policy' } as const
const SIGNAL = new AbortController().signal
const text = (addresses: string) => `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: racks
spec:
  allowedAddresses: [${addresses}]
`

const APPROVER = { presence: 'absent', holder: '', renewedAt: null, trips: [] } as const
const AUTHOR = scriptedActor(() => 'kim')

interface SetUp {
  /** Text of the policy; null without a place for one, undefined where there is no text. */
  readonly policy?: string | null
  /** Text of the kill switch; null for none. */
  readonly paused?: string | null
  readonly savePaused?: (document: FollowedDocument<unknown>) => FollowedDocument<Author>
  readonly mayWrite?: boolean | null
  readonly expected?: readonly ExpectedMachine[]
}

/** The desk on documents in the hands of the test, whose log begins once the policy was read. */
async function setUp(options: SetUp = {}) {
  const { mayWrite = true, paused: switchText = null, expected } = options
  const { savePaused = (document: FollowedDocument<unknown>) => document } = options
  const policy = scriptedDocument()
  const clock = manualClock()
  const world = makeWorld({
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const day = new KeptDay({ world, context: makeContext })
  day.upsert(makeCsr(), true)
  const [paused, released, list] = [scriptedDocument(), scriptedDocument(), scriptedDocument()]
  const documents = followDocuments<Policy, Author>({
    decider: 'person',
    followers: {
      policy: options.policy === null ? null : policy.follow,
      expected: list.follow,
      paused: options.policy === null ? null : (onChange) => savePaused(paused.follow(onChange)),
      released: options.policy === null ? null : released.follow,
    },
    builtIn: DEFAULT_POLICY,
    parsePolicy: readPolicy,
    parseExpected: async () => ({ value: expected ?? [] }),
    isListInMemory: false,
    clock,
  })
  const log: object[] = []
  let asked = 0
  const desk = createPolicyDesk({
    place: options.policy === null ? null : place,
    documents,
    parsePolicy: readPolicy,
    approver: async () => APPROVER,
    shadow: createShadow(day),
    async mayWrite() {
      asked += 1
      return mayWrite
    },
    now: clock.now,
    log: (entry) => log.push(entry),
  })
  if (typeof options.policy === 'string') policy.reads(options.policy)
  else policy.isAbsent()
  log.length = 0
  if (switchText === null) paused.isAbsent()
  else paused.reads(switchText)
  if (expected !== undefined) list.reads('a list')
  await documents.expected.settled()
  return { desk, log, policy, paused, released, pass: clock.advance, asked: () => asked }
}

describe('the stored document', () => {
  it('the answer has a stored text that is not in force, with each line and reason', async () => {
    const refused = text('10.0.0.0/33')
    const { desk } = await setUp({ policy: refused })
    expect((await desk.answer(AUTHOR)).document).toEqual({
      place,
      key: 'policy.yaml',
      helmRelease: null,
      text: refused,
      version: `version of ${refused}`,
      trouble: null,
      mayEdit: true,
      problems: [
        {
          line: 6,
          column: expect.any(Number),
          path: 'spec.allowedAddresses[0]',
          reason: expect.stringMatching(/^spec\.allowedAddresses\[0\]: .* is no prefix/),
          causes: [expect.objectContaining({ code: expect.any(String) })],
        },
      ],
    })
  })

  it('the answer says that the stored text cannot be read any more', async () => {
    const causes = [cause('fileAbsent', { path: '/p' })]
    const { desk, policy } = await setUp({ policy: text('10.0.0.0/8') })
    policy.isUnreadable(...causes)
    expect((await desk.answer(AUTHOR)).document).toMatchObject({
      trouble: { detail: 'There is no file /p.', causes },
      problems: [],
    })
  })

  it('the answer has no document where no place is configured', async () => {
    const { desk } = await setUp({ policy: null })
    expect((await desk.answer(AUTHOR)).document).toBeNull()
    expect(await desk.save(text('10.0.0.0/8'), null, AUTHOR)).toMatchObject({
      outcome: 'error',
      causes: [cause('nowhereToSavePolicy')],
    })
  })
})

describe('a draft', () => {
  it('the preview of a draft with a problem says where and why, and judges no request', async () => {
    const { desk } = await setUp()
    const answer = await desk.preview(text('10.0.0.0/33'), SIGNAL)
    expect(answer).toMatchObject({
      problems: [{ line: 6, reason: expect.stringContaining('spec.allowedAddresses[0]') }],
    })
  })

  it('the preview of a draft says what would change, before anything is saved', async () => {
    const { desk, policy } = await setUp()
    const answer = await desk.preview(text('203.0.113.0/24'), SIGNAL)
    expect(answer).toMatchObject({ changed: 1, policy: { name: 'racks' } })
    expect(policy.saves).toEqual([])
  })
})

describe('saving', () => {
  it('a text with a problem is not written', async () => {
    const { desk, policy, log } = await setUp()
    expect(await desk.save('kind: Nonsense', null, AUTHOR)).toMatchObject({ outcome: 'refused' })
    expect([policy.saves, log]).toEqual([[], []])
  })

  it('a saved policy is logged by name and generation', async () => {
    const { desk, policy, log } = await setUp()
    expect(await desk.save(text('10.0.0.0/8'), null, AUTHOR)).toMatchObject({ outcome: 'saved' })
    expect(policy.saves).toEqual([text('10.0.0.0/8')])
    expect(log).toEqual([
      { event: 'policy.saved', policy: expect.stringMatching(/^racks@[0-9a-f]{12}$/), who: 'kim' },
    ])
  })

  it('a policy that comes into force by other means is logged without a person', async () => {
    const { log, policy } = await setUp()
    policy.reads(text('10.0.0.0/8'))
    const generation = expect.stringMatching(/^[0-9a-f]{12}$/)
    expect(log).toEqual([{ event: 'policy', policy: 'racks', generation, mode: 'off' }])
  })

  it('an unclear write that is in force is logged without a person', async () => {
    const { desk, policy, log } = await setUp()
    policy.outcome = { outcome: 'unknown' }
    await desk.save(text('10.0.0.0/8'), null, AUTHOR)
    expect(log).toMatchObject([{ event: 'policy', policy: 'racks' }])
  })

  it('a policy that another writer saves at the same time is logged, too', async () => {
    const { desk, log, policy } = await setUp()
    const saved = desk.save(text('10.0.0.0/8'), null, AUTHOR)
    policy.reads(text('192.0.2.0/24'))
    await saved
    expect(log).toMatchObject([{ event: 'policy.saved' }, { event: 'policy', policy: 'racks' }])
  })

  it('a save without the right gives the API server’s message, and the right is reviewed again', async () => {
    const { desk, policy, log, asked } = await setUp()
    policy.outcome = { outcome: 'forbidden', causes: [said('no')] }
    await desk.answer(AUTHOR)
    expect(await desk.save(text('10.0.0.0/8'), null, AUTHOR)).toMatchObject({
      outcome: 'forbidden',
      detail: 'The API server said: “no”',
      causes: [said('no')],
    })
    await desk.answer(AUTHOR)
    expect([log, asked()]).toEqual([[], 2])
  })
})

describe('the kill switch', () => {
  it('the kill switch exists only beside a document', async () => {
    const { desk } = await setUp({ policy: null })
    expect((await desk.answer(AUTHOR)).paused).toBeNull()
    expect(await desk.pause(true, AUTHOR)).toMatchObject({ outcome: 'error' })
  })

  it('the kill switch stops and resumes, even after another writer’s change', async () => {
    const { desk, paused, log } = await setUp()
    paused.meanwhile.push('false')
    expect(await desk.pause(true, AUTHOR, 'rack 2 moves')).toMatchObject({ outcome: 'saved' })
    const stopped = { by: 'kim', at: '2026-11-24T12:00:00.000Z', why: 'rack 2 moves' }
    expect(paused.saves).toEqual([stopText(stopped)])
    expect(await desk.answer(AUTHOR)).toMatchObject({ paused: true, stopped })
    expect(await desk.pause(false, AUTHOR)).toMatchObject({ outcome: 'saved' })
    expect(paused.saves.at(-1)).toBe('false')
    expect(await desk.answer(AUTHOR)).toMatchObject({ paused: false, stopped: null })
    expect(log).toEqual([
      { event: 'policy.paused', policy: 'built-in', who: 'kim' },
      { event: 'policy.resumed', policy: 'built-in', who: 'kim' },
    ])
    paused.reads('false')
    expect(log).toHaveLength(2)
  })

  it('a stop asks once for a name that does not arrive, and stops all the same', async () => {
    const savePaused = (document: FollowedDocument<unknown>) =>
      savedByName(document, place, isStopText)
    const { desk, paused } = await setUp({ savePaused })
    let asked = 0
    const author = {
      ...AUTHOR,
      async name(): Promise<string> {
        asked += 1
        throw new Error('no answer')
      },
    }
    expect(await desk.pause(true, author)).toMatchObject({ outcome: 'saved' })
    const stopped = { by: 'kim', at: '2026-11-24T12:00:00.000Z', why: null }
    expect([asked, paused.saves]).toEqual([1, [stopText(stopped)]])
  })

  it.each([
    ['found on at the start', 'true', [], ['paused']],
    ['found off at the start', 'false', [], []],
    ['switched by kubectl', 'false', ['true', 'true', 'false'], ['paused', 'resumed']],
  ])(
    'a kill switch %s: changes by other means are logged',
    async (_title, first, later, events) => {
      const { paused, log } = await setUp({ paused: first })
      for (const next of later) paused.reads(next)
      expect(log).toEqual(events.map((event) => ({ event, policy: 'built-in' })))
    },
  )
})

it('the answer has the state of the approver', async () => {
  const { desk } = await setUp()
  expect((await desk.answer(AUTHOR)).approver).toBe(APPROVER)
})

it('a time beside the policy releases the approver’s brake', async () => {
  const { desk, released, log } = await setUp()
  released.reads('2026-11-24T09:00:00Z')
  expect(await desk.release(AUTHOR)).toMatchObject({ outcome: 'saved' })
  expect(released.saves).toEqual(['2026-11-24T12:00:00.000Z'])
  expect(log).toEqual([{ event: 'brake.released', policy: 'built-in', who: 'kim' }])
})

it('the desk asks about rights at most twice a minute', async () => {
  const { desk, pass, asked } = await setUp({ mayWrite: false })
  for (let index = 0; index < 5; index += 1) {
    expect((await desk.answer(AUTHOR)).document?.mayEdit).toBe(false)
  }
  expect(asked()).toBe(1)
  pass(30_000)
  await desk.answer(AUTHOR)
  expect(asked()).toBe(2)
})

it('the answer says why the approver approves nothing, from the policy in force and the list', async () => {
  const policy = `${text('')}  automatic: { mode: act }\n`
  const expected = [{ name: 'worker-1', addresses: [], role: null }]
  const { desk } = await setUp({ policy, expected })
  expect((await desk.answer(AUTHOR)).barred?.causes).toEqual([cause('actsOnNamesAlone')])
  const { desk: withoutList } = await setUp({ policy })
  expect((await withoutList.answer(AUTHOR)).barred).toBeNull()
})

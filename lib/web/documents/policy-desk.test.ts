import { describe, expect, it } from 'vitest'
import type { ApproverLease } from '#lib/cluster/approver-watch.ts'
import { createHistory } from '#lib/cluster/history.ts'
import { savedByName } from '#lib/cluster/saved-by-name.ts'
import { cause } from '#lib/csr/cause.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { BRAKE_ANNOTATION, writeTrips } from '#lib/csr/policy/brake.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { isStopText, stopText } from '#lib/csr/policy/stop-text.ts'
import { createShadow } from '#lib/journal/shadow.ts'
import type { InForceState } from '#lib/kube/documents/document-in-force.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { DocumentState, FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { scriptedActor } from '#lib/people/fixtures/scripted-actor.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import { createPolicyDesk } from '#lib/web/documents/policy-desk.ts'

const place = { kind: 'configMap', namespace: 'countersign', name: 'policy' } as const
const KEPT: InForceState<Policy, PolicyProblem> = {
  status: 'read',
  text: 'kept',
  version: 'v',
  causes: [],
  value: null,
  problems: [],
}
const SIGNAL = new AbortController().signal
const text = (addresses: string) => `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: racks
spec:
  allowedAddresses: [${addresses}]
`

/** A document in memory; `meanwhile` is what somebody else writes right before the next save. */
function memory(initial: string | null) {
  let kept = initial
  const meanwhile: (string | null)[] = []
  const versionOf = (value: string | null) => (value === null ? null : `v-${value}`)
  const current = (): DocumentState => ({
    status: kept === null ? 'absent' : 'read',
    text: kept,
    version: versionOf(kept),
    causes: [],
  })
  const document: FollowedDocument<unknown> = {
    current,
    async save(next, version): Promise<SaveResult> {
      const other = meanwhile.shift()
      if (other !== undefined) kept = other
      if (versionOf(kept) !== version) return { outcome: 'changed' }
      kept = next
      return { outcome: 'saved', by: 'kim' }
    },
    refresh: async () => {},
    stop: () => {},
  }
  const put = (value: string | null) => {
    kept = value
  }
  return { document, meanwhile, put, kept: () => kept }
}

const AUTHOR = scriptedActor(() => 'kim')

function setUp(
  options: {
    paused?: ReturnType<typeof memory> | null
    mayWrite?: boolean | null
    write?: SaveResult
    state?: Partial<typeof KEPT>
    hasPlace?: boolean
    released?: ReturnType<typeof memory>
    lease?: ApproverLease | null
    policy?: Policy
    isListOfNames?: boolean
  } = {},
) {
  const {
    paused = memory(null),
    mayWrite = true,
    write = { outcome: 'saved', by: 'kim' },
    state,
  } = options
  const { released = memory(null), lease } = options
  const { policy = DEFAULT_POLICY, isListOfNames = false, hasPlace = true } = options
  let now = 0
  const world = makeWorld({
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const history = createHistory({ world, context: makeContext })
  history.upsert(makeCsr(), true)
  let inForce = policy
  let shown = { ...KEPT, ...state }
  let tell = () => {}
  /** The document has this text, which is in force. */
  const lies = (next: string) => {
    const reading = readPolicy(next)
    if (!('value' in reading)) throw new Error('The text is no policy.')
    inForce = reading.value
    shown = { ...shown, text: next }
    tell()
  }
  const written: string[] = []
  const log: object[] = []
  let asked = 0
  const desk = createPolicyDesk({
    place: hasPlace ? place : null,
    policies: {
      current: () => inForce,
      subscribe(listener) {
        tell = listener
        return () => {}
      },
      since: () => '2026-11-24T12:00:00Z',
      read: readPolicy,
      document: {
        current: () => shown,
        async save(next) {
          written.push(next)
          if (write.outcome !== 'forbidden') lies(next)
          return write
        },
        settled: async () => {},
        refresh: async () => {},
        stop() {},
      },
    },
    paused: paused?.document ?? null,
    released: released.document,
    async readLease() {
      if (lease === undefined) throw new Error('forbidden')
      return lease
    },
    isLeaderless: () => false,
    shadow: createShadow(history),
    isListOfNames: () => isListOfNames,
    async mayWrite() {
      asked += 1
      return mayWrite
    },
    now: () => now,
    onWritten: (entry) => log.push(entry),
    onChanged: (entry) => log.push(entry),
  })
  const pass = (ms: number) => {
    now += ms
  }
  return { desk, written, log, pass, lies, asked: () => asked }
}

describe('what stands where it is kept', () => {
  it('a text that is not in force, with each line and reason', async () => {
    const why = cause('fieldEmpty', { field: 'message' })
    const problems = [{ line: 4, column: 2, path: 'spec.rules', cause: why }]
    const { desk } = setUp({ state: { problems } })
    expect((await desk.answer(AUTHOR)).document).toEqual({
      place,
      key: 'policy.yaml',
      helmRelease: null,
      text: 'kept',
      version: 'v',
      trouble: null,
      mayEdit: true,
      problems: [
        {
          line: 4,
          column: 2,
          path: 'spec.rules',
          reason: 'spec.rules: message must not be empty.',
          causes: [why],
        },
      ],
    })
  })

  it('that it cannot be read any more', async () => {
    const causes = [cause('fileAbsent', { path: '/p' })]
    const { desk } = setUp({ state: { status: 'unreadable', causes } })
    expect((await desk.answer(AUTHOR)).document).toMatchObject({
      trouble: { detail: 'There is no file /p.', causes },
      problems: [],
    })
  })

  it('nothing, without a place', async () => {
    const { desk } = setUp({ hasPlace: false })
    expect((await desk.answer(AUTHOR)).document).toBeNull()
    expect(await desk.save(text('10.0.0.0/8'), null, AUTHOR)).toMatchObject({
      outcome: 'error',
      causes: [cause('nowhereToSavePolicy')],
    })
  })
})

describe('a draft', () => {
  it('with a problem: where and why, and nothing is tried', async () => {
    const { desk } = setUp()
    const answer = await desk.preview(text('10.0.0.0/33'), SIGNAL)
    expect(answer).toMatchObject({
      problems: [{ line: 6, reason: expect.stringContaining('spec.allowedAddresses[0]') }],
    })
  })

  it('that narrows the addresses: what would change, before it is saved', async () => {
    const { desk, written } = setUp()
    const answer = await desk.preview(text('203.0.113.0/24'), SIGNAL)
    expect(answer).toMatchObject({ changed: 1, policy: { name: 'racks' } })
    expect(written).toEqual([])
  })
})

describe('saving', () => {
  it('a text with a problem is not written', async () => {
    const { desk, written, log } = setUp()
    expect(await desk.save('kind: Nonsense', 'v', AUTHOR)).toMatchObject({ outcome: 'refused' })
    expect([written, log]).toEqual([[], []])
  })

  it('what was written is logged by name and generation', async () => {
    const { desk, written, log } = setUp()
    expect(await desk.save(text('10.0.0.0/8'), 'v', AUTHOR)).toMatchObject({ outcome: 'saved' })
    expect(written).toEqual([text('10.0.0.0/8')])
    expect(log).toEqual([
      { event: 'policy.saved', policy: expect.stringMatching(/^racks@[0-9a-f]{12}$/), who: 'kim' },
    ])
  })

  it('a policy that comes into force by other means is logged without a person', () => {
    const { log, lies } = setUp()
    lies(text('10.0.0.0/8'))
    const generation = expect.stringMatching(/^[0-9a-f]{12}$/)
    expect(log).toEqual([{ event: 'policy', policy: 'racks', generation, mode: 'off' }])
  })

  it('an unclear write that is in force is logged without a person', async () => {
    const { desk, log } = setUp({ write: { outcome: 'unknown' } })
    await desk.save(text('10.0.0.0/8'), 'v', AUTHOR)
    expect(log).toMatchObject([{ event: 'policy', policy: 'racks' }])
  })

  it('a policy that another writer brings during a save is logged, too', async () => {
    const { desk, log, lies } = setUp()
    const saved = desk.save(text('10.0.0.0/8'), 'v', AUTHOR)
    lies(text('192.0.2.0/24'))
    await saved
    expect(log).toMatchObject([{ event: 'policy.saved' }, { event: 'policy', policy: 'racks' }])
  })

  it('without the right: the API server’s message, and the right is reviewed again', async () => {
    const { desk, log, asked } = setUp({ write: { outcome: 'forbidden', causes: [said('no')] } })
    await desk.answer(AUTHOR)
    expect(await desk.save(text('10.0.0.0/8'), 'v', AUTHOR)).toMatchObject({
      outcome: 'forbidden',
      detail: 'The API server said: “no”',
      causes: [said('no')],
    })
    await desk.answer(AUTHOR)
    expect([log, asked()]).toEqual([[], 2])
  })
})

describe('the kill switch', () => {
  it.each([
    ['absent', null, false],
    ['"false"', 'false', false],
    ['"true"', 'true', true],
    ['anything else: what is not understood stops', 'no', true],
  ])('%s', async (_title, kept, isPaused) => {
    const { desk } = setUp({ paused: memory(kept) })
    expect((await desk.answer(AUTHOR)).paused).toBe(isPaused)
  })

  it('is on once the policy that was in force is gone with it, as for the approver', async () => {
    const policy = { ...DEFAULT_POLICY, generation: '0123456789ab' }
    const { desk } = setUp({ state: { text: null }, policy })
    expect((await desk.answer(AUTHOR)).paused).toBe(true)
    const { desk: switchedOff } = setUp({ paused: memory('false'), state: { text: null }, policy })
    expect((await switchedOff.answer(AUTHOR)).paused).toBe(true)
    const { desk: never } = setUp({ state: { text: null } })
    expect((await never.answer(AUTHOR)).paused).toBe(false)
  })

  it('is there only beside a document', async () => {
    const { desk } = setUp({ paused: null })
    expect((await desk.answer(AUTHOR)).paused).toBeNull()
    expect(await desk.pause(true, AUTHOR)).toMatchObject({ outcome: 'error' })
  })

  it('stops and resumes, even after another writer’s change', async () => {
    const paused = memory(null)
    const { desk, log } = setUp({ paused })
    paused.meanwhile.push('false')
    expect(await desk.pause(true, AUTHOR, 'rack 2 moves')).toMatchObject({ outcome: 'saved' })
    const stopped = { by: 'kim', at: '1970-01-01T00:00:00.000Z', why: 'rack 2 moves' }
    expect(paused.kept()).toBe(stopText(stopped))
    expect((await desk.answer(AUTHOR)).stopped).toEqual(stopped)
    expect(await desk.pause(false, AUTHOR)).toMatchObject({ outcome: 'saved' })
    expect(paused.kept()).toBe('false')
    expect((await desk.answer(AUTHOR)).stopped).toBeNull()
    expect(log).toEqual([
      { event: 'policy.paused', policy: 'built-in', who: 'kim' },
      { event: 'policy.resumed', policy: 'built-in', who: 'kim' },
    ])
    desk.look()
    expect(log).toHaveLength(2)
  })

  it('asks once for a name that does not come, and stops all the same', async () => {
    const kept = memory(null)
    const document = savedByName(kept.document, place, isStopText)
    const { desk } = setUp({ paused: { ...kept, document } })
    let asked = 0
    const author = {
      ...AUTHOR,
      async name(): Promise<string> {
        asked += 1
        throw new Error('no answer')
      },
    }
    expect(await desk.pause(true, author)).toMatchObject({ outcome: 'saved' })
    expect([asked, kept.kept()]).toEqual([
      ...[1, stopText({ by: 'kim', at: '1970-01-01T00:00:00.000Z', why: null })],
    ])
  })

  it.each([
    ['found on at the start', 'true', [], ['paused']],
    ['found off at the start', 'false', [], []],
    ['switched by kubectl', 'false', ['true', 'true', 'false'], ['paused', 'resumed']],
  ])('%s: changes by other means are logged', (_title, first, later, events) => {
    const paused = memory(first)
    const { desk, log } = setUp({ paused })
    desk.look()
    for (const next of later) {
      paused.put(next)
      desk.look()
    }
    expect(log).toEqual(events.map((event) => ({ event, policy: 'built-in' })))
  })
})

describe('the approver', () => {
  const trip = { scope: 'node', name: 'worker-1', at: '2026-11-24T12:00:00Z' } as const
  const renewTime = '2026-11-24T12:00:05Z'

  it.each([
    ['where the brake has stopped it', writeTrips([trip]), [trip]],
    ['that it has not', '', []],
    ['the worst, of what cannot be understood', '{', [{ scope: 'total', name: '', at: renewTime }]],
  ])('as its Lease tells: who leads, and %s', async (_title, annotation, trips) => {
    const annotations = { [BRAKE_ANNOTATION]: annotation }
    const { desk } = setUp({
      lease: { holder: 'approver-1', renewTime, durationSeconds: 15, annotations },
    })
    expect((await desk.answer(AUTHOR)).approver).toEqual({
      presence: 'leading',
      holder: 'approver-1',
      renewedAt: renewTime,
      trips,
    })
  })

  it.each([
    ['absent where there is no Lease', 'absent', { lease: null }],
    ['unknown where the Lease cannot be read', 'unknown', {}],
  ])('is %s', async (_title, presence, options) => {
    expect((await setUp(options).desk.answer(AUTHOR)).approver).toMatchObject({ presence })
  })

  it('is released by a time beside the policy', async () => {
    const released = memory('2026-11-24T09:00:00Z')
    const { desk, log } = setUp({ released })
    expect(await desk.release(AUTHOR)).toMatchObject({ outcome: 'saved' })
    expect(released.kept()).toBe('1970-01-01T00:00:00.000Z')
    expect(log).toEqual([{ event: 'brake.released', policy: 'built-in', who: 'kim' }])
  })
})

it('asks about rights at most twice a minute', async () => {
  const { desk, pass, asked } = setUp({ mayWrite: false })
  for (let index = 0; index < 5; index += 1) {
    expect((await desk.answer(AUTHOR)).document?.mayEdit).toBe(false)
  }
  expect(asked()).toBe(1)
  pass(30_000)
  await desk.answer(AUTHOR)
  expect(asked()).toBe(2)
})

it('tells why the approver approves nothing by the policy in force, beside the list', async () => {
  const automatic = { ...DEFAULT_POLICY.automatic, mode: 'act' } as const
  const policy = { ...DEFAULT_POLICY, automatic }
  const { desk } = setUp({ policy, isListOfNames: true })
  expect((await desk.answer(AUTHOR)).barred?.causes).toEqual([cause('actsOnNamesAlone')])
  expect((await setUp({ policy }).desk.answer(AUTHOR)).barred).toBeNull()
})

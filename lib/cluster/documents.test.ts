import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Documents,
  followDocuments,
  type InForce,
  type ParseExpected,
  type ParsePolicy,
  whyNotInForce,
  whyPolicyUnknown,
} from '#lib/cluster/documents.ts'
import { cause } from '#lib/csr/cause.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import type { DocumentName } from '#lib/kube/documents/document-place.ts'
import { memoryDocument } from '#lib/kube/documents/memory-document.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { type ScriptedDocument, scriptedDocument } from '#lib/kube/fixtures/scripted-document.ts'

const ACTS = { ...DEFAULT_POLICY.automatic, mode: 'act' } as const
const PROBLEM = { line: 3, column: 5, path: '', cause: cause('fieldEmpty', { field: 'name' }) }
const FORBIDDEN = cause('configMapForbidden', { place: 'a/b' })

/** Takes texts that begin with "good"; "good to act" is a policy that acts. */
const parsePolicy: ParsePolicy = (text) =>
  text.startsWith('good')
    ? {
        value: {
          ...DEFAULT_POLICY,
          ...{ name: text, generation: text },
          ...(text === 'good to act' ? { automatic: ACTS } : {}),
        },
      }
    : { problems: [PROBLEM] }

/** Takes a name, and its addresses. */
const parseExpected: ParseExpected = async (text) => {
  const [name = '', ...addresses] = text.split(' ')
  return name === 'bad'
    ? { problems: [{ code: 'noHeader', line: 1, values: {} }] }
    : { value: [{ name, addresses, role: null }] }
}

let clock: ManualClock
let script: Readonly<Record<DocumentName, ScriptedDocument>>
/** Each program follows these documents. */
let person: Documents<Policy, unknown>
let approver: Documents<null, unknown>
/** States that the listeners of each program heard. */
let heard: { readonly person: InForce<Policy>[]; readonly approver: InForce[] }

beforeEach(() => {
  clock = manualClock()
  script = {
    policy: scriptedDocument(),
    expected: scriptedDocument(),
    paused: scriptedDocument(),
    released: scriptedDocument(),
  }
  const followers = {
    policy: script.policy.follow,
    expected: script.expected.follow,
    paused: script.paused.follow,
    released: script.released.follow,
  }
  const common = { followers, parsePolicy, parseExpected, isListInMemory: false, clock }
  heard = { person: [], approver: [] }
  person = followDocuments({ ...common, decider: 'person', builtIn: DEFAULT_POLICY })
  approver = followDocuments({ ...common, decider: 'approver', builtIn: null })
  person.subscribe((now) => heard.person.push(now))
  approver.subscribe((now) => heard.approver.push(now))
})

/** The answer of each program: of the person at the dashboard, and of the approver. */
function both<Answer>(ask: (inForce: InForce<Policy | null>) => Answer): [Answer, Answer] {
  return [ask(person.inForce()), ask(approver.inForce())]
}

const names = () => both(({ policy }) => policy?.name ?? null)
const paused = () => both((inForce) => inForce.paused)
const isExpectedKnown = () => both((inForce) => inForce.isExpectedKnown)
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the policy of both programs', () => {
  it('without a good document, a person has the built-in policy and the approver none', () => {
    expect(names()).toEqual(['built-in', null])
    script.policy.reads('bad')
    expect(names()).toEqual(['built-in', null])
    script.policy.isAbsent()
    expect(names()).toEqual(['built-in', null])
    script.policy.reads('good')
    expect(names()).toEqual(['good', 'good'])
  })

  it.each<[string, () => void]>([
    ['turns bad', () => script.policy.reads('bad')],
    ['vanishes', () => script.policy.isAbsent()],
    ['cannot be read', () => script.policy.isUnreadable(FORBIDDEN)],
  ])('the last good policy stays in force when its document %s', (_, spoil) => {
    script.policy.reads('good')
    const before = both(({ policy }) => policy)
    spoil()
    expect(both(({ policy }) => policy)).toEqual(before)
    script.policy.reads('good two')
    expect(names()).toEqual(['good two', 'good two'])
  })

  it('a document says why it is not in force', () => {
    const why = () =>
      both(({ policyDocument }) => policyDocument && whyNotInForce(policyDocument))[0]
    expect(why()).toEqual([])
    script.policy.reads('bad')
    expect(why()).toEqual([cause('problemAt', { line: 3, column: 5 }), PROBLEM.cause])
    script.policy.isUnreadable(FORBIDDEN)
    expect(why()).toEqual([FORBIDDEN])
    script.policy.reads('good')
    expect(why()).toEqual([])
  })

  it('a policy is in force since its text was read, and the same text again is the same', () => {
    clock.advance(1_000)
    script.policy.reads('good')
    const since = clock.now()
    const first = both(({ policy }) => policy)
    clock.advance(1_000)
    script.policy.isAbsent()
    script.policy.reads('good')
    expect(both(({ policySince }) => policySince)).toEqual([since, since])
    expect(person.inForce().policy).toBe(first[0])
    expect(approver.inForce().policy).toBe(first[1])
  })

  it.each<[string, boolean, boolean, () => void]>([
    ['not read yet', false, false, () => {}],
    // It may forbid anything.
    ['unreadable', false, false, () => script.policy.isUnreadable(FORBIDDEN)],
    ['absent', true, false, () => script.policy.isAbsent()],
    ['bad', true, false, () => script.policy.reads('bad')],
    ['good', true, true, () => script.policy.reads('good')],
  ])(
    'a policy that is %s is known to a person (%s), and the approver acts by it (%s)',
    (_, isKnown, isInForce, happen) => {
      happen()
      expect(person.inForce().isPolicyKnown).toBe(isKnown)
      expect(approver.inForce().policy !== null).toBe(isInForce)
    },
  )

  it('a person hears why the policy is unknown after a failed read, and nothing once it was known', () => {
    const why = () => whyPolicyUnknown(person.inForce())
    expect(why()).toEqual([])
    script.policy.isUnreadable(FORBIDDEN)
    expect(why()).toEqual([cause('policyUnknown'), FORBIDDEN])
    script.policy.reads('good')
    script.policy.isUnreadable(FORBIDDEN)
    expect(why()).toEqual([])
  })
})

describe('the kill switch of both programs', () => {
  beforeEach(() => script.policy.reads('good'))

  it.each([
    ['true', true],
    ['', true],
    ['no', true],
    ['yes please\n', true],
    ['false', false],
    ['false\n', false],
  ])('the text %j stops the approver: %s', (text, isOn) => {
    script.paused.reads(isOn ? 'false' : 'true')
    expect(paused()).toEqual([!isOn, !isOn])
    script.paused.reads(text)
    expect(paused()).toEqual([isOn, isOn])
  })

  it('before the switch was read, a person does not know it and the approver is stopped', () => {
    expect(paused()).toEqual([null, true])
  })

  it('a missing switch beside a policy lets the approver act', async () => {
    script.paused.isAbsent()
    await turn()
    expect(paused()).toEqual([false, false])
  })

  it('an unreadable switch is unknown to a person at once, and stops the approver in a minute', () => {
    script.paused.reads('false')
    script.paused.isUnreadable(FORBIDDEN)
    expect(paused()).toEqual([null, false])
    clock.advance(59_999)
    // Another reason begins no other minute.
    script.paused.isUnreadable()
    expect(paused()).toEqual([null, false])
    clock.advance(1)
    expect(paused()).toEqual([null, true])
    script.paused.reads('false')
    expect(paused()).toEqual([false, false])
    clock.advance(60_000)
    expect(paused()).toEqual([false, false])
  })

  it('a switch that is turned on while the policy is read again stays on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    script.policy.refreshed = promise
    script.paused.isAbsent()
    script.paused.reads('true')
    resolve()
    await turn()
    expect(paused()).toEqual([true, true])
    expect(heard.approver.map((inForce) => inForce.paused)).not.toContain(false)
  })

  it('a switch that is deleted together with the policy keeps the approver stopped', async () => {
    script.paused.reads('true')
    const { promise, resolve } = Promise.withResolvers<void>()
    script.policy.refreshed = promise
    script.paused.isAbsent()
    script.policy.isAbsent()
    resolve()
    await turn()
    expect(heard.approver.map((inForce) => inForce.paused)).not.toContain(false)
    expect(paused()).toEqual([true, true])
    script.policy.reads('good again')
    expect(paused()).toEqual([false, false])
  })

  it('a policy that vanishes stops the approver until it is read again, also while unreadable', () => {
    script.paused.reads('false')
    script.policy.isAbsent()
    script.policy.isUnreadable(FORBIDDEN)
    expect(paused()).toEqual([true, true])
    script.policy.reads('good')
    expect(paused()).toEqual([false, false])
  })
})

it('without a policy from the start, the approver is stopped and a person has the built-in one', () => {
  script.paused.reads('false')
  script.policy.isAbsent()
  expect(paused()).toEqual([false, true])
})

it('a release of the brake counts up to now, and never one in the future', () => {
  const released = () => both(({ releasedAt }) => new Date(releasedAt).toISOString())[1]
  script.released.reads('2026-11-24T12:00:30Z')
  expect(released()).toBe('2026-11-24T12:00:30.000Z')
  script.released.reads('2036-01-01T00:00:00Z')
  script.released.reads('tomorrow')
  script.released.isAbsent()
  expect(released()).toBe('2026-11-24T12:00:30.000Z')
})

describe('the list of expected machines of both programs', () => {
  const listed = () => both(({ expected }) => expected?.map(({ name }) => name) ?? null)

  it.each<[string, () => void]>([
    ['turns bad', () => script.expected.reads('bad')],
    ['vanishes', () => script.expected.isAbsent()],
    ['cannot be read', () => script.expected.isUnreadable(FORBIDDEN)],
  ])('the last good list stays in force when its document %s', async (_, spoil) => {
    script.expected.reads('worker-1')
    await turn()
    spoil()
    await turn()
    expect(listed()).toEqual([['worker-1'], ['worker-1']])
    expect(isExpectedKnown()).toEqual([true, true])
  })

  it.each<[string, () => void, [boolean, boolean]]>([
    ['not read yet', () => {}, [false, false]],
    ['unreadable', () => script.expected.isUnreadable(FORBIDDEN), [true, false]],
    ['absent', () => script.expected.isAbsent(), [true, false]],
    ['bad', () => script.expected.reads('bad'), [true, false]],
    ['good', () => script.expected.reads('worker-1'), [true, true]],
  ])('a list that is %s is known by the rules of each program', async (_, happen, known) => {
    happen()
    await turn()
    expect(isExpectedKnown()).toEqual(known)
  })

  it('a list is not known while it is parsed, even if the policy changes meanwhile', async () => {
    script.expected.reads('worker-1')
    script.policy.reads('good')
    expect(isExpectedKnown()).toEqual([false, false])
    await turn()
    expect(isExpectedKnown()).toEqual([true, true])
  })

  it.each<['person' | 'approver']>([['person'], ['approver']])(
    'a list in memory is known at once to the %s, and an empty text ends it',
    async (decider) => {
      const nowhere = { policy: null, paused: null, released: null }
      const { inForce, expected, stop } = followDocuments<null, unknown>({
        decider,
        followers: { ...nowhere, expected: memoryDocument },
        builtIn: null,
        ...{ parsePolicy, parseExpected, isListInMemory: true, clock },
      })
      const started = { isPolicyKnown: true, isExpectedKnown: true, expected: null, paused: null }
      expect(inForce()).toMatchObject(started)
      await expected.save('worker-1', null, null)
      await expected.settled()
      expect(inForce().expected).toHaveLength(1)
      await expected.save('', expected.current().version, null)
      expect(inForce()).toMatchObject({ expected: null, isExpectedKnown: true })
      stop()
    },
  )
})

describe('a policy that acts, without allowedNames', () => {
  const barred = () => both((inForce) => inForce.barred?.code ?? null)
  beforeEach(() => script.policy.reads('good to act'))

  it('such a policy approves nothing beside a list of names alone, until one of the two changes', async () => {
    script.expected.reads('worker-1')
    await turn()
    expect(barred()).toEqual(['actsOnNamesAlone', 'actsOnNamesAlone'])
    script.expected.reads('worker-1 198.51.100.11')
    await turn()
    expect(barred()).toEqual([null, null])
    script.expected.reads('worker-1')
    await turn()
    script.policy.reads('good to watch')
    expect(barred()).toEqual([null, null])
  })

  it('such a policy approves without a list', () => {
    expect(barred()).toEqual([null, null])
  })
})

it('listeners hear of each change with the state before it, until they unsubscribe', () => {
  const changes: string[] = []
  const undo = person.subscribe((now, before, name) =>
    changes.push(`${name}: ${before.policy.name} → ${now.policy.name}`),
  )
  script.policy.reads('good')
  script.released.reads('tomorrow')
  undo()
  script.policy.reads('good two')
  expect(changes).toEqual(['policy: built-in → good', 'released: good → good'])
})

it('listeners hear nothing after the stop', () => {
  script.paused.reads('false')
  script.paused.isUnreadable(FORBIDDEN)
  approver.stop()
  const before = heard.approver.length
  clock.advance(120_000)
  expect(heard.approver).toHaveLength(before)
})

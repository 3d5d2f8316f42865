import { beforeEach, describe, expect, it } from 'vitest'
import { createPolicies, type Policies } from '#lib/cluster/policies.ts'
import { cause } from '#lib/csr/cause.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import type { DocumentState, FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const GONE = cause('fileAbsent', { path: '/p' })
const UNREAD: DocumentState = { status: 'unread', text: null, version: null, causes: [] }

let clock: ManualClock
let state = UNREAD
let told: string[]
/** Whether it was known after each read. */
let looks: boolean[]
let change: () => void
let policies: Policies
let changes: number

function document(name: string, spec = '{}'): string {
  return [
    'apiVersion: countersign.dev/v1alpha1',
    'kind: ApprovalPolicy',
    `metadata: { name: ${name} }`,
    `spec: ${spec}`,
  ].join('\n')
}

function becomes(next: Partial<DocumentState>): void {
  state = { ...state, causes: [], ...next }
  clock.advance(1_000)
  change()
}

const reads = (text: string) => becomes({ status: 'read', text, version: `v${text.length}` })

beforeEach(() => {
  clock = manualClock()
  state = UNREAD
  told = []
  looks = []
  changes = 0
  const followed: FollowedDocument<unknown> = {
    current: () => state,
    save: async () => ({ outcome: 'saved' }),
    refresh: () => Promise.resolve(),
    stop() {},
  }
  policies = createPolicies({
    follow(onChange) {
      change = onChange
      return followed
    },
    builtIn: {
      ...DEFAULT_POLICY,
      allowedSigners: ['example.com/settings'],
      secondPerson: { ...DEFAULT_POLICY.secondPerson, for: ['controlPlane'] },
    },
    clock,
    onLook: () => looks.push(policies.isKnown()),
    onProblem: (words) => told.push(words),
  })
  policies.subscribe(() => {
    changes += 1
  })
})

describe('the policy in force', () => {
  it('the built-in one until a good document was read, and it does nothing by itself', () => {
    expect(policies.current().name).toBe('built-in')
    expect(policies.current().automatic.mode).toBe('off')
    reads(document('racks', '{ maxExpiration: 24h }'))
    expect(policies.current()).toMatchObject({ name: 'racks', maxExpirationSeconds: 86_400 })
    expect(changes).toBe(1)
    expect(policies.since()).toBe('2026-11-24T12:00:01.000Z')
    expect(policies.document?.current()).toMatchObject({ problems: [], causes: [] })
  })

  it.each<[string, () => void]>([
    ['it was read', () => reads(document('racks'))],
    ['it is bad', () => reads('nonsense')],
    ['there is none', () => becomes({ status: 'absent' })],
  ])('nobody knows it before somebody has looked: %s', (_, look) => {
    expect([policies.isKnown(), policies.whyUnknown()]).toEqual([false, []])
    look()
    expect([looks, policies.whyUnknown()]).toEqual([[true], []])
  })

  it('nor while nobody could read it; one that was read stands when it cannot be any more', () => {
    const why = [cause('configMapForbidden', { place: 'a/b' })]
    becomes({ status: 'unreadable', causes: why })
    expect([looks, policies.whyUnknown()]).toEqual([[false], [cause('policyUnknown'), ...why]])
    expect(told).toEqual([expect.stringMatching(/^The ConfigMap a\/b .* Nothing is live\.$/)])
    reads(document('racks'))
    becomes({ status: 'unreadable', causes: why })
    expect([looks, policies.whyUnknown()]).toEqual([[false, true, true], []])
    expect(told[1]).toContain('In force is the policy racks')
  })

  it('a bad document at the start: the built-in one, and one line that says so', () => {
    reads(document('racks', '{ automatic: { mode: act, speed: 3 } }'))
    expect(policies.current().automatic.mode).toBe('off')
    expect(policies.current().name).toBe('built-in')
    expect(changes).toBe(0)
    expect(told).toEqual([
      'The policy is refused. Line 4, column 33: spec.automatic.speed: There is no field speed ' +
        'here. In force is the policy built-in (built-in).',
    ])
  })

  it('the last good one, when the document turns bad; the page has the bad text', () => {
    reads(document('racks'))
    const good = policies.current()
    reads('nonsense')
    expect(policies.current()).toBe(good)
    expect(changes).toBe(1)
    expect(policies.document?.current()).toMatchObject({
      text: 'nonsense',
      problems: [{ line: 1, column: 1, path: '' }],
    })
    reads(document('racks', '{ expectedComplete: true }'))
    expect(policies.document?.current().problems).toEqual([])
    expect(policies.current().expectedComplete).toBe(true)
  })

  it.each<[string, Partial<DocumentState>]>([
    ['vanishes', { status: 'absent', text: null, version: null, causes: [GONE] }],
    [
      'cannot be read',
      { status: 'unreadable', causes: [cause('fileUnreadable', { path: '/p', code: 'EACCES' })] },
    ],
  ])('the last good one, when the document %s', (_, next) => {
    reads(document('racks'))
    const good = policies.current()
    becomes(next)
    expect(policies.current()).toBe(good)
    expect(policies.document?.current()).toMatchObject({ causes: next.causes, problems: [] })
    expect(told).toHaveLength(1)
    becomes(next)
    expect(told).toHaveLength(1)
  })

  it('the same text again is the same policy', () => {
    reads(document('racks'))
    const before = policies.current()
    becomes({ status: 'absent', text: null, causes: [GONE] })
    reads(document('racks'))
    expect(policies.current()).toBe(before)
    expect(changes).toBe(1)
  })

  it('the process’s own settings apply in addition to the document', () => {
    reads(
      document('racks', '{ signers: [example.com/policy], secondPerson: { for: [suspicious] } }'),
    )
    expect(policies.current().allowedSigners).toEqual([
      'example.com/policy',
      'example.com/settings',
    ])
    expect(policies.current().secondPerson.for).toEqual(['suspicious', 'controlPlane'])
  })

  it('no listener is called after its undo', () => {
    const undo = policies.subscribe(() => {
      changes += 10
    })
    undo()
    reads(document('racks'))
    expect(changes).toBe(1)
  })
})

it('without a place what is built in is in force, and known', () => {
  const nowhere = createPolicies({
    follow: null,
    builtIn: DEFAULT_POLICY,
    clock,
    onLook() {},
    onProblem() {},
  })
  expect([nowhere.document, nowhere.current(), nowhere.isKnown()]).toEqual([
    null,
    DEFAULT_POLICY,
    true,
  ])
})

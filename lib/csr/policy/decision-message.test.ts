import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hasInvisible } from '#lib/csr/escape.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import {
  automaticMessage,
  type DecisionWords,
  decidedByPolicy,
  decisionMessage,
  readDecision,
} from '#lib/csr/policy/decision-message.ts'

const condition = (message: string, reason = 'CountersignApprove') => ({
  type: 'Approved',
  status: 'True',
  reason,
  message,
  lastUpdateTime: null,
})

const automatic = automaticMessage({
  username: 'approver',
  policy: { name: 'rack2', generation: 'built-in' },
  requestId: 'r-1',
})

it('a message has the decision, both people and the note', () => {
  const record = { person: 'kim.osei', requestId: 'r-1', note: 'on the list' }
  expect(decisionMessage('deny', record)).toBe(
    'Denied by kim.osei with Countersign (request r-1): on the list',
  )
  const proposedBy = { person: 'alice', proposal: 'p-1' }
  expect(decisionMessage('approve', { ...record, proposedBy })).toBe(
    'Approved by kim.osei with Countersign (request r-1), proposed by alice (p-1): on the list',
  )
})

it.each([
  ['a service account', 'system:serviceaccount:ops:kim', 'system:serviceaccount:ops:kim'],
  ['spaces', 'Kim Osei', 'Kim Osei'],
  ['an address', 'jane@example.com', 'jane@example.com'],
  ['a domain’s', 'CORP\\kim', 'CORP\\kim'],
  ['parentheses', 'Kim (ops)', 'Kim \\u0028ops\\u0029'],
  ['what reads like an escape of ours', 'kim\\u0028', 'kim\\u005cu0028'],
  ['our own words', 'm with Countersign (request 1)', 'm with Countersign \\u0028request 1\\u0029'],
])('a message escapes a name so that only our words end it: %s', (_, person, drawn) => {
  expect(decisionMessage('approve', { person, requestId: 'r-1', note: '' })).toBe(
    `Approved by ${drawn} with Countersign (request r-1)`,
  )
})

const WORDS = [
  '@0123456789ab as ',
  '@',
  ' with Countersign (request ',
  ', proposed by ',
  ' (p-1)',
  ': ',
  ')',
  '\\u0028',
  '\\u{110000}',
  '\\',
  ' ',
  '\u202e',
  '\n',
]
const texts = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
const names = texts.filter((text) => text !== '')

it('our own messages are read back for any names and note', () => {
  const records = fc.record({
    person: names,
    requestId: fc.uuid(),
    note: texts,
    proposedBy: fc.option(fc.record({ person: names, proposal: names }), { nil: undefined }),
  })
  fc.assert(
    fc.property(records, ({ proposedBy, ...record }) => {
      const two = proposedBy === undefined ? record : { ...record, proposedBy }
      const message = decisionMessage('approve', two)
      // lib/kube/writes/approval-write.ts would escape invisible characters a second time.
      expect(hasInvisible(message)).toBe(false)
      expect(readDecision(condition(message))).toEqual({
        decider: 'countersign',
        by: record.person,
        proposedBy: proposedBy?.person ?? null,
        note: record.note === '' ? null : record.note,
        tooLong: false,
      })
    }),
  )
})

it.each([
  ['kubectl', 'KubectlApprove', 'This CSR was approved by kubectl certificate approve.'],
  ['another reason', 'Mine', 'Approved by kim with Countersign (request r-1)'],
  ['another text', 'CountersignApprove', 'Approved'],
])('the reader of messages does not guess: %s', (_, reason, message) => {
  expect(readDecision(condition(message, reason)).by).toBeNull()
})

const record = { person: 'kim.osei', requestId: 'r-1', note: '' }
const proposedBy = { person: 'alice (night shift)', proposal: 'p-1' }
const longest = 'x'.repeat(2_000)

it.each<[string, string, string | undefined, Partial<DecisionWords>]>([
  ['a person', decisionMessage('approve', record), undefined, { by: 'kim.osei' }],
  [
    'a denial with a note',
    decisionMessage('deny', { ...record, note: 'not ours: (rack 7)' }),
    'CountersignDeny',
    { by: 'kim.osei', note: 'not ours: (rack 7)' },
  ],
  [
    'cut off within the proposal',
    decisionMessage('approve', { ...record, proposedBy }).slice(0, -9),
    undefined,
    { by: 'kim.osei' },
  ],
  [
    'names of an earlier version, with parentheses',
    'Approved by Kim (ops) with Countersign (request r-1), proposed by Al (night shift) (p-1): x',
    undefined,
    { by: 'Kim (ops)', proposedBy: 'Al (night shift)', note: 'x' },
  ],
  ['a colon and nothing', `${decisionMessage('approve', record)}: `, undefined, { by: 'kim.osei' }],
  ['the policy', automatic, 'CountersignAutoApprove', { by: 'policy rack2@built-in' }],
  ['kubectl', 'by kubectl.', 'KubectlApprove', { note: 'by kubectl.' }],
  ['our reason, another’s text', 'Approved', undefined, { note: 'Approved' }],
  ['nothing', '', 'Mine', {}],
  ['as long as ours may be', longest, 'Mine', { note: longest }],
  ['longer', `${longest}x`, 'Mine', { tooLong: true }],
])('a message is read in its parts: %s', (_, message, reason, words) => {
  const nothing = { by: null, proposedBy: null, note: null, tooLong: false }
  expect(readDecision(condition(message, reason))).toMatchObject({ ...nothing, ...words })
})

it.each([
  ['a service account', 'system:serviceaccount:countersign:countersign-approver'],
  ['spaces and an at sign', 'Kim as policy eve@0123456789ab'],
  ['what reads like another policy', 'a@0123456789ab as b'],
])('a message names the policy that decided by itself: %s', (_, username) => {
  const policy = { name: 'rack2', generation: '1a2b3c4d5e6f' }
  const message = automaticMessage({ username, policy, requestId: 'r-1' })
  const approved = condition(message, 'CountersignAutoApprove')
  expect(message).toContain(username)
  expect(readDecision(approved).by).toBe('policy rack2@1a2b3c4d5e6f')
  expect(decidedByPolicy(approved)).toEqual(policy)
})

it('the policy’s name is read back from our messages, for any names', () => {
  const records = fc.record({
    username: names,
    policy: fc.record({ name: names, generation: fc.constantFrom('built-in', '1a2b3c4d5e6f') }),
    requestId: fc.uuid(),
  })
  fc.assert(
    fc.property(records, (automatically) => {
      const message = automaticMessage(automatically)
      const { name, generation } = automatically.policy
      const approved = condition(message, 'CountersignAutoApprove')
      expect(hasInvisible(message)).toBe(false)
      expect(decidedByPolicy(approved)).toEqual({ name, generation })
      expect(readDecision(approved)).toMatchObject({
        decider: 'approver',
        by: `policy ${name}@${generation}`,
      })
    }),
  )
})

it.each([
  ['a user that reads like another policy', 'racks', 'a@0123456789ab as b'],
  ['parentheses', 'racks (new)', 'Kim (ops)'],
  ['an at sign in the policy’s name', 'racks@west', 'approver'],
])('a message of an earlier version with an unescaped name is read: %s', (_, name, username) => {
  const by = `${name}@1a2b3c4d5e6f as ${username}`
  const message = `Approved automatically by policy ${by} with Countersign (request r-1)`
  expect(decidedByPolicy(condition(message, 'CountersignAutoApprove'))).toEqual({
    name,
    generation: '1a2b3c4d5e6f',
  })
})

it.each([
  ['a person’s reason', 'CountersignApprove', 'rack2@1a2b3c4d5e6f'],
  ['no generation', 'CountersignAutoApprove', 'rack2'],
  ['a generation that is none', 'CountersignAutoApprove', 'rack2@latest'],
])('a message of another program names no policy: %s', (_, reason, policy) => {
  const message = `Approved automatically by policy ${policy} as a with Countersign (request r-1)`
  expect(decidedByPolicy(condition(message, reason))).toBeNull()
  expect(readDecision(condition(message, reason)).by).toBeNull()
})

it.each([
  ['a policy', 'CountersignAutoApprove', 'Approved automatically by policy ', '@built-in as a'],
  ['a person', 'CountersignApprove', 'Approved by ', ''],
])('messages up to our longest are read, and no longer ones: %s', (_, reason, start, end) => {
  const rest = `${end} with Countersign (request r-1)`
  const who = 'x'.repeat(2_000 - start.length - rest.length)
  expect(readDecision(condition(`${start}${who}${rest}`, reason)).by).toContain(who)
  expect(readDecision(condition(`${start}x${who}${rest}`, reason)).by).toBeNull()
})

it.each([
  ['a policy', 'CountersignAutoApprove', 'Approved automatically by policy ', '@built-in as '],
  ['a person', 'CountersignApprove', 'Approved by ', 'x with Countersign (request '],
])('a message longer than ours is not parsed: %s', (_, reason, start, again) => {
  const end = 'a@0123456789ab as b with Countersign (request r-1)'
  const message = condition(start + again.repeat(20_000) + end, reason)
  // It once took seconds.
  expect(timesYardstick(500, () => readDecision(message))).toBeLessThan(500)
  expect(readDecision(message).by).toBeNull()
})

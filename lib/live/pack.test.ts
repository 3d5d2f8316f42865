import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DECIDERS } from '#lib/csr/machine/decider.ts'
import { type MachineRow, type RequestRow, STAGES } from '#lib/csr/machine/rows.ts'
import { CHECK_CODES, HOLDERS } from '#lib/csr/model.ts'
import { SECOND_PERSON_KINDS } from '#lib/csr/policy/policy.ts'
import { toListed } from '#lib/live/apply.ts'
import {
  ago,
  bigSnapshot,
  makeMachine,
  makeRequest,
  makeSnapshot,
} from '#lib/live/fixtures/cluster.ts'
import { packInSteps, packSnapshot } from '#lib/live/pack.ts'
import { spread } from '#lib/live/steps.ts'
import { unpackInSteps, unpackSnapshot } from '#lib/live/unpack.ts'
import type { Snapshot } from '#lib/live/wire.ts'

/** Through JSON, as it travels. */
function roundTrip(snapshot: Snapshot) {
  return unpackSnapshot(JSON.parse(JSON.stringify(packSnapshot(snapshot))))
}

describe('a packed snapshot comes back as it was, less fingerprints and node uids', () => {
  it.each([
    ['empty', makeSnapshot()],
    ['one machine', makeSnapshot({ machines: [makeMachine()] })],
    ['a machine without requests', makeSnapshot({ machines: [makeMachine({ requests: [] })] })],
    ['only other requests', makeSnapshot({ others: [makeRequest({ nodeName: null })] })],
    [
      'names of which no separator is free',
      makeSnapshot({ machines: [makeMachine({ name: 'a/b\tc|d\u0000e' })] }),
    ],
    [
      'times that are none',
      makeSnapshot({
        others: [makeRequest({ createdAt: 'never', decidedAt: '2026-99-99T99:99:99Z' })],
      }),
    ],
    [
      'times with fractions',
      makeSnapshot({ others: [makeRequest({ createdAt: '2026-11-24T14:00:00.123Z' })] }),
    ],
    [
      'an opaque resourceVersion',
      makeSnapshot({
        others: ['007', '1e3', '', '-1', '99999999999999999999'].map((resourceVersion, index) =>
          makeRequest({ uid: `u${index}`, resourceVersion }),
        ),
      }),
    ],
    ['5,000 machines', bigSnapshot(5_000)],
  ])('%s', (_, snapshot) => {
    expect(roundTrip(snapshot)).toEqual(toListed(snapshot))
  })

  it('whatever the rows hold', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(roundTrip(snapshot)).toEqual(toListed(snapshot))
      }),
      { numRuns: 300 },
    )
  })

  it('also when both ends do it in pieces', async () => {
    const snapshot = bigSnapshot(100)
    const soon = () => Promise.resolve()
    const packed = await spread(packInSteps(snapshot), soon, () => 0, 0)
    const listed = await spread(unpackInSteps(packed), soon, () => 0, 0)
    expect(listed).toEqual(toListed(snapshot))
  })
})

it('a form of another build is refused, not misread', () => {
  const packed = { ...packSnapshot(makeSnapshot()), form: 1 as 5 }
  expect(unpackSnapshot(packed)).toBeNull()
})

it('5,000 nodes with 10,000 requests take at most 400 KB gzipped', () => {
  const packed = JSON.stringify(packSnapshot(bigSnapshot(5_000)))
  expect(gzipSync(packed, { level: 6 }).length).toBeLessThanOrEqual(400_000)
})

// ── Anything at all ──────────────────────────────────────────────────────────────────────────

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'worker-1', 'worker-2.example.com', 'csr-4kz7p', '10.0.0.1', '__proto__'),
)
const times = fc.oneof(
  fc.integer({ min: -100, max: 100_000 }).map(ago),
  fc.integer({ min: -100, max: 100_000 }).map((seconds) => ago(seconds).replace('Z', '.000Z')),
  texts,
)
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null })
const verdicts = maybe(fc.constantFrom('verified', 'plausible', 'suspicious', 'refused'))
const checkCodes = fc.constantFrom(...CHECK_CODES)
const reasons = maybe(
  fc.record({ code: checkCodes, finding: texts, values: fc.dictionary(texts, texts) }),
)
const uids = fc.oneof(fc.uuid({ version: 4 }), fc.uuid({ version: 7 }), texts)

const requests: fc.Arbitrary<RequestRow> = fc.record({
  uid: uids,
  name: texts,
  resourceVersion: fc.oneof(fc.nat().map(String), texts),
  fingerprint: texts,
  signerName: texts,
  requestor: fc.oneof(texts, fc.constant('system:node:worker-1')),
  nodeName: maybe(texts),
  createdAt: times,
  expirationSeconds: maybe(fc.integer()),
  status: fc.constantFrom('Pending', 'Approved,Issued', 'Denied', 'Approved,Failed'),
  verdict: verdicts,
  failing: fc.array(checkCodes, { maxLength: 3 }),
  reason: reasons,
  superseded: fc.boolean(),
  unattended: fc.constantFrom('verified', 'plausible', 'asking', null),
  secondPerson: maybe(
    fc.record({
      because: fc.constantFrom(...SECOND_PERSON_KINDS),
      proposal: maybe(
        fc.record({
          name: texts,
          by: texts,
          at: times,
          until: times,
          note: texts,
          uncounted: fc.constantFrom(null, 'own', 'mayNot'),
        }),
      ),
    }),
  ),
  deadline: maybe(times),
  decidedAt: maybe(times),
  decider: maybe(fc.constantFrom(...DECIDERS)),
  decidedBy: maybe(texts),
  proposedBy: maybe(texts),
  decisionNote: maybe(texts),
  decisionTooLong: fc.boolean(),
  failure: maybe(texts),
  notAfter: maybe(times),
})

const addresses = fc.record({
  type: texts,
  address: fc.oneof(
    texts,
    fc.ipV4(),
    fc.constantFrom('256.1.1.1', '01.2.3.4', '1.2.3.4 ', '1..2.3'),
  ),
})

const machines: fc.Arbitrary<MachineRow> = fc.record({
  name: texts,
  stage: fc.constantFrom(...STAGES),
  stageSince: maybe(times),
  verdict: verdicts,
  reason: reasons,
  next: maybe(fc.constantFrom('approveClient', 'approveServing', 'review')),
  waiting: fc.boolean(),
  waitingForSigner: fc.boolean(),
  rebootstrapping: fc.boolean(),
  firstPendingAt: maybe(times),
  deadline: maybe(times),
  overdue: fc.boolean(),
  nextDuplicateAt: maybe(times),
  duplicates: fc.nat(100),
  requests: fc.array(requests, { maxLength: 4 }),
  node: maybe(
    fc.record({
      uid: uids,
      ready: fc.boolean(),
      status: texts,
      roles: fc.array(texts, { maxLength: 3 }),
      version: texts,
      addresses: fc.array(addresses, { maxLength: 4 }),
      createdAt: times,
      readySince: maybe(times),
      problem: maybe(texts),
    }),
  ),
  machineObject: maybe(
    fc.record({
      apiGroup: texts,
      namespace: texts,
      name: texts,
      phase: maybe(texts),
      role: maybe(texts),
      createdAt: times,
    }),
  ),
  execAndLogs: fc.constantFrom('available', 'unavailable', 'unknown'),
  servingNotAfter: maybe(times),
  joinedAt: maybe(times),
  hold: maybe(
    fc.record({
      holder: fc.constantFrom(...HOLDERS),
      finding: texts,
      values: fc.dictionary(texts, texts, { maxKeys: 3 }),
    }),
  ),
  alarm: maybe(
    fc.record({ uid: uids, since: maybe(texts), differs: fc.array(texts, { maxLength: 3 }) }),
  ),
})

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    machines: fc.uniqueArray(machines, { maxLength: 8, selector: ({ name }) => name }),
    others: fc.uniqueArray(requests, { maxLength: 8, selector: ({ uid }) => uid }),
  })
  .map(makeSnapshot)

import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createReporter, type Reporter } from '#approver/reporter.ts'
import { createMetrics } from '#lib/act/approver-metrics.ts'
import { cause } from '#lib/csr/cause.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { World } from '#lib/csr/world/world.ts'
import { sandboxOfFile } from '#lib/kube/fixtures/sandbox-api.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'

const api = sandboxOfFile()
const LEASE = { namespace: 'countersign', name: 'approver' }
let log: Readonly<Record<string, unknown>>[]
let processes: Reporter[]

/** Events in the order in which they were created. */
const events = () =>
  api.sandbox.world
    .list('events')
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))

beforeAll(() => {
  api.sandbox.world.create('leases', { metadata: LEASE })
})

beforeEach(() => {
  log = []
  processes = []
})

afterEach(() => {
  for (const process of processes) process.stop()
  for (const { metadata } of events()) api.sandbox.world.delete('events', metadata.name, metadata)
})

/** Another process of the approver, with a policy of that generation. */
function approver(generation: string): Reporter {
  const process = createReporter({
    identity: api.person(),
    lease: LEASE,
    instance: `approver-${generation}`,
    clock: systemClock,
    metrics: createMetrics(() => {
      throw new Error('nobody reads them')
    }),
    write: async (entry) => void log.push(entry),
    policy: () => ({ ...DEFAULT_POLICY, name: 'rack2', generation }),
    seenAt: () => 0,
    onError: () => () => {},
  })
  processes.push(process)
  return process
}

const world = new World()
const csr = makeCsr({ nodeName: 'worker-1' })
world.upsertCsr(csr)
const claim = world.claim(csr.uid)

function leaves(process: Reporter, check: 'node.known' | 'sans.owned' | 'sans.foreign'): void {
  if (claim === null) throw new Error('no claim')
  const answer = { act: 'leave', because: 'suspicious', check } as const
  process.answer({ claim, answer, superseded: false })
}

const reported = (count: number) => until(() => events().length === count, `${count} Events`)

it('a process with another policy writes its own Event, and reports no forgery', async () => {
  leaves(approver('1'), 'node.known')
  await reported(1)
  const next = approver('2')
  leaves(next, 'node.known')
  // Events are written in turn: this one's presence shows that the one before is done.
  leaves(next, 'sans.owned')
  await reported(3)
  expect(events()).toMatchObject([
    { note: expect.stringContaining('rack2@1') },
    { note: expect.stringContaining('rack2@2') },
    { note: expect.stringContaining('rack2@2') },
  ])
  expect(log.filter(({ event }) => event === 'eventNameTaken')).toEqual([])
})

it('a third answer about one request is reported like the first two', async () => {
  const process = approver('1')
  leaves(process, 'node.known')
  leaves(process, 'sans.owned')
  leaves(process, 'sans.foreign')
  await reported(3)
  const notes = events().map((event) => Reflect.get(event, 'note'))
  expect(notes.at(-1)).toContain('sans.foreign')
})

it.each([
  ['that the API server told', 'audit-1', { auditId: 'audit-1' }],
  ['that it did not tell', null, {}],
])('the line of a decision has the id in the audit log %s', (_, auditId, found) => {
  if (claim === null) throw new Error('no claim')
  const decided = { claim, requestId: 'r', auditId, causes: [], trip: null } as const
  approver('1').done({ ...decided, outcome: 'already', policy: DEFAULT_POLICY })
  expect(log).toMatchObject([{ event: 'already', requestId: 'r', uid: csr.uid, ...found }])
  expect(log.some((line) => 'auditId' in line)).toBe('auditId' in found)
})

it('a try has a line before it and one after it, which name the request and the try', async () => {
  if (claim === null) throw new Error('no claim')
  const process = approver('1')
  await process.begins({ claim, requestId: 'r' })
  process.notTried({ claim, requestId: 'r', causes: [cause('approverPaused')] })
  expect(log).toMatchObject([
    { event: 'approving', requestId: 'r', uid: csr.uid, node: 'worker-1' },
    { event: 'notTried', requestId: 'r', uid: csr.uid, detail: 'The approver is paused.' },
  ])
})

it.each([
  ['in its turn has a line', 'r', ['braked']],
  ['before its turn has none', '', []],
])('a request that the brake stops %s', (_, requestId, expected) => {
  if (claim === null) throw new Error('no claim')
  const trip = { scope: 'total', name: '', at: '2026-11-24T12:00:00Z' } as const
  const done = { claim, requestId, auditId: null, causes: [], trip, policy: DEFAULT_POLICY }
  approver('1').done({ ...done, outcome: 'braked' })
  expect(log.map(({ event }) => event)).toEqual(expected)
})

it('a looser policy is an Event on the Lease and a line of the log, however often it comes', async () => {
  const process = approver('2')
  const before = { ...DEFAULT_POLICY, name: 'rack2', generation: '1' }
  const after = { ...DEFAULT_POLICY, name: 'rack2', generation: '2' }
  const fields = { looser: ['allowedNames'], unclear: ['rules'] }
  for (const count of [1, 2]) {
    process.loosened({ before, after, ...fields })
    await reported(count)
  }
  expect(events()[1]).toMatchObject({
    reason: 'PolicyLoosened',
    type: 'Warning',
    regarding: { kind: 'Lease', name: 'approver', namespace: 'countersign' },
    note: 'The policy rack2@2 is looser in allowedNames, perhaps looser in rules than policy rack2@1 before it.',
  })
  expect(log[0]).toEqual({
    event: 'policyLoosened',
    ...{ policy: 'rack2', generation: '2', policyBefore: 'rack2', generationBefore: '1' },
    ...fields,
  })
})

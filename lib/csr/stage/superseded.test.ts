import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { client, clockOf, renewal, rowOf, serving, t } from '#lib/csr/fixtures/machine-story.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { deriveAhead, deriveMachine } from '#lib/csr/machine/derive.ts'
import type { Csr, Node } from '#lib/csr/model.ts'
import { NEVER_REPORTED } from '#lib/csr/names.ts'
import { isSuperseded } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'

let keys = 0

/** A serving request of `worker-1` at a minute past twelve, with a key of its own. */
function at(minute: number, options: CsrOptions = {}): Csr {
  const createdAt = `2026-11-24T12:${String(minute).padStart(2, '0')}:00Z`
  return makeCsr({ name: `at-${minute}`, createdAt, keyName: `key-${++keys}`, ...options })
}

/** The superseded rows; each request is also judged alone, without sorting the others. */
function supersededIn(around: WorldOptions, context = makeContext()) {
  const world = makeWorld(around)
  const { requests = [] } = deriveMachine(world, 'worker-1', context) ?? {}
  const rows = requests.filter((request) => request.superseded)
  const claims = world.claimsOf('worker-1')
  const alone = claims.filter(
    (claim) => isPending(claim.csr) && isSuperseded(claim, world, context),
  )
  expect(alone.map(({ csr }) => csr.uid)).toEqual(rows.map(({ uid }) => uid))
  return rows
}

const superseded = (...csrs: Csr[]) =>
  supersededIn({ csrs, nodes: [makeNode()] }).map(({ name }) => name)

const stranger = { requestor: { username: 'eve', uid: '', groups: [], extra: {} } }

describe('superseded requests', () => {
  const supersededOf = (csrs: readonly Csr[]) => superseded(...csrs).join(', ')
  itAnswers(supersededOf, {
    '': {
      'one alone': [at(1)],
      'of the same signer only': [at(1), at(16, { kind: 'renewal' })],
      'not by one of the same second': [at(1, { name: 'a' }), at(1, { name: 'b' })],
      'not by a suspicious one': [at(1), at(16, stranger)],
      'not by a refused one': [at(1), at(16, { badSignature: true })],
      'not by an approved one that its signer has not issued': [
        at(1),
        approved(at(16), '2026-11-24T12:17:00Z'),
      ],
      'not by a denied one': [at(1), denied(at(16))],
      'not by a stranger’s that was issued': [
        at(1),
        approved(at(16, stranger), '2026-11-24T12:17:00Z', 'cert'),
      ],
      'only what is pending': [denied(at(1)), approved(at(2)), at(16)],
    },
    'at-16, at-1': { 'every older one': [at(1), at(16), at(31)] },
    'at-1': {
      'but by a good one before that': [at(1), at(16), at(31, stranger)],
      'a suspicious one too, by a good one': [at(1, stranger), at(16)],
      'by one that was issued': [at(1), approved(at(16), '2026-11-24T12:17:00Z', 'cert')],
      'by a sound one that is not the newest': [at(1), at(16), at(31, { kind: 'renewal' })],
    },
  })

  it('a request is superseded by one whose machine is confirmed', () => {
    const world = makeWorld({
      csrs: [at(1), at(16)],
      nodes: [makeNode()],
      machines: [makeMachineObject({ nodeRef: 'worker-1' })],
    })
    const { requests } = deriveMachine(world, 'worker-1', makeContext()) ?? {}
    expect(requests?.map(({ verdict }) => verdict)).toEqual(['verified', 'verified'])
    expect(requests?.map((request) => request.superseded)).toEqual([false, true])
  })

  it('a request is superseded by an issued client request, though its Node is Ready by now', () => {
    const first = at(1, { kind: 'client' })
    const second = approved(at(16, { kind: 'client' }), '2026-11-24T12:17:00Z', 'cert')
    expect(superseded(first, second)).toEqual(['at-1'])
  })
})

describe('requests left over from before their Node', () => {
  /** A Node that joined with a fourth request; that request and its serving request are deleted. */
  const joined = makeNode({ createdAt: t('08:46'), readySince: t('08:47') })
  const leftovers = [client('08:00'), client('08:15'), client('08:30')]
  const confirmed = { nodeRef: 'worker-1', createdAt: t('07:59:50') }

  it('a machine that has joined does not wait, and each left-over request keeps its true risk', () => {
    const machines = [makeMachineObject(confirmed)]
    const row = rowOf({ csrs: leftovers, nodes: [joined], machines })
    expect(row).toMatchObject({
      stage: 'ready',
      waiting: false,
      next: null,
      verdict: null,
      deadline: null,
      overdue: false,
      hold: null,
    })
    expect(row.requests).toHaveLength(3)
    for (const request of row.requests) {
      // No bulk includes it, and no automatic approval.
      expect(request).toMatchObject({ superseded: true, verdict: 'suspicious' })
      expect(request.reason).toMatchObject({ code: 'node.new', finding: 'leftOver' })
    }
  })

  /** An approved request with a matching certificate. */
  const signed = (time: string) =>
    approved(
      client(time, { name: 'signed' }),
      t('08:44'),
      makeCertificate({ kind: 'client', keyName: `client-${time}` }),
    )
  const stranded = { ...client('08:00'), ...stranger }
  const node = (over: Partial<Node>) => [{ ...joined, ...over }]
  const ready = (status: string, reason: string) =>
    node({ ready: { status, reason, message: '', since: t('08:47') } })

  /** Creation times of superseded requests. */
  const leftOver = (around: WorldOptions, now = '12:12') =>
    supersededIn(around, makeContext({ now: Date.parse(t(now)) })).map(({ createdAt }) => createdAt)
  const leftOverBefore = (around: WorldOptions) => leftOver(around).map(clockOf).join(', ')
  itAnswers(leftOverBefore, {
    '08:45:59': { 'one before it': { csrs: [client('08:45:59')], nodes: [joined] } },
    '': {
      'not one of its second': { csrs: [client('08:46')], nodes: [joined] },
      'not one after it': { csrs: [client('08:46:01')], nodes: [joined] },
      'not for a Node without any kubelet report': {
        csrs: [client('08:00')],
        nodes: ready('Unknown', NEVER_REPORTED),
      },
      'not for a Node without a Ready condition': {
        csrs: [client('08:00')],
        nodes: node({ ready: null }),
      },
      'not without a Node': { csrs: [client('08:00')] },
      'not where Nodes cannot be read': {
        csrs: [client('08:00')],
        nodes: [joined],
        readable: { nodes: false },
      },
      'not one filed after the issued request': {
        csrs: [signed('08:00'), client('08:15')],
        nodes: [joined],
      },
      'nor one of its second': { csrs: [signed('08:15'), client('08:15')], nodes: [joined] },
      'not a stranger’s': { csrs: [stranded], nodes: [joined] },
      'not one that its Machine contradicts': {
        csrs: [client('08:00')],
        nodes: [joined],
        machines: [makeMachineObject({ ...confirmed, nodeRef: 'worker-2' })],
      },
      'not a serving request': { csrs: [serving('08:00')], nodes: [joined] },
      'not a renewal': { csrs: [renewal('08:00')], nodes: [joined] },
    },
    '08:00': {
      'not a newer one beside it': { csrs: [client('08:00'), client('09:00')], nodes: [joined] },
      'where the Node is down': {
        csrs: [client('08:00')],
        nodes: ready('False', 'KubeletNotReady'),
      },
      'where it is lost': { csrs: [client('08:00')], nodes: ready('Unknown', 'NodeStatusUnknown') },
    },
  })

  it.each([
    ['not while a kubelet may wait for it', '08:46:59', []],
    ['once a waiting kubelet would have filed again', '08:47', [t('08:31')]],
  ] as const)('a request from before its Node is left over: %s', (_, now, times) => {
    expect(leftOver({ csrs: [client('08:31')], nodes: [joined] }, now)).toEqual(times)
  })

  it('a request that becomes a left-over one is announced by the row’s next change time', () => {
    const world = makeWorld({ csrs: [client('08:31')], nodes: [joined] })
    const context = makeContext({ now: Date.parse(t('08:46:30')) })
    expect(deriveAhead(world, 'worker-1', context)?.changesAt).toBe(Date.parse(t('08:47')))
  })

  it('a left-over request does not make a NotReady machine re-bootstrapping', () => {
    const around = { csrs: [client('08:00')], nodes: ready('False', 'KubeletNotReady') }
    expect(rowOf(around)).toMatchObject({ waiting: false, rebootstrapping: false })
    const again = { ...around, csrs: [...around.csrs, client('12:00')] }
    expect(rowOf(again)).toMatchObject({ waiting: true, rebootstrapping: true })
  })

  it('a machine that waits under another kubelet’s Node reappears with its next request', () => {
    const csrs = [client('08:31'), client('08:46:20')]
    const row = rowOf({ csrs, nodes: [joined] }, '08:47')
    expect(row).toMatchObject({ waiting: true, verdict: 'suspicious', next: 'review' })
    expect(row.reason).toMatchObject({ code: 'node.new', finding: 'takeover' })
  })
})

import { expect, it } from 'vitest'
import { newestFirst } from '#lib/csr/claim/claim.ts'
import { claimOf } from '#lib/csr/fixtures/ask.ts'
import {
  client,
  failed,
  issued,
  oldDown,
  serving,
  t,
  young,
} from '#lib/csr/fixtures/machine-story.ts'
import { approved, denied, makeMachineObject } from '#lib/csr/fixtures/make-cluster.ts'
import { timelineOf } from '#lib/csr/machine/timeline.ts'
import type { Csr, CsrCondition, MachineObject, Node } from '#lib/csr/model.ts'

const asked = client('12:00', { name: 'csr-1' })
const condition = (type: string, lastUpdateTime: string | null): CsrCondition => ({
  type,
  status: 'True',
  reason: 'CountersignApprove',
  message: 'Approved by kim with Countersign (request r-1)',
  lastUpdateTime,
})
const withConditions = (...conditions: CsrCondition[]): Csr => ({ ...asked, conditions })
const FILED = '12:00:00 requestFiled csr-1'
const APPROVED = '12:05:00 requestApproved csr-1'
const ISSUED = '12:05:00 certificateIssued csr-1'

interface Seen {
  readonly csr?: Csr
  readonly node?: Node | null
  readonly machine?: MachineObject | null
}
const timeline = ({ csr, node = null, machine = null }: Seen) =>
  timelineOf(csr === undefined ? [] : [claimOf(csr)], node, machine)
const audited = withConditions(condition('Audited', t('12:01')), condition('Approved', t('12:05')))

it.each<readonly [string, Seen, readonly string[]]>([
  ['nothing', {}, []],
  ['a request', { csr: asked }, [FILED]],
  ['denied', { csr: denied(asked, t('12:05')) }, ['12:05:00 requestDenied csr-1', FILED]],
  ['approved', { csr: approved(asked, t('12:05')) }, [APPROVED, FILED]],
  ['issued', { csr: issued(asked, '12:05') }, [ISSUED, APPROVED, FILED]],
  [
    'failed by its signer',
    { csr: failed(asked, '12:05') },
    ['12:05:00 requestFailed csr-1', APPROVED, FILED],
  ],
  [
    'issued at the time of its approval, not of another condition',
    { csr: { ...audited, certificate: 'x' } },
    [ISSUED, APPROVED, FILED],
  ],
  ['issued, and nobody approved it', { csr: { ...asked, certificate: 'x' } }, [FILED]],
  ['approved at no time', { csr: withConditions(condition('Approved', null)) }, [FILED]],
  [
    'a Node that is Ready',
    { node: young },
    ['12:05:20 nodeReady worker-1', '12:05:08 nodeCreated worker-1'],
  ],
  [
    'a Node that is not',
    { node: oldDown },
    ['11:31:00 nodeNotReady worker-1', '12:00:00 nodeCreated worker-1'],
  ],
  [
    'a Node that never said so',
    { node: { ...young, ready: null } },
    ['12:05:08 nodeCreated worker-1'],
  ],
  ['a Machine', { machine: makeMachineObject() }, ['11:50:00 machineCreated edge-worker-1']],
])('the timeline has its entries in order: %s', (_, seen, expected) => {
  const entries = timeline(seen).map(
    ({ at, kind, subject }) => `${at.slice(11, 19)} ${kind} ${subject}`,
  )
  expect(entries).toEqual(expected)
})

it('a machine that joined within one second has its client entries before its serving ones', () => {
  const ready = { status: 'True', reason: '', message: '', since: t('12:05') }
  const node = { ...young, createdAt: t('12:05'), ready }
  const requests = [serving('12:05', { name: 'csr-2' }), client('12:05', { name: 'csr-1' })]
  const claims = requests.map((csr) => claimOf(issued(csr, '12:05'))).sort(newestFirst)
  const machine = makeMachineObject({ createdAt: t('12:05') })
  const oldestFirst = timelineOf(claims, node, machine).toReversed()
  expect(oldestFirst.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
    'machineCreated edge-worker-1',
    'requestFiled csr-1',
    'requestApproved csr-1',
    'certificateIssued csr-1',
    'nodeCreated worker-1',
    'requestFiled csr-2',
    'requestApproved csr-2',
    'certificateIssued csr-2',
    'nodeReady worker-1',
  ])
})

it('the timeline has the requestor and the decider', () => {
  const csr = withConditions(condition('Approved', t('12:05')))
  const { signerName, requestor } = csr
  const of = { subject: 'csr-1', signerName, note: null }
  const machine = { subject: 'edge-worker-1', signerName: null, by: null, note: null }
  expect(timeline({ csr, machine: makeMachineObject() })).toEqual([
    { ...of, at: t('12:05'), kind: 'requestApproved', by: 'kim' },
    { ...of, at: t('12:00'), kind: 'requestFiled', by: requestor.username },
    { ...machine, at: t('11:50'), kind: 'machineCreated' },
  ])
})

it.each([
  [
    'a person’s reason',
    {
      reason: 'CountersignDeny',
      message: 'Denied by ana with Countersign (request r-1): not ours',
    },
    'ana: not ours',
  ],
  [
    'what another tool wrote',
    { reason: 'KubectlDeny', message: 'This CSR was denied by kubectl certificate deny.' },
    'null: This CSR was denied by kubectl certificate deny.',
  ],
  ['nothing', { reason: '', message: '' }, 'null: null'],
])('the timeline has the decision’s note: %s', (_, words, expected) => {
  const csr = withConditions({ ...condition('Denied', t('12:05')), ...words })
  const denial = timeline({ csr }).find(({ kind }) => kind === 'requestDenied')
  expect(`${denial?.by}: ${denial?.note}`).toBe(expected)
})

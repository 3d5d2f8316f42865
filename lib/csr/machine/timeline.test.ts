import { expect, it } from 'vitest'
import { readClaim } from '#lib/csr/claim/claim.ts'
import { client, failed, issued, oldDown, t, young } from '#lib/csr/fixtures/machine-story.ts'
import { approved, denied, makeMachineObject } from '#lib/csr/fixtures/make-cluster.ts'
import { timelineOf } from '#lib/csr/machine/timeline.ts'
import type { Csr, CsrCondition, MachineObject, Node } from '#lib/csr/model.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

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

it.each<readonly [string, Csr | null, Node | null, MachineObject | null, readonly string[]]>([
  ['nothing', null, null, null, []],
  ['a request', asked, null, null, [FILED]],
  ['denied', denied(asked, t('12:05')), null, null, ['12:05:00 requestDenied csr-1', FILED]],
  ['approved', approved(asked, t('12:05')), null, null, ['12:05:00 requestApproved csr-1', FILED]],
  [
    'issued',
    issued(asked, '12:05'),
    null,
    null,
    ['12:05:00 certificateIssued csr-1', '12:05:00 requestApproved csr-1', FILED],
  ],
  [
    'failed by its signer',
    failed(asked, '12:05'),
    null,
    null,
    ['12:05:00 requestFailed csr-1', '12:05:00 requestApproved csr-1', FILED],
  ],
  [
    'issued at the time of its approval, not of another condition',
    {
      ...withConditions(condition('Audited', t('12:01')), condition('Approved', t('12:05'))),
      certificate: 'x',
    },
    null,
    null,
    ['12:05:00 certificateIssued csr-1', '12:05:00 requestApproved csr-1', FILED],
  ],
  ['issued, and nobody approved it', { ...asked, certificate: 'x' }, null, null, [FILED]],
  ['approved at no time', withConditions(condition('Approved', null)), null, null, [FILED]],
  [
    'a Node that is Ready',
    null,
    young,
    null,
    ['12:05:20 nodeReady worker-1', '12:05:08 nodeCreated worker-1'],
  ],
  [
    'a Node that is not',
    null,
    oldDown,
    null,
    ['11:31:00 nodeNotReady worker-1', '12:00:00 nodeCreated worker-1'],
  ],
  [
    'a Node that never said so',
    null,
    { ...young, ready: null },
    null,
    ['12:05:08 nodeCreated worker-1'],
  ],
  ['a Machine', null, null, makeMachineObject(), ['11:50:00 machineCreated edge-worker-1']],
])('the timeline has its entries in order: %s', (_, csr, node, machine, expected) => {
  const claims =
    csr === null
      ? []
      : [readClaim(csr, readRequest(csr.request), { certificate: null, differences: [] })]
  const entries = timelineOf(claims, node, machine)
  expect(entries.map(({ at, kind, subject }) => `${at.slice(11, 19)} ${kind} ${subject}`)).toEqual(
    expected,
  )
})

it('the timeline has the requestor and the decider', () => {
  const csr = withConditions(condition('Approved', t('12:05')))
  const reading = readRequest(csr.request)
  const claim = readClaim(csr, reading, { certificate: null, differences: [] })
  expect(timelineOf([claim], null, makeMachineObject())).toEqual([
    {
      at: t('12:05'),
      kind: 'requestApproved',
      subject: 'csr-1',
      signerName: csr.signerName,
      by: 'kim',
      note: null,
    },
    {
      at: t('12:00'),
      kind: 'requestFiled',
      subject: 'csr-1',
      signerName: csr.signerName,
      by: csr.requestor.username,
      note: null,
    },
    {
      at: t('11:50'),
      kind: 'machineCreated',
      subject: 'edge-worker-1',
      signerName: null,
      by: null,
      note: null,
    },
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
  const claim = readClaim(csr, readRequest(csr.request), { certificate: null, differences: [] })
  const entries = timelineOf([claim], null, null).find(({ kind }) => kind === 'requestDenied')
  expect(`${entries?.by}: ${entries?.note}`).toBe(expected)
})

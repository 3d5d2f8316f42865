import { expect, it } from 'vitest'
import { makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { isReady, nodeRoles, nodeStatus, summarizeNode } from '#lib/csr/rows/node-status.ts'

it.each([
  ['True', false, 'Ready', true],
  ['False', false, 'NotReady', false],
  ['Unknown', false, 'NotReady', false],
  [null, false, 'Unknown', false],
  ['True', true, 'Ready,SchedulingDisabled', true],
  ['Unknown', true, 'NotReady,SchedulingDisabled', false],
  [null, true, 'Unknown,SchedulingDisabled', false],
] as const)('Ready=%s, cordoned %s: %s', (ready, unschedulable, status, isUp) => {
  const node = makeNode({ ready, unschedulable })
  expect(nodeStatus(node)).toBe(status)
  expect(isReady(node)).toBe(isUp)
})

it('a node shows its roles', () => {
  expect([nodeRoles([]), nodeRoles(['infra', 'worker'])]).toEqual(['<none>', 'infra,worker'])
})

it('a node’s row has the reason why it is not Ready, and since when it is Ready', () => {
  const up = summarizeNode(makeNode({ readySince: '2026-11-24T12:00:08Z' }))
  expect([up.readySince, up.problem]).toEqual(['2026-11-24T12:00:08Z', null])
  const down = summarizeNode(makeNode({ ready: 'False' }))
  expect([down.readySince, down.problem]).toEqual([null, 'KubeletFalse: as told'])
  const ready = { status: 'Unknown', reason: 'NodeStatusUnknown', message: '', since: null }
  expect(summarizeNode({ ...makeNode(), ready }).problem).toBe('NodeStatusUnknown')
})

import { expect, it } from 'vitest'
import { type Renewer, type WayCounts, wayOut } from '#lib/csr/kubelets/way-out.ts'

const DONE = { nodes: 31, left: 0, filedNothing: 0, unasked: 0, approvable: 0, held: 0 }

/** The states of the four steps, in order. */
it.each<[what: string, counts: Partial<WayCounts>, renewer: Renewer, states: string]>([
  ['nothing is asked yet', { left: 31, unasked: 31 }, null, 'todo todo todo locked'],
  ['some are asked', { left: 20, unasked: 20 }, null, 'part todo todo locked'],
  ['no kubelet asks the cluster', { left: 31, filedNothing: 31 }, null, 'now todo todo locked'],
  ['two filed nothing', { left: 7, filedNothing: 2 }, null, 'now todo todo locked'],
  [
    'requests wait while two filed nothing',
    { left: 7, filedNothing: 2, approvable: 2, held: 1 },
    null,
    'part now todo locked',
  ],
  ['each one has asked', { left: 3, approvable: 3 }, null, 'done now todo locked'],
  ['one is held back', { left: 1, held: 1 }, 'approver', 'done now done locked'],
  ['the signer has the last one', { left: 1 }, null, 'done part todo locked'],
  ['one does not answer', { left: 1, filedNothing: 1 }, null, 'now todo todo locked'],
  ['nothing is left, no program renews', {}, null, 'done done now todo'],
  ['nothing is left, the approver renews', {}, 'approver', 'done done done now'],
  ['nothing is left, OpenShift renews', {}, 'machineApprover', 'done done done now'],
  ['a renewal waits, nothing is left', { approvable: 1 }, 'approver', 'done now done todo'],
  ['the cluster has no nodes', { nodes: 0 }, null, 'todo todo todo locked'],
])('the way out has its steps: %s', (_, counts, renewer, states) => {
  const { ask, approve, renew, dropFlag } = wayOut({ ...DONE, ...counts }, renewer)
  expect([ask, approve, renew, dropFlag].join(' ')).toBe(states)
})

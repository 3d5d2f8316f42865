import { expect, it } from 'vitest'
import { automaticMessage, readDecision } from '#lib/csr/policy/decision-message.ts'

const policy = { name: 'racks', generation: '0123456789ab' }
const automatic = automaticMessage({ username: 'approver', policy, requestId: 'r-1' })

it.each([
  ['CountersignApprove', 'Approved by kim with Countersign (request r-1)', 'countersign'],
  ['CountersignDeny', 'Denied by kim with Countersign (request r-1)', 'countersign'],
  ['CountersignAutoApprove', automatic, 'approver'],
  // Our reason without our message proves nothing.
  ['CountersignAutoApprove', 'Approved automatically, honestly', 'other'],
  ['KubectlApprove', 'This CSR was approved by kubectl certificate approve.', 'kubectl'],
  ['KubectlDeny', 'This CSR was denied by kubectl certificate deny.', 'kubectl'],
  ['NodeCSRApprove', 'This CSR was approved by the Node CSR Approver', 'machineApprover'],
  ['AutoApproved', 'Auto approving kubelet client certificate', 'controllerManager'],
  ['', '', 'other'],
])('the reason %s with the message “%s” names the decider %s', (reason, message, decider) => {
  const condition = { type: 'Approved', status: 'True', reason, message, lastUpdateTime: null }
  expect(readDecision(condition).decider).toBe(decider)
})

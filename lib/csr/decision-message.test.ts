import { expect, it } from 'vitest'
import { decidedBy, decisionMessage } from '#lib/csr/decision-message.ts'

const condition = (message: string, reason = 'CountersignApprove') => ({
  type: 'Approved',
  status: 'True',
  reason,
  message,
  lastUpdateTime: null,
})

it.each([
  ['a name', 'kim.osei'],
  ['a service account', 'system:serviceaccount:ops:kim'],
  ['spaces', 'Kim Osei'],
])('names the person who decided: %s', (_, person) => {
  const message = decisionMessage('approve', { person, requestId: 'r-1', note: '' })
  expect(message).toBe(`Approved by ${person} with Countersign (request r-1)`)
  expect(decidedBy(condition(message))).toBe(person)
})

it('keeps the note on one line, and nobody else in it', () => {
  const note = 'seen in the rack\nApproved by eve with Countersign (request r-2)'
  const message = decisionMessage('deny', { person: 'kim.osei', requestId: 'r-1', note })
  expect(message).not.toContain('\n')
  expect(decidedBy(condition(message, 'CountersignDeny'))).toBe('kim.osei')
})

it.each([
  ['kubectl', 'KubectlApprove', 'This CSR was approved by kubectl certificate approve.'],
  ['another reason', 'Mine', 'Approved by kim with Countersign (request r-1)'],
  ['another text', 'CountersignApprove', 'Approved'],
])('does not guess: %s', (_, reason, message) => {
  expect(decidedBy(condition(message, reason))).toBeNull()
})

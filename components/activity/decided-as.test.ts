import { expect, it } from 'vitest'
import { decidedAs } from '#components/activity/decided-as.ts'

it.each([
  ['Approved,Issued', 'approved', 'issued'],
  ['Approved', 'approved', 'notIssued'],
  ['Approved,Failed', 'approved', 'failed'],
  ['Denied', 'denied', 'notIssued'],
  ['Pending,Failed', 'failed', 'failed'],
])('status %s: the decision is %s, and the signer’s answer is %s', (status, kind, signer) => {
  expect(decidedAs(status)).toEqual({ kind, signer })
})

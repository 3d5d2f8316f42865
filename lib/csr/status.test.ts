import { expect, it } from 'vitest'
import type { CsrCondition } from '#lib/csr/model.ts'
import { awaitsSigner, csrStatus, decision, isPending } from '#lib/csr/status.ts'

const condition = (type: string, status = 'True'): CsrCondition => ({
  type,
  status,
  reason: '',
  message: '',
  lastUpdateTime: null,
})

it.each([
  ['nothing yet', [], null, 'Pending', true, false],
  ['approved', ['Approved'], null, 'Approved', false, true],
  ['approved and issued', ['Approved'], 'cert', 'Approved,Issued', false, false],
  ['denied', ['Denied'], null, 'Denied', false, false],
  ['failed by the signer', ['Approved', 'Failed'], null, 'Approved,Failed', false, false],
  ['failed before a decision', ['Failed'], null, 'Pending,Failed', false, false],
  ['denied wins over approved', ['Approved', 'Denied'], null, 'Denied', false, false],
  ['all of them', ['Failed', 'Approved'], 'cert', 'Approved,Failed,Issued', false, false],
  ['an empty certificate is none', ['Approved'], '', 'Approved', false, true],
  ['a condition that nobody knows', ['Noted'], null, 'Pending', true, false],
])('a request is %s: %j %j is %s', (_, types, certificate, status, pending, awaits) => {
  const csr = { conditions: types.map((type) => condition(type)), certificate }
  expect(csrStatus(csr)).toBe(status)
  expect(isPending(csr)).toBe(pending)
  expect(awaitsSigner(csr)).toBe(awaits)
})

it('conditions are read by type alone, as kubectl does', () => {
  expect(csrStatus({ conditions: [condition('Approved', 'False')], certificate: null })).toBe(
    'Approved',
  )
})

it('the denial is the decision if both conditions exist', () => {
  const conditions = [condition('Approved'), condition('Denied')]
  expect(decision({ conditions, certificate: null })?.type).toBe('Denied')
})

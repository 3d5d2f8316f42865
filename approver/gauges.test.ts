import { expect, it } from 'vitest'
import { countAnswers } from '#approver/gauges.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import { makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { automaticMessage } from '#lib/csr/policy/decision-message.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const NOW = Date.parse('2026-11-24T13:00:00Z')
const SINCE = Date.parse('2026-11-24T12:30:00Z')
const POLICY = { ...DEFAULT_POLICY, name: 'rack2', generation: '1a2b3c4d5e6f' }

function answered(csr: Csr, answer: AnsweredRequest['answer']): AnsweredRequest {
  const claim = makeWorld({ csrs: [csr] }).claim(csr.uid)
  if (claim === null) throw new Error('no claim')
  return { claim, answer, superseded: false }
}

const left = (because: 'suspicious' | 'notVerified', check: 'sans.owned' | null, csr = makeCsr()) =>
  answered(csr, { act: 'leave', because, check })

function approvedBy(generation: string, at: string): AnsweredRequest {
  const policy = { name: 'rack2', generation }
  const message = automaticMessage({ username: 'approver', policy, requestId: 'r' })
  const condition = { type: 'Approved', status: 'True', reason: 'CountersignAutoApprove', message }
  const csr = makeCsr({ conditions: [{ ...condition, lastUpdateTime: at }] })
  return answered(csr, { act: 'leave', because: 'decided', check: null })
}

it('the gauges count pending requests by signer, with the oldest, and by the reason that they are left', () => {
  const counts = countAnswers(
    [
      left('suspicious', 'sans.owned', makeCsr({ createdAt: '2026-11-24T12:10:00Z' })),
      left('suspicious', 'sans.owned', makeCsr({ createdAt: '2026-11-24T12:05:00Z' })),
      left('notVerified', null),
      // Not left to a person while the kubelet is asked.
      answered(makeCsr(), { act: 'leave', because: 'asking', check: 'identity.liveCertificate' }),
      answered(makeCsr({ kind: 'client' }), { act: 'approve', verdict: 'verified' }),
    ],
    POLICY,
    SINCE,
    NOW,
  )
  expect(Object.fromEntries(counts.pending)).toEqual({
    'kubernetes.io/kubelet-serving': { count: 4, oldestAt: Date.parse('2026-11-24T12:00:00Z') },
    'kubernetes.io/kube-apiserver-client-kubelet': {
      count: 1,
      oldestAt: Date.parse('2026-11-24T12:00:00Z'),
    },
  })
  expect(counts.left).toEqual([
    { because: 'suspicious', check: 'sans.owned', count: 2 },
    { because: 'notVerified', check: '', count: 1 },
  ])
})

it('the gauges label the kubelets’ signer and 50 others, however many signers a client invents', () => {
  const many = Array.from({ length: 80 }, (_, index) =>
    left('notVerified', null, makeCsr({ signerName: `example.com/s${index}` })),
  )
  const { pending } = countAnswers([...many, left('suspicious', null)], POLICY, SINCE, NOW)
  expect(pending.get('kubernetes.io/kubelet-serving')?.count).toBe(1)
  expect([pending.size, pending.get('other')?.count]).toEqual([52, 30])
})

it.each([
  ['by the policy in force', '1a2b3c4d5e6f', '2026-11-24T12:45:00Z', 0],
  ['by another', 'ffffffffffff', '2026-11-24T12:45:00Z', 1],
  ['by another, before this one was in force', 'ffffffffffff', '2026-11-24T12:29:00Z', 0],
  [
    'by another, while a replica had not read this one yet',
    'ffffffffffff',
    '2026-11-24T12:30:59Z',
    0,
  ],
  ['by another, more than an hour ago', 'ffffffffffff', '2026-11-24T11:59:00Z', 0],
])(
  'the gauges count approvals by a policy that is not in force: %s',
  (_, generation, at, expected) => {
    const counts = countAnswers([approvedBy(generation, at)], POLICY, SINCE, NOW)
    expect(counts.approvalsByOtherPolicy).toBe(expected)
  },
)

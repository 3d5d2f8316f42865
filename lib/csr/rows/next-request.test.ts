import { expect, it } from 'vitest'
import type { Verdict } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { nextRequestOf } from '#lib/csr/rows/next-request.ts'
import type { NextStep } from '#lib/csr/rows/rows.ts'

const pending = (
  id: string,
  signerName: string,
  superseded = false,
  verdict: Verdict = 'plausible',
) => ({ id, signerName, superseded, verdict })
const SERVING_OLD = pending('serving, superseded', KUBELET_SERVING, true)
const SERVING = pending('serving', KUBELET_SERVING)
const CLIENT = pending('client', KUBE_APISERVER_CLIENT_KUBELET)
const STRANGERS = pending('held back', KUBE_APISERVER_CLIENT_KUBELET, false, 'suspicious')

it.each<[NextStep | null, (typeof SERVING)[], string | undefined]>([
  ['approveClient', [SERVING, CLIENT], 'client'],
  ['approveServing', [CLIENT, SERVING_OLD, SERVING], 'serving'],
  ['approveServing', [SERVING_OLD], 'serving, superseded'],
  ['approveServing', [CLIENT], undefined],
  ['review', [SERVING_OLD, CLIENT, SERVING], 'client'],
  ['review', [CLIENT, STRANGERS], 'held back'],
  [null, [SERVING], 'serving'],
  ['review', [], undefined],
])('the step %s of %j takes %s', (next, requests, id) => {
  expect(nextRequestOf(next, requests)?.id).toBe(id)
})

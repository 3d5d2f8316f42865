import { expect, it } from 'vitest'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { CLIENT_CSRS, OTHER_CSRS, otherCsrs, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'

const ONE = makeCsr()

/** Requests by signer, as many of each as `counts` says. */
function requests(counts: Readonly<Record<string, number>>): readonly Csr[] {
  return Object.entries(counts).flatMap(([signerName, count]) =>
    Array.from({ length: count }, () => ({ ...ONE, signerName })),
  )
}

const KUBELETS =
  'spec.signerName!=kubernetes.io/kube-apiserver-client-kubelet,spec.signerName!=kubernetes.io/kubelet-serving'

it.each([
  ['client', CLIENT_CSRS, 'spec.signerName=kubernetes.io/kube-apiserver-client-kubelet', 200_000],
  ['serving', SERVING_CSRS, 'spec.signerName=kubernetes.io/kubelet-serving', 200_000],
  ['all other', OTHER_CSRS, KUBELETS, 20_000],
])(
  'the requests of %s are a part of their own',
  (_, { fieldSelector, most }, selector, expected) => {
    expect([fieldSelector, most]).toEqual([selector, expected])
  },
)

it.each<[string, Readonly<Record<string, number>>, string | null]>([
  ['one signer only', { 'a.example.com/x': 20 }, 'a.example.com/x'],
  ['the one with the most', { 'a.example.com/x': 5, 'b.example.com/x': 15 }, 'b.example.com/x'],
  ['as many: the first that has them', { 'b.com/x': 10, 'a.com/x': 10 }, 'b.com/x'],
  [
    'a tenth',
    Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`s${n}.com/x`, 1])),
    's0.com/x',
  ],
  [
    'less than a tenth',
    Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`s${n}.com/x`, 1])),
    null,
  ],
  ['a cut name, which would select nothing', { [`${'a'.repeat(570)}…`]: 20 }, null],
  ['a name that would end its term', { 'a.com/x,spec.signerName=b': 20 }, null],
  ['none', {}, null],
])('too many requests are narrowed: %s', (_, counts, leftOut) => {
  const narrower = OTHER_CSRS.overflow?.narrow(requests(counts)) ?? null
  expect(narrower?.fieldSelector ?? null).toBe(
    leftOut === null ? null : `${KUBELETS},spec.signerName!=${leftOut}`,
  )
  expect(narrower?.overflow?.leftOut ?? null).toEqual(leftOut === null ? null : [leftOut])
})

it('at most eight signers are left out, each in addition to those before', () => {
  let part = otherCsrs(7)
  const found: (readonly string[])[] = []
  for (let n = 1; n <= 9; n += 1) {
    const narrower = part.overflow?.narrow(requests({ [`s${n}.com/x`]: 8 })) ?? null
    if (narrower === null) break
    found.push(narrower.overflow?.leftOut ?? [])
    part = narrower
  }
  expect(found).toHaveLength(8)
  expect(found.at(-1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `s${n}.com/x`))
  expect(part.most).toBe(7)
})

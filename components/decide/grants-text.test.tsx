import { expect, it } from 'vitest'
import { GrantsWords } from '#components/decide/grants-text.tsx'
import { textOf } from '#components/ui/fixtures/text-of.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { grantsOf } from '#lib/csr/grants.ts'
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '#lib/csr/names.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { en } from '#lib/messages/en.ts'

const { control, controlIfTrusted, mayControl, untold } = en.grants
const several = { commonNames: ['kim', 'system:admin'] }
const inexact = { commonNames: ['kim'], pem: { trailing: 'hello' } }
const masters = { organizations: ['system:masters'] }

function wordsOf(options: CsrOptions, signerName = KUBE_APISERVER_CLIENT): string {
  const grants = grantsOf(signerName, readRequest(makeCsr(options).request))
  return textOf(<GrantsWords grants={grants} />)
}

it.each<readonly [string, CsrOptions, string]>([
  ['several names', { commonNames: ['kim', 'lee'] }, untold.severalNames],
  ['several names, one with control', several, `${mayControl}${untold.severalNames}`],
  ['not to be shown exactly', inexact, untold.inexact],
  ['the same, with control', { ...inexact, ...masters }, `${mayControl}${untold.inexact}`],
])(
  'a request with %s: the text says that the holder is not known, and the worst it may grant',
  (_case, options, words) => {
    expect(wordsOf(options)).toBe(words)
  },
)

it.each(['example.com/mesh', KUBELET_SERVING, KUBE_APISERVER_CLIENT_KUBELET])(
  'the text for %s says what control is granted if the API server trusts the CA',
  (signerName) => {
    const words = wordsOf(masters, signerName)
    expect(words).toContain(controlIfTrusted.replace('{names}', 'system:masters'))
    expect(wordsOf({ organizations: ['developers'] }, signerName)).not.toContain('control')
  },
)

it('the text says as a fact that a certificate with one certain name grants control', () => {
  const words = wordsOf({ commonNames: ['kim'], ...masters })
  expect(words).toContain(control)
  expect(words).toContain('Its holder is the user kim')
})

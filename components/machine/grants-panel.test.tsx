import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { GrantsPanel } from '#components/machine/grants-panel.tsx'
import { KIM, makeContext, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeRequest } from '#lib/csr/machine/detail.ts'
import { en } from '#lib/messages/en.ts'

it.each<readonly [string, CsrOptions, boolean]>([
  ['plausible request says what', { kind: 'client' }, true],
  ['refused request says nothing of what', { kind: 'client', dnsNames: ['worker-1'] }, false],
])('the panel of a %s approving it grants', (_, options, isSaid) => {
  const csr = makeCsr(options)
  const request = describeRequest(makeWorld({ csrs: [csr] }), csr.uid, makeContext(), KIM)
  if (request === null) throw new Error('there is no request')
  const html = renderToStaticMarkup(<GrantsPanel request={request} />)
  expect(html.includes(en.grants.title)).toBe(isSaid)
})

import { expect, it } from 'vitest'
import { makeRequest } from '#components/machines/fixtures/make-machine.ts'
import { tableText } from '#components/requests/table-text.ts'
import type { RequestListRow } from '#lib/wire/views.ts'

const NOW = Date.parse('2026-11-24T15:00:00Z')

function row(name: string, odd: Partial<RequestListRow> = {}): RequestListRow {
  const createdAt = '2026-11-24T14:57:48Z'
  return makeRequest({ uid: name, name, createdAt, verdict: 'plausible', deadline: null, ...odd })
}

it('the copied table is the one that kubectl prints, with escapes for invisible characters', () => {
  const text = tableText([row('csr-a\nb'), row('csr-2', { expirationSeconds: 86_400 })], NOW)
  expect(text.split('\n')).toEqual([
    `NAME           AGE     SIGNERNAME                                    REQUESTOR                                                                   REQUESTEDDURATION   CONDITION`,
    `csr-a\\u000ab   2m12s   kubernetes.io/kube-apiserver-client-kubelet   system:serviceaccount:openshift-machine-config-operator:node-bootstrapper   <none>              Pending`,
    `csr-2          2m12s   kubernetes.io/kube-apiserver-client-kubelet   system:serviceaccount:openshift-machine-config-operator:node-bootstrapper   24h                 Pending`,
  ])
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\uff1d1', "'=1", '"=1+1"', '"'])(
  'a name that a spreadsheet would take for a formula or a quoted cell is copied as text: %s',
  (name) => {
    const text = tableText([row(name, { requestor: name })], NOW)
    const [, ...cells] = text.split('\n')[1]?.split(/ {3,}/) ?? []
    expect([text.split('\n')[1]?.startsWith(`'${name} `), cells[2]]).toEqual([true, `'${name}`])
  },
)

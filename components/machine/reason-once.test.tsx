import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Whose } from '#components/decide/whose.ts'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { currentRequest } from '#components/machines/current-request.ts'
import { textOf } from '#components/ui/fixtures/text-of.ts'
import {
  KIM,
  makeContext,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'

const NAME = 'worker-1'

function requestOf(
  options: CsrOptions,
  around: WorldOptions,
  policy: Partial<Policy> = {},
): RequestDetail {
  const world = makeWorld({ ...around, csrs: [makeCsr(options)] })
  const context = makeContext({ policy: { ...DEFAULT_POLICY, ...policy } })
  const request = currentRequest(describeMachine(world, NAME, context, KIM)?.requests ?? [])
  if (request === null) throw new Error('no request is shown')
  return request
}

const panel = (request: RequestDetail, whose: Whose = 'mine') => (
  <ChecksPanel request={request} whose={whose} />
)

const client: CsrOptions = { kind: 'client' }
const OTHERS = [{ name: 'worker-2', addresses: [], role: null }]
const odd = requestOf({ ...client, dnsNames: [NAME] }, {})

it.each<readonly [string, RequestDetail]>([
  ['suspicious', requestOf(client, { expected: OTHERS }, { expectedComplete: true })],
  ['refused', odd],
  ['plausible', requestOf(client, {})],
  ['re-bootstrapping', requestOf(client, { nodes: [makeNode({ ready: 'False' })] })],
])(
  'the panel of a %s request shows the check behind the verdict in full, the others in short',
  (_, request) => {
    const { reason } = request
    const words = reason && findingWords(en.checks.table, reason.code, reason.finding)
    const [start = ''] = (words?.summary ?? '').split('{')
    expect(start).not.toBe('')
    expect(textOf(panel(request)).split(start)).toHaveLength(2)
    for (const { code, finding, outcome } of request.checks) {
      if (outcome !== 'unknown' || code === reason?.code) continue
      const shown = findingWords(en.checks.table, code, finding)
      if (shown === null || shown.summary.includes('{') || shown.summary === shown.short) continue
      expect(textOf(panel(request))).not.toContain(shown.summary)
    }
  },
)

it.each<readonly [string, CsrOptions, WorldOptions, string | undefined]>([
  ['not on a list that is complete', client, { expected: OTHERS }, `/expected?add=${NAME}`],
  ['without a list', client, {}, `/expected?add=${NAME}`],
  ['on the list', client, { expected: [{ name: NAME, addresses: [], role: null }] }, undefined],
])(
  'the panel of a request %s links to the list where an entry would help',
  (_, options, around, href) => {
    const request = requestOf(options, around, { expectedComplete: true })
    const [, found] = /href="([^"]*expected[^"]*)"/.exec(renderToStaticMarkup(panel(request))) ?? []
    expect(found).toBe(href)
  },
)

it('a person who may not decide reads that a decision is for someone who may', () => {
  const decision = 'Deny it. The signer would refuse it, and a kubelet never asks for it.'
  const forOthers = `${en.machine.notes.forOthers}: ${decision}`
  expect(textOf(panel(odd))).toContain(decision)
  expect(textOf(panel(odd))).not.toContain(forOthers)
  expect(textOf(panel(odd, 'others'))).toContain(forOthers)
})

it('a remedy that is no decision is the same for every person', () => {
  const remedy = 'Put it on the list if you added this machine.'
  const request = requestOf(client, { expected: OTHERS }, { expectedComplete: true })
  expect(textOf(panel(request, 'others'))).toContain(remedy)
  expect(textOf(panel(request, 'others'))).not.toContain(`${en.machine.notes.forOthers}: ${remedy}`)
})

it.each<readonly [string, RequestDetail, boolean]>([
  ['a refused request are folded', odd, false],
  ['a plausible request are told', requestOf(client, {}), true],
])('the unknown checks of %s', (_, request, isShown) => {
  const unknown = request.checks.filter(({ outcome }) => outcome === 'unknown')
  expect(unknown.length).toBeGreaterThan(0)
  const html = renderToStaticMarkup(panel(request))
  expect(html.includes('data-outcome="unknown"')).toBe(isShown)
  expect(html.includes(`passed, ${unknown.length} unknown`)).toBe(!isShown)
})

it('a finding of a newer server is shown as one that this page does not know', () => {
  const request = requestOf(client, {})
  const [check] = request.checks
  if (check === undefined) throw new Error('there is no check')
  const checks = [{ ...check, finding: 'newer', outcome: 'unknown' as const }]
  expect(textOf(panel({ ...request, checks }))).toContain(en.checks.unlisted)
})

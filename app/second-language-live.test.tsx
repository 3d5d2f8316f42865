// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { DecodedRequest } from '#components/machine/decoded-request.tsx'
import { FeedBanner } from '#components/shell/feed-banner.tsx'
import { LiveRegions } from '#components/ui/live-region.tsx'
import { Speak } from '#components/ui/messages.tsx'
import { Toasts } from '#components/ui/toast.tsx'
import { cause } from '#lib/csr/cause.ts'
import { KIM, makeContext, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeRequest } from '#lib/csr/machine/detail.ts'
import type { MachineRow } from '#lib/csr/rows/rows.ts'
import { BRACKETS, languages, unspoken } from '#lib/messages/fixtures/brackets.ts'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { useDecide } from '#lib/query/mutations.ts'
import { makeMachine, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
})
afterEach(cleanup)

/** Markup of these elements in the bracket language, in a tab of their own. */
async function spoken(children: ReactNode): Promise<HTMLElement> {
  const { client } = openTab(world)
  let container = document.body
  await act(async () => {
    client.start()
    container = render(
      <Speak language={BRACKETS} languages={languages}>
        <InTab client={client}>{children}</InTab>
      </Speak>,
    ).container
    await world.advance(100)
  })
  return container
}

it('the banner translates why the cluster cannot be read', async () => {
  const snapshot = makeSnapshot({ machines: [] })
  const causes = [cause('networkRefused', { server: 'https://a' })]
  const feed = { ...snapshot.feed, state: 'unreachable', message: 'In English', causes } as const
  server.snapshot = { ...snapshot, feed }
  const banner = await spoken(<FeedBanner />)
  expect(banner.textContent).toContain('Nothing listens there')
  expect(unspoken(banner.innerHTML)).not.toMatch(/\p{L}/u)
})

it('the decoded request translates why it cannot be shown exactly', async () => {
  const csr = makeCsr({ pem: { leading: 'hello\n', trailing: 'bye' } })
  const request = describeRequest(makeWorld({ csrs: [csr] }), csr.uid, makeContext(), KIM)
  if (request === null) throw new Error('the request is not there')
  const page = await spoken(<DecodedRequest request={request} />)
  const list = page.querySelector('ul')?.innerHTML ?? ''
  expect(list).toContain('There is text after the PEM block')
  expect(unspoken(list)).not.toMatch(/\p{L}/u)
})

/** A button that approves on a click and reports the outcome. */
function Approve({ machine }: { readonly machine: MachineRow }) {
  const [decide, report] = [useDecide(), useReportOutcome()]
  const [request] = machine.requests
  async function approve() {
    if (request === undefined) return
    const item = await decide({ decision: 'approve', request })
    report({ decision: 'approve', target: { kind: 'request', request }, request, item })
  }
  return <button type="button" onClick={() => void approve()} aria-label="approve" />
}

it('the toast translates why a decision was refused', async () => {
  const machine = makeMachine({ name: 'a' })
  server.snapshot = makeSnapshot({ machines: [machine] })
  server.decide = function* ({ items }) {
    const causes = [cause('apiServerSaid', { said: 'bob may not' })]
    for (const { uid } of items) yield { uid, outcome: 'forbidden', detail: 'In English', causes }
    yield { done: true, counts: {} }
  }
  await spoken(
    <LiveRegions>
      <Toasts>
        <Approve machine={machine} />
      </Toasts>
    </LiveRegions>,
  )
  await act(async () => {
    screen.getByRole('button', { name: 'approve' }).click()
    await world.advance(100)
  })
  const said = document.body.innerHTML
  expect(document.body.textContent).toContain('The API server said: “bob may not”')
  expect(unspoken(said)).not.toMatch(/\p{L}/u)
})

it('the checks panel translates everything except field names such as CN and DNS', async () => {
  const csr = makeCsr({ kind: 'client' })
  const request = describeRequest(makeWorld({ csrs: [csr] }), csr.uid, makeContext(), KIM)
  if (request === null) throw new Error('the request is not there')
  const panel = await spoken(<ChecksPanel whose="mine" request={request} />)
  await act(async () => panel.querySelector('button')?.click())
  const { innerHTML } = panel
  expect(innerHTML).toContain('⟦user⟧')
  const names = /<span>(CN|O|DNS|IP|Node|Machine)<\/span>/g
  expect(unspoken(innerHTML.replaceAll(names, ''))).not.toMatch(/\p{L}/u)
})

// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { press, renderLive } from '#app/fixtures/render-live.tsx'
import { DenyDialog } from '#components/decide/deny-dialog.tsx'
import { useReportDenial } from '#components/decide/report-denial.tsx'
import { LiveRegions } from '#components/ui/live-region.tsx'
import { Toasts } from '#components/ui/toast.tsx'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import type { DecidedItem } from '#lib/query/mutations.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

const { after, hourAgain, result } = en.decide.deny

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
})
afterEach(cleanup)

const rows = (requests: readonly RequestRow[]) => ({
  machines: [makeMachine({ requests: requests.filter(({ nodeName }) => nodeName !== null) })],
  others: requests.filter(({ nodeName }) => nodeName === null),
})

async function open(requests: readonly RequestRow[]): Promise<void> {
  server.snapshot = makeSnapshot(rows(requests))
  const targets = requests.map((request) => ({ kind: 'request', request }) as const)
  await renderLive(world, <DenyDialog targets={targets} onClose={() => {}} />)
}

const deny = () => press(world, /^Deny /)

const newest = makeRequest({ uid: 'new', name: 'csr-new' })
const older = makeRequest({ uid: 'old', name: 'csr-old', superseded: true })
const stranger = makeRequest({
  uid: 'odd',
  name: 'csr-odd',
  requestor: 'jane',
  verdict: 'suspicious',
  failing: ['requestor.bootstrapper'],
})
const strangersServing = {
  ...stranger,
  uid: 'odd-serving',
  name: 'csr-odd-serving',
  signerName: KUBELET_SERVING,
  failing: ['requestor.node'],
} satisfies RequestRow
const nobodys = makeRequest({ uid: 'no', name: 'csr-no', nodeName: null, verdict: 'refused' })
const foreign = { ...nobodys, signerName: 'example.com/signer' }

it.each<[what: string, requests: readonly RequestRow[], says: keyof typeof after]>([
  ['the newest', [newest], 'kubelet'],
  ['it and an older one', [older, newest], 'kubelet'],
  ['it and a stranger’s', [stranger, newest], 'kubelet'],
  ['a superseded one', [older], 'unrelated'],
  ['a stranger’s, which counts against the machine’s own', [stranger], 'stranger'],
  ['it and a superseded one', [stranger, older], 'stranger'],
  ['a superseded stranger’s', [{ ...stranger, superseded: true }], 'unrelated'],
  ['a stranger’s for serving, which the node’s own is told from', [strangersServing], 'unrelated'],
  ['one that names no node', [nobodys], 'other'],
  ['another signer’s', [foreign], 'other'],
])('the dialog that denies %s says what follows', async (_, requests, says) => {
  await open(requests)
  const shown = Object.values(after).filter((text) => document.body.textContent.includes(text))
  expect(shown).toEqual([after[says]])
  await deny()
  expect(document.body.textContent).toMatch(/Denied/)
  const next = Object.entries(result.next).filter(([, text]) =>
    document.body.textContent.includes(text),
  )
  expect(next.map(([who]) => who)).toEqual(says in result.next ? [says] : [])
})

it.each([
  ['a client request says that the hour starts again', newest, true],
  ['a serving request says nothing of the hour', { ...newest, signerName: KUBELET_SERVING }, false],
])('the dialog that denies %s', async (_, request, isShown) => {
  await open([request])
  expect(document.body.textContent).toContain(after.kubelet)
  expect(document.body.textContent.includes(hourAgain)).toBe(isShown)
})

it('the dialog says so when its request becomes superseded, and so does the report of the denial', async () => {
  await open([newest])
  await act(async () => {
    const aside = { ...newest, superseded: true, resourceVersion: '1002' }
    server.moveTo(rows([makeRequest({ uid: 'newer', name: 'csr-newer' }), aside]))
    await world.advance(100)
  })
  expect(document.body.textContent).toContain(after.unrelated)
  let answer = () => {}
  server.decide = async function* ({ items }) {
    server.moveTo(rows([makeRequest({ uid: 'newer', name: 'csr-newer' })]))
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    for (const { uid } of items) yield { uid, outcome: 'denied' }
    yield { done: true, counts: {} }
  }
  await deny()
  expect(document.body.textContent).toContain(after.unrelated)
  await act(async () => {
    answer()
    await world.advance(300)
  })
  expect(document.body.textContent).toMatch(/Denied/)
  expect(document.body.textContent).not.toContain(result.next.kubelet)
})

interface ReportProps {
  readonly requests: readonly RequestRow[]
  readonly items: readonly DecidedItem[]
}

function ReportOf({ requests, items }: ReportProps) {
  const report = useReportDenial()
  const targets = requests.map((request) => ({ kind: 'request', request }) as const)
  return <button type="button" onClick={() => report(targets, requests, items)} aria-label="go" />
}

it('the report of many denials reads each outcome once', async () => {
  let looks = 0
  const requests = Array.from({ length: 1_000 }, (_, at) =>
    Object.defineProperty(makeRequest({ uid: `many-${at}` }), 'status', {
      get: () => {
        looks += 1
        return 'Pending'
      },
    }),
  )
  const items = requests.map(({ uid, name }) => {
    return { uid, name, outcome: 'error', detail: null, causes: [], now: null } as const
  })
  render(
    <InTab client={openTab(world).client}>
      <LiveRegions>
        <Toasts>
          <ReportOf requests={requests} items={items} />
        </Toasts>
      </LiveRegions>
    </InTab>,
  )
  await act(async () => screen.getByRole('button', { name: 'go' }).click())
  expect(document.body.textContent).toContain(result.none(1_000))
  expect(looks).toBeLessThan(10 * requests.length)
})

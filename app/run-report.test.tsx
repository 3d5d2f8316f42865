// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { compile } from 'tailwindcss'
import { afterEach, expect, it, vi } from 'vitest'
import { letApprove, renderLive } from '#app/fixtures/render-live.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import { makeRequest } from '#lib/csr/fixtures/make-rows.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { Pause, RunLine, RunPage, RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push() {} }) }))

afterEach(() => {
  cleanup()
  document.head.replaceChildren()
})

/** Adds the style rules of the page's classes. */
async function styled(): Promise<void> {
  const { build } = await compile('@tailwind utilities;')
  const style = document.createElement('style')
  style.textContent = build(
    [...document.querySelectorAll('*')].flatMap((one) => [...one.classList]),
  )
  document.head.append(style)
}

const line = (name: string, fields: Partial<RunLine> = {}): RunLine => ({
  ...{ name, kind: 'ready', done: 0, of: 0, uid: null, outcome: null, reason: null, since: 0 },
  ...{ detail: null, causes: [] },
  ...fields,
})
const HELD_BACK = line('gpu-1', {
  kind: 'heldBack',
  reason: { code: 'requestor.bootstrapper', finding: 'stranger', values: {} },
})
const READY = ['a', 'b', 'c', 'd', 'e'].map((name) => line(name))
const STAYING = ['old-1', 'old-2'].map((name) => ({
  ...makeRequest({ uid: name, name, verdict: 'suspicious', superseded: true }),
  nodeName: 'a',
}))

interface Opened {
  readonly run?: Partial<RunSummary>
  readonly page?: Partial<RunPage>
  readonly approval?: boolean
}

async function open({ page = {}, approval = true, ...opened }: Opened = {}): Promise<HTMLElement> {
  const { world, server } = servedWorld()
  letApprove(server, approval)
  const progress = {
    ...{ machines: 6, total: 12, decided: 8, notNeeded: 2, heldBack: 1, left: 1 },
    steps: { clientApproved: 6, servingRequested: 6, servingApproved: 5, ready: 5 },
  }
  const ended = { status: 'finished', startedAt: 0, endedAt: 22_000, needsYou: 1 } as const
  const run = makeRun({ ...ended, progress, ...opened.run })
  const respond = server.respond.bind(server)
  world.network.respond = (path, init) =>
    path.startsWith('/api/runs/r1')
      ? Response.json({
          run,
          from: 0,
          counts: { needsYou: 1, onTheirWay: 0, joined: 5 },
          lines: [HELD_BACK, ...READY],
          staying: { count: 2, rows: STAYING },
          others: { count: 0, rows: [] },
          ...page,
        } satisfies RunPage)
      : respond(path, init)
  const view = <RunView run={run} onClose={() => {}} onDeny={() => {}} />
  await renderLive(world, view)
  await world.advance(100)
  return screen.findByRole('dialog')
}

it('the report of a run accounts for every request', async () => {
  const dialog = await open()
  expect(dialog.textContent).toContain('5 of 6 machines are Ready')
  expect(dialog.textContent).toContain('8 of 12 requests approved')
  expect(dialog.textContent).toContain(
    '2 were not needed any more, 1 is held back, 1 was not begun',
  )
})

it('the report begins with the machine that needs a person, and says what to do', async () => {
  const dialog = await open()
  const [first] = await within(dialog).findAllByRole('listitem')
  expect(first?.textContent).toMatch(/^gpu-1Held back: .*Find out who that is/)
})

it('the report shows three of the machines that need no person, and the others on request', async () => {
  const dialog = await open()
  const shown = () =>
    within(dialog)
      .getAllByRole('listitem')
      .map(({ dataset }) => dataset.machine)
  const more = await within(dialog).findByRole('button', { name: 'and 2 more' })
  await styled()
  expect(shown()).toEqual(['gpu-1', 'a', 'b', 'c'])
  fireEvent.click(more)
  expect(shown()).toEqual(['gpu-1', 'a', 'b', 'c', 'd', 'e'])
})

it('requests that stay pending are one line without a verdict, and are denied together', async () => {
  const staying = await within(await open()).findByRole('region', { name: /^2 older requests/ })
  expect(staying.textContent).toBe(
    '2 older requests stay pending. No kubelet waits for them.ShowDeny 2…',
  )
})

it('a person who may not approve can deny nothing from a report', async () => {
  const dialog = await open({ approval: false })
  await within(dialog).findByRole('region', { name: /^2 older requests/ })
  expect(within(dialog).queryByRole('button', { name: /^Deny/ })).toBeNull()
})

it('the report of a run from before a restart says that its machines are not known', async () => {
  const nothing = { needsYou: 0, onTheirWay: 0, joined: 0 }
  const none = { count: 0, rows: [] }
  const dialog = await open({ page: { lines: [], counts: nothing, staying: none } })
  expect((await within(dialog).findByText(/not known after a restart/)).textContent).toContain(
    'Activity has each of its decisions',
  )
})

it.each([
  ['a person who may approve has Stop and Pause', true, ['Stop', 'Pause']],
  ['a person who may not has neither, and is told which right is missing', false, []],
] as const)('while another person’s run is under way, %s', async (_, approval, buttons) => {
  const under = { status: 'running', user: 'ana.ruiz', endedAt: null, needsYou: 0 } as const
  const dialog = await open({ approval, run: under })
  const names = ['Stop', 'Pause'].filter(
    (name) => within(dialog).queryByRole('button', { name }) !== null,
  )
  expect(names).toEqual(buttons)
  const missing = 'that needs update on certificatesigningrequests/approval'
  expect(dialog.textContent?.includes(missing)).toBe(!approval)
})

const { paused } = en.bulk.run

it.each<[Pause['why'], haltedBy: string | null, says: string, isTimed: boolean]>([
  ['unauthorized', null, paused.unauthorized, true],
  ['otherUser', null, paused.otherUser, false],
  ['actorUnknown', null, paused.actorUnknown, true],
  ['person', null, paused.person, true],
  ['person', 'ana.ruiz', 'Paused by ana.ruiz.', true],
])('a paused bulk (%s, %s) says what it waits for', async (why, haltedBy, says, isTimed) => {
  const pause = { why, until: Date.parse('2100-01-01') }
  const dialog = await open({ run: { status: 'paused', pause, haltedBy, endedAt: null } })
  expect(dialog.textContent).toContain(says)
  expect(dialog.textContent?.includes('Goes on in')).toBe(isTimed)
})

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { TargetActions } from '#components/machine/target-actions.tsx'
import { RowMenu, RowMenuButton } from '#components/machines/row-menu.tsx'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { DecisionBody } from '#lib/wire/wire.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

const { confirm } = en.decide
const { actions } = en.machine
const more = () => screen.queryByRole('button', { name: actions.more })
/** Further fields of a request's page. */
const DETAIL = { grants: { as: 'node', name: 'worker-1', mayControl: [] }, checks: [] }

let world: World
let server: TestServer
let sent: DecisionBody[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  sent = []
  server.decide = (body) => {
    sent.push(body)
    return body.items.map(({ uid }) => ({ uid, outcome: 'approved' }))
  }
})
afterEach(cleanup)

async function press(name: string | RegExp): Promise<void> {
  await act(async () => {
    screen.getByRole('button', { name }).click()
    await world.advance(300)
  })
}

async function chooseNote(): Promise<void> {
  await act(() => fireEvent.click(more() as HTMLElement))
  await act(async () => {
    screen.getByRole('menuitem', { name: new RegExp(`^${actions.withNote.title}`) }).click()
    await world.advance(300)
  })
}

/** Shows the buttons of a machine with this request. */
async function show(fields: Partial<RequestRow> = {}): Promise<void> {
  const request = { ...makeRequest({ uid: 'new', name: 'csr-new', ...fields }), ...DETAIL }
  const machine = makeMachine({ requests: [request], next: 'approveClient' })
  server.snapshot = makeSnapshot({ machines: [machine] })
  await renderLive(world, <TargetActions target={{ kind: 'machine', machine }} />)
}

it.each(['verified', 'plausible'] as const)(
  'the note of a %s request is in the decision, which accepts no less trust than a click',
  async (verdict) => {
    await show({ verdict })
    await chooseNote()
    expect(sent).toEqual([])
    screen.getByRole('dialog', { name: confirm.withNote.title })
    const field = screen.getByRole('textbox', { name: confirm.withNote.label })
    await act(() => fireEvent.change(field, { target: { value: ' rack 2, ticket 4711 ' } }))
    await press('Approve csr-new')
    expect(sent).toMatchObject([
      {
        decision: 'approve',
        accept: verdict,
        note: 'rack 2, ticket 4711',
        followMinutes: 15,
        items: [{ uid: 'new' }],
      },
    ])
    expect(screen.queryByRole('dialog')).toBeNull()
  },
)

it('the menu of a row asks for a note, too, and approves what the page does', async () => {
  const newest = { ...makeRequest({ uid: 'new', name: 'csr-new' }), ...DETAIL }
  const older = { ...makeRequest({ uid: 'old', superseded: true }), ...DETAIL }
  const machine = makeMachine({ requests: [newest, older], next: 'approveClient' })
  server.snapshot = makeSnapshot({ machines: [machine] })
  const view = (
    <>
      <RowMenuButton target={{ kind: 'machine', machine }} />
      <RowMenu />
    </>
  )
  await renderLive(world, view)
  await press(/^More actions for/)
  await act(async () => {
    screen.getByRole('menuitem', { name: en.board.menu.approveWithNote }).click()
    await world.advance(300)
  })
  expect(screen.getByRole('dialog').textContent).toContain(
    '1 older duplicate is approved, too. Its serving request is approved when it arrives within 15 min',
  )
  await press('Approve csr-new')
  expect(sent).toMatchObject([{ followMinutes: 15, items: [{ uid: 'new' }, { uid: 'old' }] }])
})

it('the note may be empty', async () => {
  await show()
  await chooseNote()
  await press('Approve csr-new')
  expect(sent).toHaveLength(1)
  expect(sent[0]).not.toHaveProperty('note')
})

it('a click approves at once, without asking for a note', async () => {
  await show()
  await press('Approve worker-1')
  expect(sent).toHaveLength(1)
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('a suspicious request always needs a reason, and has no menu item for a note', async () => {
  await show({ verdict: 'suspicious', failing: ['sans.owned'] })
  await act(() => fireEvent.click(more() as HTMLElement))
  expect(
    screen.queryByRole('menuitem', { name: new RegExp(`^${actions.withNote.title}`) }),
  ).toBeNull()
  expect(screen.getAllByRole('menuitem')).toHaveLength(1)
})

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { press, renderLive } from '#app/fixtures/render-live.tsx'
import { TargetActions } from '#components/machine/target-actions.tsx'
import { RowMenu, RowMenuButton } from '#components/machines/row-menu.tsx'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { MachineRow, NextStep, RequestRow } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { DecisionBody, DecisionLine } from '#lib/wire/wire.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World
let server: TestServer
let sent: DecisionBody[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  sent = []
  server.decide = function* (body) {
    sent.push(body)
    for (const { uid } of body.items) yield { uid, outcome: 'approved' } satisfies DecisionLine
  }
})
afterEach(cleanup)

const { confirm } = en.decide
const { actions } = en.machine
/** Further fields of a request's page. */
const DETAIL = { grants: { as: 'node', name: 'worker-1', mayControl: [] }, checks: [] }

async function open(machine: MachineRow): Promise<void> {
  server.snapshot = makeSnapshot({ machines: [machine] })
  await renderLive(world, <TargetActions target={{ kind: 'machine', machine }} />)
}

/** Opens a machine whose request has the fields of a request's page. */
async function openOne(fields: Partial<RequestRow> = {}): Promise<void> {
  const request = { ...makeRequest({ uid: 'new', name: 'csr-new', ...fields }), ...DETAIL }
  await open(makeMachine({ requests: [request] }))
}

/** Opens the menu of a machine's row. */
async function openRow(machine: MachineRow): Promise<void> {
  server.snapshot = makeSnapshot({ machines: [machine] })
  const view = (
    <>
      <RowMenuButton target={{ kind: 'machine', machine }} />
      <RowMenu />
    </>
  )
  await renderLive(world, view)
  await press(world, `More actions for ${machine.name}`)
}

/** The first line of each menu item. */
async function menu(): Promise<readonly string[]> {
  await act(() => fireEvent.click(screen.getByRole('button', { name: actions.more })))
  return screen.getAllByRole('menuitem').map((item) => item.textContent ?? '')
}

async function choose(title: string): Promise<void> {
  await act(async () => {
    screen.getByRole('menuitem', { name: new RegExp(`^${title}`) }).click()
    await world.advance(300)
  })
}

const old = { superseded: true } as const
const client = [
  makeRequest({ uid: 'c3' }),
  makeRequest({ uid: 'c2', ...old }),
  makeRequest({ uid: 'c1', ...old, verdict: 'suspicious', failing: ['sans.owned'] }),
]
const serving = [
  makeRequest({ uid: 's2', signerName: KUBELET_SERVING }),
  makeRequest({ uid: 's1', ...old, signerName: KUBELET_SERVING }),
]
const uids = () => sent.map(({ items }) => items.map(({ uid }) => uid))

it('the button approves the newest client request with its sound duplicates, and follows the machine for its serving request', async () => {
  await open(makeMachine({ name: 'worker-1.rack2', requests: client }))
  await press(world, 'Approve worker-1')
  expect(sent).toMatchObject([{ decision: 'approve', followMinutes: 15 }])
  expect(uids()).toEqual([['c3', 'c2']])
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('the menu of a row has the words of the button, and approves the same', async () => {
  await openRow(makeMachine({ name: 'worker-1.rack2', requests: client }))
  await choose('Approve worker-1.* and 1 older duplicate now')
  expect(sent).toMatchObject([{ decision: 'approve', followMinutes: 15 }])
  expect(uids()).toEqual([['c3', 'c2']])
})

it('a serving request that waits alone is approved under the same name, and no machine is followed', async () => {
  await open(makeMachine({ name: 'worker-1.rack2', next: 'approveServing', requests: serving }))
  await press(world, 'Approve worker-1')
  expect(sent[0]).not.toHaveProperty('followMinutes')
  expect(uids()).toEqual([['s2', 's1']])
})

it.each<[title: string, uids: readonly string[], followMinutes: number | undefined]>([
  [actions.clientOnly.title, ['c3', 'c2'], undefined],
  [actions.withoutDuplicates.title(1), ['c3'], 15],
])('the menu’s “%s” approves %j', async (title, expected, followMinutes) => {
  await open(makeMachine({ requests: client }))
  await menu()
  await choose(title)
  expect(uids()).toEqual([expected])
  expect(sent[0]?.followMinutes).toBe(followMinutes)
})

const sound = ['Client only', 'With a note…', 'Without the older duplicate', 'Deny client…']
const twofold = { secondPerson: { because: 'controlPlane', proposal: null } } as const

it.each<
  [
    what: string,
    next: NextStep | null,
    requests: readonly RequestRow[],
    main: string,
    more: readonly string[],
  ]
>([
  ['verified', 'approveClient', client, 'Approve worker-1', sound],
  [
    'without duplicates',
    'approveClient',
    client.slice(0, 1),
    'Approve worker-1',
    ['Client only', 'With a note…', 'Deny client…'],
  ],
  [
    'that takes two people',
    'approveClient',
    [makeRequest(twofold)],
    'Approve worker-1…',
    ['Deny client…'],
  ],
  [
    'suspicious',
    'review',
    [makeRequest({ verdict: 'suspicious' })],
    'Deny client…',
    ['Approve although a check fails…'],
  ],
  ['refused', 'review', [makeRequest({ verdict: 'refused' })], 'Deny client…', []],
  [
    'superseded by an issued one',
    null,
    [makeRequest(old)],
    'Approve superseded',
    ['Deny superseded…'],
  ],
])('a request %s has one button and one menu', async (_, next, requests, main, more) => {
  await open(makeMachine({ next, requests }))
  const buttons = screen.getAllByRole('button').map((button) => button.textContent)
  expect(buttons.filter((text) => text !== '')).toEqual([
    expect.stringMatching(new RegExp(`^${main}[AD]?$`)),
  ])
  const items = more.length === 0 ? [] : await menu()
  expect(items.length).toBe(more.length)
  for (const [at, title] of more.entries()) expect(items[at]).toContain(title)
})

it.each(['verified', 'plausible'] as const)(
  'the note of a %s request is in the decision, which accepts no less trust than a click',
  async (verdict) => {
    await openOne({ verdict })
    await menu()
    await choose(actions.withNote.title)
    expect(sent).toEqual([])
    screen.getByRole('dialog', { name: confirm.withNote.title })
    const field = screen.getByRole('textbox', { name: confirm.withNote.label })
    await act(() => fireEvent.change(field, { target: { value: ' rack 2, ticket 4711 ' } }))
    await press(world, 'Approve csr-new')
    const note = { accept: verdict, note: 'rack 2, ticket 4711' }
    expect(sent).toMatchObject([{ decision: 'approve', ...note, followMinutes: 15 }])
    expect(uids()).toEqual([['new']])
    expect(screen.queryByRole('dialog')).toBeNull()
  },
)

it('the menu of a row asks for a note, too, and approves what the page does', async () => {
  const newest = { ...makeRequest({ uid: 'new', name: 'csr-new' }), ...DETAIL }
  const older = { ...makeRequest({ uid: 'old', superseded: true }), ...DETAIL }
  await openRow(makeMachine({ requests: [newest, older] }))
  await choose(en.board.menu.approveWithNote)
  expect(screen.getByRole('dialog').textContent).toContain(
    '1 older duplicate is approved, too. Its serving request is approved when it arrives within 15 min',
  )
  await press(world, 'Approve csr-new')
  expect(sent).toMatchObject([{ followMinutes: 15 }])
  expect(uids()).toEqual([['new', 'old']])
})

it('the note may be empty', async () => {
  await openOne()
  await menu()
  await choose(actions.withNote.title)
  await press(world, 'Approve csr-new')
  expect(sent).toHaveLength(1)
  expect(sent[0]).not.toHaveProperty('note')
})

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
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

const { actions } = en.machine

async function open(machine: MachineRow): Promise<void> {
  server.snapshot = makeSnapshot({ machines: [machine] })
  await renderLive(world, <TargetActions target={{ kind: 'machine', machine }} />)
}

async function press(name: string): Promise<void> {
  await act(async () => {
    screen.getByRole('button', { name }).click()
    await world.advance(100)
  })
}

/** The first line of each menu item. */
async function menu(): Promise<readonly string[]> {
  await act(() => fireEvent.click(screen.getByRole('button', { name: actions.more })))
  return screen.getAllByRole('menuitem').map((item) => item.textContent ?? '')
}

async function choose(title: string): Promise<void> {
  await menu()
  await act(async () => {
    screen.getByRole('menuitem', { name: new RegExp(`^${title}`) }).click()
    await world.advance(100)
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
  await press('Approve worker-1')
  expect(sent).toMatchObject([{ decision: 'approve', followMinutes: 15 }])
  expect(uids()).toEqual([['c3', 'c2']])
})

it('the menu of a row has the words of the button, and approves the same', async () => {
  const machine = makeMachine({ name: 'worker-1.rack2', requests: client })
  server.snapshot = makeSnapshot({ machines: [machine] })
  const view = (
    <>
      <RowMenuButton target={{ kind: 'machine', machine }} />
      <RowMenu />
    </>
  )
  await renderLive(world, view)
  await press('More actions for worker-1.rack2')
  await act(async () => {
    screen.getByRole('menuitem', { name: /^Approve worker-1.* and 1 older duplicate now/ }).click()
    await world.advance(100)
  })
  expect(sent).toMatchObject([{ decision: 'approve', followMinutes: 15 }])
  expect(uids()).toEqual([['c3', 'c2']])
})

it('a serving request that waits alone is approved under the same name, and no machine is followed', async () => {
  await open(makeMachine({ name: 'worker-1.rack2', next: 'approveServing', requests: serving }))
  await press('Approve worker-1')
  expect(sent[0]).not.toHaveProperty('followMinutes')
  expect(uids()).toEqual([['s2', 's1']])
})

it.each<[title: string, uids: readonly string[], followMinutes: number | undefined]>([
  [actions.clientOnly.title, ['c3', 'c2'], undefined],
  [actions.withoutDuplicates.title(1), ['c3'], 15],
])('the menu’s “%s” approves %j', async (title, expected, followMinutes) => {
  await open(makeMachine({ requests: client }))
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

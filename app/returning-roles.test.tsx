// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { makeBoardRow } from '#components/machines/fixtures/make-machine.ts'
import { OffProvider } from '#components/machines/permissions.tsx'
import { ReturningSection } from '#components/machines/returning-section.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { rowsOf } from '#components/ui/row-list.ts'
import { useTicks } from '#components/ui/ticks.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { ago, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { ReturningRole, Summary } from '#lib/wire/views.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

beforeAll(() => {
  vi.stubGlobal('scrollTo', () => {})
})
afterEach(cleanup)

const NAMES = ['cp-0', 'cp-1', 'infra-1', 'worker-1']
const ROWS = rowsOf(
  NAMES.map((name) => ({ item: makeBoardRow(name), gone: false })),
  ({ item }) => item.key,
)
const WORDS = { column: 'Select', all: 'Select all', nameOf: () => 'Select' }

function Section({ roles }: { readonly roles: readonly ReturningRole[] }) {
  const ticks = useTicks(ROWS, () => true, WORDS)
  const list = useListKeys(ROWS, { onOpen() {} })
  const summary = {
    counts: { returning: 4, withoutExecAndLogs: 3, nodes: 6 },
    returning: { few: [], silent: null },
    unavailableOperators: { waiting: [{ name: 'ingress' }, { name: 'console' }], also: [] },
    cluster: makeSnapshot().cluster,
  } as unknown as Summary
  const table = { list, ticks, stale: false, onWindow() {} }
  return <ReturningSection summary={summary} roles={roles} {...table} />
}

async function open(roles: readonly ReturningRole[]): Promise<void> {
  const { world } = servedWorld()
  await renderLive(
    world,
    <OffProvider>
      <Section roles={roles} />
    </OffProvider>,
  )
}

const silentSince = ago(8 * 3_600 + 29 * 60)
const heads = () => screen.queryAllByRole('rowheader').map(({ textContent }) => textContent)

it('machines that have joined before are listed under their role, with how long they have been silent', async () => {
  await open([
    { role: 'controlPlane', count: 2, silentSince },
    { role: 'platform', count: 1, silentSince: null },
    { role: 'worker', count: 1, silentSince },
  ])
  const { controlPlane, platform, worker } = en.board.returning.roles
  expect(heads()).toEqual([
    `${controlPlane.title} 2Silent for 8 h. ${controlPlane.why}`,
    `${platform.title} 1 ${platform.why}`,
    `${worker.title} 1Silent for 8 h. ${worker.why}`,
  ])
  const [, ...rows] = screen.getAllByRole('row')
  const order = rows.map(({ textContent, dataset }) => dataset.key ?? textContent.slice(0, 5))
  expect(order).toEqual(['Contr', 'cp-0', 'cp-1', 'Infra', 'infra-1', 'Worke', 'worker-1'])
})

it('the section names the operators that wait for these machines', async () => {
  await open([])
  const said = screen.getByRole('region', { name: en.board.returning.whatWaits.title }).textContent
  expect(said).toContain('4 are NotReady')
  expect(said).toContain('Unavailable on 3 of 6 nodes.')
  expect(said).toContain('ingress, console')
})

it.each<[what: string, readonly ReturningRole[]]>([
  ['of one role', [{ role: 'worker', count: 4, silentSince }]],
  [
    'that are not those of the counts yet',
    [
      { role: 'controlPlane', count: 2, silentSince },
      { role: 'worker', count: 3, silentSince },
    ],
  ],
])('rows %s have no sub-head', async (_, roles) => {
  await open(roles)
  expect(heads()).toEqual([])
})

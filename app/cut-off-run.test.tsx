// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { CutOffNote } from '#components/bulk/cut-off-note.tsx'
import { DecideProvider } from '#components/decide/decide-provider.tsx'
import { Keyboard } from '#components/ui/keyboard.tsx'
import { en } from '#lib/messages/en.ts'
import { createServer, KEY } from '#lib/query/fixtures/server.ts'
import { createWorld } from '#lib/query/fixtures/world.ts'
import { createLiveClient } from '#lib/query/live-client.ts'
import { LiveContext } from '#lib/query/tab-client.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push() {} }) }))

afterEach(cleanup)

async function open(fields: Partial<RunSummary>): Promise<void> {
  const world = createWorld()
  const server = createServer(world.now)
  world.network.respond = server.respond
  const tab = world.tab()
  tab.hash.value = `#key=${KEY}`
  const client = createLiveClient(tab)
  const run: RunSummary = {
    ...{ id: 'r1', revision: 1, decision: 'approve', user: 'ana.ruiz', startedAt: world.now() },
    ...{ status: 'cutOff', pause: null, haltedBy: null, endedAt: null },
    ...{ followUntil: null, followMinutes: null, follows: null, signers: [] },
    progress: {
      steps: { clientApproved: 0, servingRequested: 0, servingApproved: 0, ready: 0 },
      ...{ machines: 48, total: 48, decided: 40, open: 0, heldBack: 0, failed: 0 },
      ...{ rate: null, secondsLeft: null, waitingForKubelets: 0 },
    },
    ...{ needsYou: 8, dismissed: false },
    ...fields,
  }
  await act(async () => {
    client.start()
    await world.advance(100)
    render(
      <LiveContext value={client}>
        <QueryClientProvider client={client.queryClient}>
          <Keyboard path="/" letters>
            <DecideProvider>
              <CutOffNote />
            </DecideProvider>
          </Keyboard>
        </QueryClientProvider>
      </LiveContext>,
    )
    server.send({ event: 'run', data: run })
    await world.advance(100)
  })
}

const said = () => document.body.textContent

it('the board says how many machines of a run that was cut off still wait, and opens its report', async () => {
  await open({})
  expect(said()).toContain('8 machines of it still need you. It was begun by ana.ruiz')
  await act(async () => screen.getByRole('button', { name: en.bulk.cutOff.show }).click())
  expect(screen.getByRole('dialog', { name: 'Cut off: 40 of 48 requests approved' })).toBeTruthy()
  expect(said()).toContain(en.bulk.finished.cutOff(0))
})

it.each<[what: string, Partial<RunSummary>]>([
  ['of which nothing waits', { needsYou: 0 }],
  ['whose report was read', { dismissed: true }],
  ['that a person has stopped', { status: 'stopped', haltedBy: 'kim.osei' }],
])('the board says nothing of a run %s', async (_, fields) => {
  await open(fields)
  expect(said()).not.toContain(en.bulk.cutOff.title)
})

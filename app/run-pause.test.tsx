// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { RunView } from '#components/bulk/run-view.tsx'
import { en } from '#lib/messages/en.ts'
import { createServer, KEY } from '#lib/query/fixtures/server.ts'
import { createWorld } from '#lib/query/fixtures/world.ts'
import { createLiveClient } from '#lib/query/live-client.ts'
import { LiveContext } from '#lib/query/tab-client.ts'
import type { Pause, RunSummary } from '#lib/wire/run-answers.ts'

afterEach(cleanup)

const { paused } = en.bulk.run

it.each<[Pause['why'], haltedBy: string | null, says: string, isTimed: boolean]>([
  ['unauthorized', null, paused.unauthorized, true],
  ['otherUser', null, paused.otherUser, false],
  ['actorUnknown', null, paused.actorUnknown, true],
  ['person', null, paused.person, true],
  ['person', 'ana.ruiz', 'Paused by ana.ruiz.', true],
])('a bulk that waits (%s, %s) says what it waits for', async (why, haltedBy, says, isTimed) => {
  const world = createWorld()
  const server = createServer(world.now)
  world.network.respond = server.respond
  const tab = world.tab()
  tab.hash.value = `#key=${KEY}`
  const client = createLiveClient(tab)
  const run: RunSummary = {
    ...{ id: 'r1', revision: 1, decision: 'approve', user: 'kim.osei', startedAt: world.now() },
    ...{ status: 'paused', pause: { why, until: world.now() + 5_000 }, haltedBy, endedAt: null },
    ...{ followUntil: null, followMinutes: null, follows: null, signers: [] },
    progress: {
      steps: { clientApproved: 0, servingRequested: 0, servingApproved: 0, ready: 0 },
      ...{ machines: 1, total: 1, decided: 0, open: 1, heldBack: 0, failed: 0 },
      ...{ rate: null, secondsLeft: null, waitingForKubelets: 0 },
    },
    ...{ needsYou: 0, dismissed: false },
  }
  await act(async () => {
    client.start()
    await world.advance(100)
    render(
      <LiveContext value={client}>
        <QueryClientProvider client={client.queryClient}>
          <RunView run={run} onClose={() => {}} />
        </QueryClientProvider>
      </LiveContext>,
    )
  })
  expect(document.body.textContent).toContain(says)
  expect(document.body.textContent.includes('Goes on in')).toBe(isTimed)
})

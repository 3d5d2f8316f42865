// @vitest-environment happy-dom
import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { RunView } from '#components/bulk/run-view.tsx'
import type { Loss } from '#lib/live/wire.ts'
import { en } from '#lib/messages/en.ts'
import { LiveContext } from '#lib/query/client.ts'
import { createRunRig, machine, request, runOf, start } from '#lib/query/fixtures/run-rig.ts'

afterEach(cleanup)

const { paused } = en.bulk.run

it.each<[Loss, says: string, isTimed: boolean]>([
  ['identity', paused.unauthorized, true],
  ['actor', paused.otherUser, false],
  ['actorUnknown', paused.actorUnknown, true],
])(
  'a bulk that waits for what was lost (%s) says what it waits for',
  async (lost, says, isTimed) => {
    const rig = createRunRig()
    rig.showing(machine('a', request('a1')))
    rig.server.decide = function* ({ items }) {
      for (const { uid } of items) yield { uid, outcome: 'error', lost }
      yield { done: true, counts: {} }
    }
    const opened = await rig.open()
    const { client } = opened
    start(opened)
    await act(async () => {
      await rig.world.advance(500)
      const run = runOf(opened)
      if (run === null) throw new Error('no run')
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
  },
)

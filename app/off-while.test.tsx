// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { useBulkOffer } from '#components/machines/bulk-offer.tsx'
import { ConnectionAnnouncer } from '#components/shell/connection-announcer.tsx'
import { LiveRegions } from '#components/ui/live-region.tsx'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { Summary } from '#lib/wire/views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.snapshot = makeSnapshot()
})
afterEach(cleanup)

const SUMMARY = { counts: { verified: 1, plausible: 0 } } as Summary

function Hint() {
  return <p data-hint>{useBulkOffer(SUMMARY).hint}</p>
}

it.each<[FeedState, hint: string, heard: string]>([
  ['stale', 'Off while disconnected', 'Connection lost.'],
  ['unreachable', 'Off while disconnected', 'Connection lost.'],
  ['forbidden', 'Off until it can be judged', 'no longer lets you read'],
  ['unauthorized', 'Off until you sign in to the cluster', 'no longer accepts your credentials'],
  ['withheld', 'Off until it can be judged', 'Not all that requests are checked against'],
])(
  'while the feed is %s the page shows why nothing can be approved, and announces it',
  async (state, hint, heard) => {
    const { client } = openTab(world)
    const after = (done: () => void) =>
      act(async () => {
        done()
        await world.advance(200)
      })
    await after(() => void client.start())
    await after(() => {
      render(
        <InTab client={client}>
          <LiveRegions>
            <ConnectionAnnouncer />
            <Hint />
          </LiveRegions>
        </InTab>,
      )
    })
    const shown = () => document.querySelector('[data-hint]')?.textContent
    expect(shown()).toBe('1 verified')
    const becomes = (state: FeedState) =>
      after(() => server.send({ event: 'feed', data: { ...server.snapshot.feed, state } }))
    // Most pages see this: a feed that was live before.
    await becomes('reconnecting')
    await becomes(state)
    expect(shown()).toBe(hint)
    expect(screen.getByRole('alert').textContent).toContain(heard)
  },
)

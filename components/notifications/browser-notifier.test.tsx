// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrowserNotifier } from '#components/notifications/browser-notifier.tsx'
import { BrowserPanel } from '#components/notifications/browser-panel.tsx'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { KEY, NOBODY, signedInAs, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { createLiveClient } from '#lib/query/live-client.ts'

let world: World
let server: TestServer
/** Machines of the board's first section. */
let waiting: readonly object[]
let visited: string[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  waiting = []
  visited = []
  world.network.respond = (path, init) => {
    const { feed } = server.snapshot
    if (!/^\/api\/(machines|alarms)\?/.test(path)) return server.respond(path, init)
    const rows = path.includes('section=waiting') ? waiting : []
    return Response.json({ total: rows.length, from: 0, counts: { all: 0 }, feed, rows })
  }
})
afterEach(cleanup)

function waits(name: string, minutes: number) {
  const deadline = new Date(world.now() + (60 - minutes) * 60_000).toISOString()
  const machine = { name, waiting: true, deadline }
  return { kind: 'machine', key: name, machine }
}

async function open(hash = `#key=${KEY}`) {
  const { tab, client } = openTab(world, hash)
  const router = { push: (path: string) => void visited.push(path) } as never
  await moved(() => {
    client.start()
    render(
      <AppRouterContext value={router}>
        <InTab client={client}>
          <BrowserNotifier />
          <BrowserPanel />
        </InTab>
      </AppRouterContext>,
    )
  })
  return { tab, client }
}

function moved(by: () => void, ms = 500) {
  return act(async () => {
    by()
    await world.advance(ms)
  })
}

/** Presses the switch of the page about notifications. */
async function press() {
  await moved(() => fireEvent.click(screen.getByRole('switch')))
}

const MINUTE = 60_000

describe('notifications', () => {
  it('notifications are off until the person switches them on; then a hidden tab notifies', async () => {
    waiting = [waits('worker-1', 14)]
    const { tab } = await open()
    tab.hide()
    await moved(() => {}, 2 * MINUTE)
    expect(tab.shown).toEqual([])
    expect(world.browser.permission).toBe('default')

    waiting = [waits('worker-2', 14)]
    await moved(() => tab.show())
    await press()
    await moved(() => tab.hide())
    await moved(() => {}, 2 * MINUTE)
    expect(tab.shown.map(({ title }) => title)).toEqual(['worker-2 has waited for 15 minutes'])
    expect(server.openStreams()).toBe(1)
    tab.shown[0]?.onClick()
    expect(visited).toEqual(['/machines/worker-2'])
  })

  it('no notification is shown over a visible page', async () => {
    waiting = [waits('worker-1', 14)]
    const { tab } = await open()
    await press()
    await moved(() => {}, 2 * MINUTE)
    await moved(() => tab.hide())
    await moved(() => {}, MINUTE)
    expect(tab.shown).toEqual([])
  })

  it('notifications stay off, and the switch says so, where the person denies the browser’s permission', async () => {
    world.browser.answer = 'denied'
    const { client } = await open()
    await press()
    expect(client.notifications.state.get()).toBe('blocked')
    expect(screen.getByText(/blocks notifications/)).toBeTruthy()
    expect(world.stored.get('countersign.notifications')).toBeUndefined()
  })

  it('the switch turns notifications on in all tabs, and signing out turns them off', async () => {
    const { client } = await open()
    const other = createLiveClient(world.tab())
    other.start()
    await press()
    expect(other.notifications.state.get()).toBe('on')
    await moved(() => client.signOut())
    expect(world.stored.size).toBe(0)
    server.validTokens = new Set()
    cleanup()
    const again = await open()
    for (const one of [client, other, again.client]) {
      expect(one.session.get().status).toBe('signedIn')
      expect(one.notifications.state.get()).toBe('off')
    }
  })

  it('a hidden tab notifies that its session has ended', async () => {
    server.team = signedInAs('kim')
    const { tab } = await open('')
    await press()
    await moved(() => {}, 5_000)
    tab.hide()
    server.team = NOBODY
    await moved(() => server.endStreams(), 5_000)
    expect(tab.shown.map(({ title }) => title)).toEqual(['Your session has ended'])
  })
})

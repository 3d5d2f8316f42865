// @vitest-environment happy-dom
import { focusManager } from '@tanstack/react-query'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { KEY } from '#lib/query/fixtures/server.ts'
import { settled } from '#lib/query/fixtures/world.ts'
import { useNodesInView } from '#lib/query/report-in-view.ts'
import { makeSnapshot } from '#lib/wire/fixtures/cluster.ts'

/** Reported nodes, in order. */
let told: string[][]

beforeEach(() => {
  told = []
  // Fakes react-query's timers and the pause; promises and streams go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
})

afterEach(() => {
  cleanup()
  focusManager.setFocused(undefined)
  vi.useRealTimers()
})

function Page({ names }: { readonly names: readonly string[] }) {
  useNodesInView(names)
  return null
}

async function open(names: readonly string[], { asksKubelets = true, hash = `#key=${KEY}` } = {}) {
  const { world, server } = servedWorld()
  const snapshot = makeSnapshot()
  server.snapshot = { ...snapshot, cluster: { ...snapshot.cluster, asksKubelets } }
  world.network.respond = (path, init) => {
    if (path !== '/api/nodes/in-view') return server.respond(path, init)
    const body = typeof init.body === 'string' ? init.body : ''
    told.push((JSON.parse(body) as { nodes: string[] }).nodes)
    return new Response(null, { status: 204 })
  }
  const { client } = openTab(world, hash)
  const page = (shown: readonly string[]) => (
    <InTab client={client}>
      <Page names={shown} />
    </InTab>
  )
  const view = await act(async () => {
    client.start()
    const view = render(page(names))
    await world.advance(100)
    return view
  })
  return {
    show: (shown: readonly string[]) => act(async () => view.rerender(page(shown))),
    leave: () => act(async () => view.unmount()),
  }
}

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms)
    await settled()
  })

it('the page reports the nodes in view after a pause in scrolling, and only the last ones', async () => {
  const { show } = await open(['a', 'b'])
  await pass(200)
  await show(['b', 'c'])
  await pass(200)
  await show(['c', 'd'])
  await pass(299)
  expect(told).toEqual([])
  await pass(1)
  expect(told).toEqual([['c', 'd']])
})

it('the page reports the nodes again each minute, until it is left', async () => {
  const { leave } = await open(['a'])
  await pass(300)
  for (let minutes = 0; minutes < 3; minutes += 1) await pass(60_300)
  expect(told).toEqual([['a'], ['a'], ['a'], ['a']])
  await leave()
  await pass(300_000)
  expect(told).toHaveLength(4)
})

it('a hidden tab reports nothing, and reports at once when it is visible again', async () => {
  await open(['a'])
  await pass(300)
  focusManager.setFocused(false)
  await pass(600_000)
  expect(told).toHaveLength(1)
  focusManager.setFocused(true)
  await pass(300)
  expect(told).toHaveLength(2)
})

it('the page reports the first hundred of very many nodes', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `n-${index}`)
  await open(names)
  await pass(300)
  expect(told).toEqual([names.slice(0, 100)])
})

it.each([
  ['nothing is in view', [], {}],
  ['kubelets are not asked', ['a'], { asksKubelets: false }],
  ['nobody is signed in', ['a'], { hash: '' }],
])('the page reports nothing where %s', async (_, names, around) => {
  await open(names, around)
  await pass(120_000)
  expect(told).toEqual([])
})

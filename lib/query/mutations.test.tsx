// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { KEY, problem, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { useRequestDetail } from '#lib/query/live.ts'
import type { StartableClient } from '#lib/query/live-client.ts'
import {
  type DecidedItem,
  type DecisionToSend,
  isDeciding,
  useDecide,
  useDeciding,
  useDenyMany,
} from '#lib/query/mutations.ts'
import { useRuns } from '#lib/query/run-queries.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { DecisionBody } from '#lib/wire/wire.ts'

let world: World
let server: TestServer
let bodies: DecisionBody[]

const requests = ['u1', 'u2', 'u3'].map((uid) => makeRequest({ uid, name: `csr-${uid}` }))
const [request] = requests as [(typeof requests)[0]]
const showing = (fields: object = {}) => ({
  machines: [makeMachine({ requests: requests.map((row) => ({ ...row, ...fields })) })],
})

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.snapshot = makeSnapshot(showing())
  bodies = []
  const all = server.decide
  server.decide = (body, signal) => {
    bodies.push(body)
    return all(body, signal)
  }
})
afterEach(cleanup)

async function open<Result>(use: () => Result, hash = `#key=${KEY}`) {
  const { client } = openTab(world, hash)
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <InTab client={client}>{children}</InTab>
  )
  const { result } = renderHook(use, { wrapper })
  await act(async () => {
    client.start()
    await world.advance(100)
  })
  return { client, result }
}

const useAll = () => ({
  page: useRequestDetail(request.uid),
  decide: useDecide(),
  denyMany: useDenyMany(),
  deciding: useDeciding([request]),
})

describe('one decision', () => {
  let client: StartableClient
  let result: { readonly current: ReturnType<typeof useAll> }

  beforeEach(async () => {
    const opened = await open(useAll)
    client = opened.client
    result = opened.result
  })

  async function decide(order: Partial<DecisionToSend> = {}): Promise<DecidedItem> {
    let item: DecidedItem | null = null
    await act(async () => {
      item = await result.current.decide({ decision: 'approve', request, ...order })
    })
    return item ?? Promise.reject(new Error('no answer'))
  }

  it('a decision carries what was on screen, the identity, and nothing else', async () => {
    const { uid, resourceVersion, status, verdict, failing, superseded } = request
    const more = { accept: 'plausible', note: 'racked today', followMinutes: 15 } as const
    expect(await decide(more)).toMatchObject({ uid, outcome: 'approved' })
    expect(bodies).toEqual([
      {
        ...{ decision: 'approve', ...more, as: server.snapshot.cluster.user },
        items: [{ uid, resourceVersion, saw: { status, verdict, failing, superseded } }],
      },
    ])
    await decide({ request: requests[1] as typeof request, confirm: 'worker-1' })
    expect(bodies[1]?.items[0]?.confirm).toBe('worker-1')
  })

  it('a decision carries older requests after the newest, whose outcome is the answer', async () => {
    const older = [requests[1] as typeof request]
    expect(await decide({ older })).toMatchObject({ uid: request.uid, outcome: 'approved' })
    const uids = [request.uid, older[0]?.uid]
    expect(bodies[0]?.items.map(({ uid }) => uid)).toEqual(uids)
    for (const uid of uids) expect(isDeciding(client.queryClient, uid ?? '')).toBe(true)
  })

  it('a decision says how many older requests were not approved', async () => {
    const [, second, third] = requests as [typeof request, typeof request, typeof request]
    server.decide = async function* (body) {
      const outcomes = ['approved', 'approved', 'changed'] as const
      for (const [at, { uid }] of body.items.entries()) {
        yield { uid, outcome: outcomes[at] ?? 'approved' }
      }
      yield { done: true, counts: {} }
    }
    const item = await decide({ older: [second, third] })
    expect(item).toMatchObject({ uid: request.uid, outcome: 'approved', olderLeft: 1 })
  })

  it('a decision is under way until the watch has the condition: the answer alone does not make the row Approved', async () => {
    await decide()
    expect(result.current.deciding).toBe('approve')
    await act(async () => {
      server.moveTo(showing({ status: 'Approved', verdict: null }))
      await world.advance(100)
    })
    expect(result.current.deciding).toBeNull()
  })

  it('a decision is under way for half a minute at most', async () => {
    await decide()
    await act(() => world.advance(29_000))
    expect(isDeciding(client.queryClient, request.uid)).toBe(true)
    await act(() => world.advance(2_000))
    expect(isDeciding(client.queryClient, request.uid)).toBe(false)
  })

  it('a decided request is not offered again while its page is still being read', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await decide()
    server.detailsWait = promise
    server.snapshot = makeSnapshot(showing({ status: 'Approved', verdict: null }))
    await act(() => world.advance(31_000))
    expect(result.current.deciding).toBe('approve')
    await act(async () => {
      resolve()
      await world.advance(100)
    })
    expect(result.current.page.detail?.status).toBe('Approved')
    expect(result.current.deciding).toBeNull()
  })

  it('a second click while a decision is under way decides nothing', async () => {
    const first = decide()
    expect(await decide()).toMatchObject({ outcome: 'busy' })
    expect(await first).toMatchObject({ outcome: 'approved' })
    expect(bodies).toHaveLength(1)
  })

  it.each([
    ['forbidden', false],
    ['refused', false],
    ['error', false],
    ['changed', false],
    ['gone', false],
    ['throttled', false],
    ['already', true],
    ['unknown', true],
  ])('a decision with the outcome %s waits for the watch: %s', async (outcome, waits) => {
    const why = { detail: 'why', causes: [cause('otherContents')] }
    server.decide = function* ({ items }) {
      for (const { uid } of items) yield { uid, outcome, ...why }
      yield { done: true, counts: {} }
    }
    expect(await decide()).toEqual({ uid: 'u1', name: 'csr-u1', outcome, ...why })
    expect(result.current.deciding !== null).toBe(waits)
  })

  it.each<[string, () => void]>([
    [
      'an answer that breaks off',
      () => {
        server.decide = function* () {
          yield { pausedUntil: null }
          throw new TypeError('reset')
        }
      },
    ],
    ['one without its line', () => (server.decide = () => [{ done: true, counts: {} }])],
    [
      'a line that nobody could have meant',
      () => (server.decide = () => [{ uid: 'u1', outcome: 'splendid' }]),
    ],
    ['no server', () => (server.trouble = 'down')],
  ])('after %s the outcome of a decision is unknown', async (_, break_) => {
    break_()
    expect(await decide()).toMatchObject({ outcome: 'unknown' })
  })

  it.each([
    ['a refusal of the whole call', 403, 'forbidden'],
    ['too many calls', 429, 'throttled'],
    ['a call that was wrong', 400, 'error'],
    ['a server that broke: it may have written', 500, 'unknown'],
  ])('the server’s answer for %s (%i) becomes %s', async (_, status, outcome) => {
    const { respond } = server
    world.network.respond = (path, init) =>
      path === '/api/decisions' ? problem(status) : respond(path, init)
    expect(await decide()).toMatchObject({ outcome })
  })

  it('after signing out no decision is under way', async () => {
    await decide()
    await act(async () => {
      client.signOut()
      await world.advance(100)
    })
    expect(result.current.deciding).toBeNull()
  })
})

describe('a denial of many', () => {
  it('a denial of many is a run of the server: its rows are under way, and each has an outcome', async () => {
    server.decide = function* ({ items }) {
      const outcomes = ['denied', 'forbidden', 'denied']
      for (const [at, { uid }] of items.entries()) yield { uid, outcome: outcomes[at] }
    }
    const { result } = await open(useAll)
    let begun = ''
    let items: readonly DecidedItem[] = []
    await act(async () => {
      const { signal } = new AbortController()
      const denial = {
        requests,
        note: '',
        stop: signal,
        onBegun: (run: { id: string }) => (begun = run.id),
      }
      const denying = result.current.denyMany(denial)
      await world.advance(10)
      items = await denying
    })
    expect([begun, items.map(({ uid, outcome }) => `${uid} ${outcome}`)]).toEqual([
      'run-1',
      ['u1 denied', 'u2 forbidden', 'u3 denied'],
    ])
    expect(result.current.deciding).toBe('deny')
  })

  it('a stopped denial leaves the requests that were not begun', async () => {
    const stop = new AbortController()
    server.decide = async function* ({ items }) {
      yield { uid: items[0]?.uid, outcome: 'denied' }
      stop.abort()
      await new Promise((resolve) => setImmediate(resolve))
      yield { uid: items[1]?.uid, outcome: 'denied' }
    }
    const { result } = await open(useAll)
    let items: readonly DecidedItem[] = []
    await act(async () => {
      items = await result.current.denyMany({ requests, note: '', stop: stop.signal, onBegun() {} })
    })
    expect(items.map(({ outcome }) => outcome)).toEqual(['denied', 'left', 'left'])
  })

  it.each([
    [403, 'forbidden'],
    [500, 'unknown'],
  ])(
    'a denial that the server answers with %i has the outcome %s for each request',
    async (status, outcome) => {
      const { respond } = server
      const { result } = await open(useAll)
      world.network.respond = (path, init) =>
        path === '/api/runs' && init.method === 'POST' ? problem(status) : respond(path, init)
      let items: readonly DecidedItem[] = []
      await act(async () => {
        const { signal } = new AbortController()
        items = await result.current.denyMany({ requests, note: '', stop: signal, onBegun() {} })
      })
      expect(items.map((item) => item.outcome)).toEqual(requests.map(() => outcome))
    },
  )
})

it('every tab shows the runs, and an older answer does not undo a newer one', async () => {
  server.decide = function* ({ items }) {
    for (const { uid } of items) yield { uid, outcome: 'denied' }
  }
  const one = await open(() => ({ ...useAll(), runs: useRuns() }))
  const other = await open(useRuns, '')
  await act(async () => {
    const { signal } = new AbortController()
    await one.result.current.denyMany({ requests, note: '', stop: signal, onBegun() {} })
    await world.advance(100)
  })
  const expected = [{ id: 'run-1', status: 'finished', progress: { decided: 3 } }]
  expect(other.result.current).toMatchObject(expected)
  expect(one.result.current.runs).toMatchObject(expected)
  const [run] = other.result.current
  await act(async () => {
    if (run !== undefined)
      server.send({ event: 'run', data: { ...run, revision: 0, status: 'running' } })
    await world.advance(100)
  })
  expect(other.result.current).toMatchObject(expected)
})

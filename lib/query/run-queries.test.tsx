// @vitest-environment happy-dom
import { focusManager } from '@tanstack/react-query'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem } from '#lib/query/fixtures/server.ts'
import { readRun, useFollowed, usePlan } from '#lib/query/run-queries.ts'
import type { PlanAnswer, PlanGroup, RunPage, RunSummary } from '#lib/wire/run-answers.ts'

beforeEach(() => {
  // Fakes react-query's timers; promises and streams go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  cleanup()
  focusManager.setFocused(undefined)
  vi.useRealTimers()
})

type Respond = (path: string, init: RequestInit) => Response | null

async function open<Result>(use: () => Result, answer: Respond) {
  const { world, server } = servedWorld()
  world.network.respond = (path, init) => answer(path, init) ?? server.respond(path, init)
  const { client } = openTab(world)
  client.start()
  await world.advance(100)
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <InTab client={client}>{children}</InTab>
  )
  const { result } = renderHook(use, { wrapper })
  const later = (ms: number) =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(ms)
      await world.advance(10)
    })
  await later(0)
  return { client, server, result, later }
}

const group = (names: readonly string[] | null, count: number): PlanGroup => ({
  ...{ count, requests: count, superseded: 0, awaitsServing: 0, signers: [], names, rows: [] },
  staying: { count: 0, rows: [] },
})
const plan = (names: readonly string[] | null, count: number): PlanAnswer => ({
  id: 'p1',
  groups: {
    verified: group(names, count),
    plausible: group(names === null ? null : [], 0),
    rebootstrapping: group(names === null ? null : [], 0),
  },
  roles: null,
  heldBack: { count: 0, rows: [] },
})

it('a plan is made once and read again: machines leave it, and its names stay', async () => {
  const asked: string[] = []
  let isKnown = true
  const { result, later } = await open(
    () => usePlan('safe'),
    (path, { method = 'GET' }) => {
      if (!path.startsWith('/api/plans')) return null
      asked.push(`${method} ${path}`)
      if (method === 'POST') return Response.json(plan(['a', 'b'], 2))
      return isKnown ? Response.json(plan(null, 1)) : problem(404)
    },
  )
  expect(result.current.plan?.groups.verified).toMatchObject({ count: 2, names: ['a', 'b'] })
  await later(1_000)
  expect(result.current.plan?.groups.verified).toMatchObject({ count: 1, names: ['a', 'b'] })
  isKnown = false
  await later(1_000)
  expect(result.current).toMatchObject({ plan: { id: 'p1' }, isGone: true })
  expect(asked).toEqual(['POST /api/plans', 'GET /api/plans/p1', 'GET /api/plans/p1'])
})

it('a report is read page by page, to its last line', async () => {
  const lines = Array.from({ length: 450 }, (_, at) => ({ name: `m${at}` }))
  const { client } = await open(
    () => null,
    (path) => {
      if (!path.startsWith('/api/runs/r1')) return null
      const from = Number(new URL(path, 'http://a').searchParams.get('from'))
      const counts = { needsYou: 1, onTheirWay: 0, joined: 449 }
      return Response.json({ from, counts, lines: lines.slice(from, from + 200) })
    },
  )
  const whole: RunPage = await readRun(client, 'r1')
  expect(whole.lines.map(({ name }) => name)).toEqual(lines.map(({ name }) => name))
})

it.each<[string, Partial<RunSummary>, number | 'perhaps' | null]>([
  ['under way', { status: 'running' }, 900],
  ['over', { status: 'finished' }, null],
  ['of another machine', { status: 'running', follows: 'b' }, null],
  ['a bulk that follows its machines', { status: 'running', follows: null }, 'perhaps'],
  ['a bulk that follows none', { status: 'running', follows: null, followUntil: null }, null],
])('a machine is followed while its run is %s', async (_, fields, until) => {
  const { server, result, later } = await open(
    () => useFollowed('a'),
    () => null,
  )
  expect(result.current).toBeNull()
  const run = { id: 'r1', revision: 1, follows: 'a', followUntil: 900, ...fields } as RunSummary
  server.send({ event: 'run', data: run })
  await later(100)
  expect(result.current).toBe(until)
})

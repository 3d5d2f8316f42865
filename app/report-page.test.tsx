// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { ReportPage } from '#components/runs/report-page.tsx'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { RunLine, RunPage, RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World
let server: TestServer
let page: RunPage | null

beforeEach(() => {
  ;({ world, server } = servedWorld())
  world.network.respond = (path, init) => {
    if (!path.startsWith('/api/runs/r1')) return server.respond(path, init)
    return page === null ? problem(404) : Response.json(page)
  }
})
afterEach(cleanup)

const line = (name: string, since: number): RunLine => ({
  ...{ name, kind: 'ready', done: 0, of: 0, uid: null, outcome: null, reason: null, since },
  ...{ detail: null, causes: [] },
})

function report(fields: Partial<RunSummary> = {}): RunPage {
  const steps = { clientApproved: 5, servingRequested: 5, servingApproved: 5, ready: 5 }
  const ended = { status: 'finished', endedAt: world.now(), dismissed: true } as const
  const run = makeRun({
    ...{ ...ended, user: 'ana.ruiz', note: 'Rack 2, CHG-4471' },
    progress: { steps, machines: 5, total: 10, decided: 10 },
    ...fields,
  })
  const names = ['a', 'b', 'c', 'd', 'e']
  return {
    ...{ run, from: 0, counts: { needsYou: 0, onTheirWay: 0, joined: 5 } },
    lines: names.map((name) => line(name, world.now())),
    staying: { count: 0, rows: [] },
    others: { count: 0, rows: [] },
  }
}

async function open(): Promise<string> {
  await renderLive(world, <ReportPage id="r1" />, { path: '/runs/r1' })
  return document.body.textContent
}

it('a run’s report has a page with the person, the note, and the time at which each machine became Ready', async () => {
  page = report()
  const said = await open()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('5 machines are Ready')
  for (const fact of [
    'ana.ruiz',
    'Rack 2, CHG-4471',
    '10 of 10 requests approved',
    'On prod-edge-1',
  ]) {
    expect(said).toContain(fact)
  }
  const lines = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(lines).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) =>
      expect.stringMatching(new RegExp(`^${name}Ready, exec and logs work\\d\\d:\\d\\d:\\d\\d$`)),
    ),
  )
  const buttons = screen.getAllByRole('button').map(({ textContent }) => textContent)
  expect(buttons).toEqual(['Copy address', 'Copy report', 'Print'])
})

it('the report of a run that follows a click also counts what the click approved', async () => {
  page = report({ follows: 'a', clicked: 5, progress: { ...report().run.progress, decided: 2 } })
  expect(await open()).toContain('The click approved 5 requests, this run 1')
})

it.each<[what: string, () => RunPage | null]>([
  ['that the server does not know', () => null],
  ['that denied requests', () => report({ decision: 'deny' })],
])('a run %s has no report', async (_, of) => {
  page = of()
  await open()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
    'There is no report of this run',
  )
})

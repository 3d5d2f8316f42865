// @vitest-environment happy-dom
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { RunsPage } from '#components/runs/runs-page.tsx'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => ({
  useRouter: () => ({ push() {} }),
  usePathname: () => '/runs',
}))

let world: World
let server: TestServer
let mayAct: boolean

beforeEach(() => {
  ;({ world, server } = servedWorld())
  mayAct = true
  world.network.respond = (path, init) => {
    const answer = server.respond(path, init)
    if (!path.endsWith('/pause')) return answer
    const paused = { status: 'paused', pause: { why: 'person', until: null }, haltedBy: 'kim.osei' }
    return mayAct
      ? Response.json(run({ ...paused, revision: 2 } as Partial<RunSummary>))
      : problem(403)
  }
})
afterEach(cleanup)

function run(fields: Partial<RunSummary> = {}): RunSummary {
  const steps = { clientApproved: 48, servingRequested: 43, servingApproved: 39, ready: 33 }
  const progress = { steps, machines: 48, total: 96, decided: 87, open: 9 }
  return makeRun({ user: 'ana.ruiz', startedAt: world.now(), progress, ...fields })
}

async function open(...runs: readonly RunSummary[]): Promise<void> {
  await renderLive(world, <RunsPage />, {
    path: '/runs',
    send() {
      for (const one of runs) server.send({ event: 'run', data: one })
    },
  })
}

const rows = () => screen.getAllByRole('row').slice(1)
const press = (name: string) =>
  act(async () => {
    screen.getByRole('button', { name: new RegExp(`^${name}: run of ana.ruiz`) }).click()
    await world.advance(100)
  })

it('lists runs under way first, with what each does, whose it is and how far it is', async () => {
  const ended = { status: 'finished', endedAt: world.now() + 178_000 } as const
  await open(
    run(),
    run({ id: 'r2', ...ended, needsYou: 1, dismissed: true }),
    run({ id: 'r3', ...ended, decision: 'deny', user: 'kim.osei' }),
    run({ id: 'r4', ...ended, follows: 'worker-7' }),
    run({ id: 'r5', status: 'cutOff', needsYou: 8 }),
  )
  const texts = rows().map(({ textContent }) => textContent)
  expect(texts).toHaveLength(5)
  expect(texts[0]).toContain('Approves 48 machines')
  expect(texts[0]).toContain('87 of 96 requests approved')
  expect(texts[0]).toContain('33 of 48 machines Ready')
  expect(texts[0]).toContain('ana.ruiz')
  expect(texts[1]).toContain('Cut off by a restart')
  expect(texts[1]).toContain('8 need you')
  expect(texts[2]).toContain('Follows worker-7')
  expect(texts[3]).toContain('Denies 96 requests')
  expect(texts[4]).toContain('2 min 58 s')
  const buttons = rows().map((row) =>
    within(row)
      .queryAllByRole('button')
      .map(({ textContent }) => textContent),
  )
  expect(buttons).toEqual([['Stop', 'Pause', 'Open'], ['Report'], ['Report'], [], ['Report']])
})

it('pauses the run of another person', async () => {
  await open(run())
  await press(en.bulk.run.pause)
  expect(server.asked).toContain('POST /api/runs/r1/pause')
  expect(rows()[0]?.textContent).toContain('by kim.osei')
  expect(rows()[0]?.textContent).toContain(en.bulk.run.resume)
})

it('says so where the server refuses to pause it', async () => {
  mayAct = false
  await open(run())
  await press(en.bulk.run.pause)
  expect(document.body.textContent).toContain(en.runs.notDone)
  expect(rows()[0]?.textContent).toContain('Under way')
})

it('opens a report that was read before', async () => {
  await open(run({ status: 'finished', endedAt: world.now(), dismissed: true }))
  await press(en.runs.report)
  expect(screen.getByRole('dialog', { name: /Ready$/ })).toBeTruthy()
})

it.each<[kept: string, record: object | null, isSaid: boolean]>([
  ['a record', { days: 365, lost: 0, troubleSince: null, fullSince: null, required: true }, false],
  ['none', null, true],
])(
  'says that a restart forgets runs only where no record is kept: %s',
  async (_, record, isSaid) => {
    world.network.respond = async (path, init) => {
      const answer = await server.respond(path, init)
      if (path !== '/api/summary' || !answer.ok) return answer
      return Response.json({ ...(await answer.json()), record })
    }
    await open(run())
    expect(document.body.textContent.includes(en.runs.lede.forgotten)).toBe(isSaid)
  },
)

it('says that there is no run yet', async () => {
  await open()
  expect(document.body.textContent).toContain(en.runs.none)
})

// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { letApprove, press, renderLive } from '#app/fixtures/render-live.tsx'
import { RunsPage } from '#components/runs/runs-page.tsx'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem, type TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

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

const rows = () => screen.queryAllByRole('row').slice(1)
const panel = () => screen.getByRole('region', { name: /^Run of ana.ruiz/ })
const pressOf = (name: string) => press(world, new RegExp(`^${name}: run of ana.ruiz`))
const buttonsIn = (part: HTMLElement) =>
  within(part)
    .queryAllByRole('button')
    .map(({ textContent }) => textContent)

it('the page shows a bulk approval under way as a whole, and other runs as rows', async () => {
  const ended = { status: 'finished', endedAt: world.now() + 178_000 } as const
  await open(
    run({ followUntil: world.now() + 900_000 }),
    run({ id: 'r2', ...ended, needsYou: 1, dismissed: true }),
    run({ id: 'r3', ...ended, decision: 'deny', user: 'kim.osei' }),
    run({ id: 'r4', ...ended, follows: 'worker-7' }),
    run({ id: 'r5', status: 'cutOff', needsYou: 8 }),
  )
  expect(panel().textContent).toContain('ana.ruiz approves 48 machines')
  expect(panel().textContent).toContain('87 of 96 requests approved')
  expect(panel().textContent).toContain('Follows serving requests until')
  expect(buttonsIn(panel())).toEqual(['Stop', 'Pause'])
  const texts = rows().map(({ textContent }) => textContent)
  expect(texts).toHaveLength(4)
  expect(texts[0]).toContain('8 need you · Cut off by a restart')
  expect(texts[1]).toContain('Follows worker-7')
  expect(texts[1]).toContain('Done · serving request approved')
  expect(texts[1]).not.toContain('requests')
  expect(texts[2]).toContain('Denies 96 requests')
  expect(texts[2]).toContain('your run')
  expect(texts[3]).toContain('33 of 48 joined')
  expect(texts[3]).toContain('1 needs you')
  expect(texts[3]).toContain('2 min 58 s')
  expect(rows().map(buttonsIn)).toEqual([['Report'], ['Report'], [], ['Report']])
})

it('the page shows what was agreed, and the note, of a run under way and of an ended one', async () => {
  const agreed = { verified: 42, plausible: 6, rebootstrapping: 1, superseded: 28, heldBack: 3 }
  const more = { agreed, note: 'Rack 2, CHG-4471', followMinutes: 15 }
  await open(
    run({ ...more, followUntil: world.now() + 900_000 }),
    run({ id: 'r2', ...more, status: 'stopped', haltedBy: 'kim.osei', endedAt: world.now() }),
  )
  const said = document.body.textContent
  for (const fact of [
    ...['42 verified', '6 plausible', '1 is a node that exists', '28, newest first'],
    ...['15 min, until', 'Rack 2, CHG-4471'],
  ]) {
    expect(said).toContain(fact)
  }
  const [row] = rows().map(({ textContent }) => textContent)
  expect(row).toContain('42 verified, 6 plausible, 1 is a node that exists')
  expect(row).toContain('duplicates, follows 15 min')
  expect(row).toContain('Stopped by kim.osei')
  expect(row).toContain('Rack 2, CHG-4471')
})

it('a person who may approve can pause another person’s run, and is told who sees that', async () => {
  await open(run())
  expect(document.body.textContent).toContain(
    'ana.ruiz sees that it was you, and so does the record.',
  )
  await pressOf(en.bulk.run.pause)
  expect(server.asked).toContain('POST /api/runs/r1/pause')
  expect(buttonsIn(panel())).toEqual(['Stop', 'Resume'])
})

it.each<[whose: string, user: string, buttons: readonly string[]]>([
  ['of another person has no Stop and no Pause', 'ana.ruiz', []],
  ['of their own has both', 'kim.osei', ['Stop', 'Pause']],
])('a person who may not approve sees that a run %s', async (_, user, buttons) => {
  letApprove(server, false)
  await open(run({ user }))
  const whole = screen.getByRole('region', { name: new RegExp(`^Run of ${user}`) })
  expect(buttonsIn(whole)).toEqual(buttons)
  const missing = 'that needs update on certificatesigningrequests/approval.'
  expect(document.body.textContent.includes(missing)).toBe(buttons.length === 0)
})

it('the page shows that the server refuses to pause a run', async () => {
  mayAct = false
  await open(run())
  await pressOf(en.bulk.run.pause)
  expect(document.body.textContent).toContain(en.runs.notDone)
  expect(buttonsIn(panel())).toEqual(['Stop', 'Pause'])
})

it('the page opens a report that was read before', async () => {
  await open(run({ status: 'finished', endedAt: world.now(), dismissed: true }))
  await pressOf(en.runs.report)
  expect(screen.getByRole('dialog', { name: /Ready$/ })).toBeTruthy()
})

it.each<[kept: string, record: object | null, isSaid: boolean]>([
  ['a record', { days: 365, lost: 0, troubleSince: null, fullSince: null, required: true }, false],
  ['none', null, true],
])(
  'the page says that a restart forgets runs only where no record is kept: %s',
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

it('the page says that there is no run yet', async () => {
  await open()
  expect(document.body.textContent).toContain(en.runs.none)
})

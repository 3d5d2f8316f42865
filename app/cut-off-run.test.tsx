// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { letApprove, renderLive } from '#app/fixtures/render-live.tsx'
import { CutOffNote } from '#components/machines/cut-off-note.tsx'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

afterEach(cleanup)

async function open(fields: Partial<RunSummary>, approval = true): Promise<void> {
  const { world, server } = servedWorld()
  letApprove(server, approval)
  const progress = { machines: 48, total: 48, decided: 40 }
  const cutOff = { user: 'ana.ruiz', status: 'cutOff', needsYou: 8, progress } as const
  const run = makeRun({ ...cutOff, ...fields })
  await renderLive(world, <CutOffNote />, { send: () => server.send({ event: 'run', data: run }) })
}

const said = () => document.body.textContent

it('the board says how many machines of a run that was cut off still wait, and opens its report', async () => {
  await open({})
  expect(said()).toContain('8 machines of it still need you. It was begun by ana.ruiz')
  await act(async () => screen.getByRole('button', { name: en.bulk.cutOff.show }).click())
  expect(screen.getByRole('dialog', { name: 'Cut off: 40 of 48 requests approved' })).toBeTruthy()
  expect(said()).toContain(en.bulk.finished.cutOff(0, 'mine'))
})

it('a person who may not approve is told that someone who may is needed', async () => {
  await open({}, false)
  expect(said()).toContain('8 machines of it still need someone who may approve.')
  expect(said()).not.toContain('need you')
})

it.each<[what: string, Partial<RunSummary>]>([
  ['of which nothing waits', { needsYou: 0 }],
  ['whose report was read', { dismissed: true }],
  ['that a person has stopped', { status: 'stopped', haltedBy: 'kim.osei' }],
])('the board says nothing of a run %s', async (_, fields) => {
  await open(fields)
  expect(said()).not.toContain(en.bulk.cutOff.title)
})

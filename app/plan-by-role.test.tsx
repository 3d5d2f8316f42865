// @vitest-environment happy-dom
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { PlanDialog } from '#components/bulk/plan-dialog.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { PlanAnswer, PlanGroup } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World
let posted: { readonly path: string; readonly body: unknown }[]
/** Paths of the plans that were asked for. */
let read: string[]
let answered: PlanAnswer

const group = (...names: readonly string[]): PlanGroup => ({
  ...{ count: names.length, requests: names.length, superseded: 0, awaitsServing: names.length },
  ...{ signers: [], names: null, staying: { count: 0, rows: [] } },
  rows: names.map((name) => ({
    ...{ name, deadline: null, reason: null, warning: null, hold: null, again: null },
    controlPlane: false,
    ...{ signers: [], superseded: 0 },
  })),
})
const PLAN: PlanAnswer = {
  id: 'p1',
  groups: { verified: group(), plausible: group(), rebootstrapping: group('cp', 'w1', 'w2') },
  roles: { controlPlane: group('cp'), platform: group(), worker: group('w1', 'w2') },
  heldBack: { count: 0, rows: [] },
}

beforeEach(() => {
  const served = servedWorld()
  world = served.world
  const { respond } = world.network
  posted = []
  read = []
  answered = PLAN
  world.network.respond = (path, init) => {
    if (path.startsWith('/api/plans')) {
      read.push(path)
      return Response.json(answered)
    }
    if (init?.method === 'POST' && path.startsWith('/api/runs')) {
      posted.push({ path, body: JSON.parse(init.body as string) })
      return Response.json(makeRun())
    }
    return respond(path, init)
  }
})
afterEach(cleanup)

const plan = <PlanDialog selection="returning" onStarted={() => {}} onClose={() => {}} />
const box = (name: RegExp) => screen.getByRole<HTMLInputElement>('checkbox', { name })
async function press(element: HTMLElement): Promise<void> {
  await act(async () => {
    element.click()
    await world.advance(100)
  })
}

it('a plan by role ticks nothing at first, and the control plane needs a person who knows of the shutdown', async () => {
  await renderLive(world, plan)
  const known = box(/^I know of this shutdown/)
  for (const one of [box(/^Control plane/), box(/^Workers/), known]) expect(one.checked).toBe(false)
  const approve = () => screen.getByRole('button', { name: /^Approve/ })
  await press(box(/^Workers/))
  expect(approve().getAttribute('aria-disabled')).toBeNull()
  await press(box(/^Control plane/))
  expect(approve().getAttribute('aria-disabled')).toBe('true')
  await press(known)
  await press(approve())
  const options = { roles: ['controlPlane', 'worker'], knowsShutdown: true }
  expect(posted).toMatchObject([{ path: '/api/runs', body: { plan: 'p1', options } }])
})

it.each([
  ['but not its role, which is the title of its group', PLAN.roles, false],
  ['and its role in a plan by trust', null, true],
])('a row of the control plane names its requests, %s', async (_, roles, isShown) => {
  const again = { code: 'node.new', finding: 'rebootstrapping', values: {} } as const
  const base = group('cp')
  const cp = {
    ...base,
    rows: base.rows.map((row) => ({
      ...row,
      ...{ again, controlPlane: true, signers: [KUBE_APISERVER_CLIENT_KUBELET] },
    })),
  }
  answered = {
    ...PLAN,
    groups: { ...PLAN.groups, rebootstrapping: cp },
    roles: roles === null ? null : { ...roles, controlPlane: cp },
  }
  await renderLive(world, plan)
  const row = screen.getAllByRole('listitem')[0]
  if (row === undefined) throw new Error('no row')
  expect(within(row).queryByText('client')).not.toBeNull()
  expect(row.textContent?.includes('control plane')).toBe(isShown)
})

it('a person can save the ticked part of a plan as a script', async () => {
  // Without it the window would go to the file, also for the tests after this one.
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  await renderLive(world, plan)
  expect(screen.queryByRole('button', { name: en.bulk.script.label })).toBeNull()
  await press(box(/^Workers/))
  await press(screen.getByRole('button', { name: en.bulk.script.label }))
  expect(read.at(-1)).toBe('/api/plans/p1/script?ticks=worker&program=kubectl&superseded=shown')
})

it('a run by role says which group waits, and Go on begins it', async () => {
  const group = { role: 'controlPlane', next: 'worker', notReady: 2 } as const
  const run = makeRun({ group, user: 'kubernetes-admin' })
  await renderLive(world, <RunView run={run} onClose={() => {}} onDeny={() => {}} />)
  expect(document.body.textContent).toContain('Workers: begins once 2 nodes')
  await press(screen.getByRole('button', { name: en.bulk.run.group.goOn }))
  expect(posted).toEqual([{ path: `/api/runs/${run.id}/goOn`, body: { next: 'worker' } }])
})

// @vitest-environment happy-dom
import { cleanup } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { Pause } from '#lib/wire/run-answers.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

afterEach(cleanup)

const { paused } = en.bulk.run

it.each<[Pause['why'], haltedBy: string | null, says: string, isTimed: boolean]>([
  ['unauthorized', null, paused.unauthorized, true],
  ['otherUser', null, paused.otherUser, false],
  ['actorUnknown', null, paused.actorUnknown, true],
  ['person', null, paused.person, true],
  ['person', 'ana.ruiz', 'Paused by ana.ruiz.', true],
])('a paused bulk (%s, %s) says what it waits for', async (why, haltedBy, says, isTimed) => {
  const { world } = servedWorld()
  const pause = { why, until: world.now() + 5_000 }
  const run = makeRun({ status: 'paused', pause, haltedBy, progress: { open: 1 } })
  await renderLive(world, <RunView run={run} onClose={() => {}} onDeny={() => {}} />)
  expect(document.body.textContent).toContain(says)
  expect(document.body.textContent.includes('Goes on in')).toBe(isTimed)
})

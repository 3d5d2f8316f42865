// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { useBulkOffer } from '#components/machines/bulk-offer.tsx'
import { OffProvider } from '#components/machines/permissions.tsx'
import { RecordNote } from '#components/shell/record-note.tsx'
import { en } from '#lib/messages/en.ts'
import { createServer } from '#lib/query/fixtures/server.ts'
import { createWorld, type World } from '#lib/query/fixtures/world.ts'
import { makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { RecordStanding, Summary } from '#lib/wire/views.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World

beforeEach(() => {
  world = createWorld()
})
afterEach(cleanup)

const SUMMARY = { counts: { verified: 1, plausible: 0 } } as Summary

function Offer() {
  const { hint, off } = useBulkOffer(SUMMARY)
  return <p title={hint}>{off === null ? 'on' : off.text}</p>
}

/** Renders the note and the bulk's offer in a tab whose server has that record. */
async function show(record: RecordStanding | null): Promise<void> {
  const server = createServer(world.now)
  server.snapshot = makeSnapshot()
  world.network.respond = async (path, init) => {
    const answer = await server.respond(path, init)
    if (path !== '/api/summary' || !answer.ok) return answer
    return Response.json({ ...(await answer.json()), record })
  }
  await renderLive(
    world,
    <OffProvider>
      <RecordNote />
      <Offer />
    </OffProvider>,
  )
}

const WRITTEN: RecordStanding = {
  days: 365,
  lost: 0,
  troubleSince: null,
  fullSince: null,
  required: true,
}
const SINCE = '2026-11-24T13:00:00Z'

it.each<[string, RecordStanding | null]>([
  ['no record is kept', null],
  ['it is written', WRITTEN],
])('the page has no note while %s', async (_, record) => {
  await show(record)
  expect(screen.queryByText(/^Nothing can be recorded/)).toBeNull()
})

it('the note on a full volume says what makes room, and decisions go on', async () => {
  await show({ ...WRITTEN, fullSince: SINCE })
  expect(screen.getByText(/^The record’s volume is full since/)).toBeDefined()
  expect(screen.getByText(/Who decided what is deleted last\./)).toBeDefined()
  expect(screen.queryByText('on')).not.toBeNull()
})

it('on a full volume whose record cannot be written the note is about the writing', async () => {
  await show({ ...WRITTEN, troubleSince: SINCE, fullSince: SINCE })
  expect(screen.getByText(/^Nothing can be recorded since/)).toBeDefined()
  expect(screen.queryByText(/volume is full/)).toBeNull()
})

it.each([
  [true, 'nothing is decided until it can be written again', en.common.off.notRecorded],
  [false, 'Decisions go on', 'on'],
])(
  'a record that cannot be written has a note with the remedy, and turns buttons off: required %s',
  async (required, said, offer) => {
    await show({ ...WRITTEN, troubleSince: SINCE, required })
    const text = screen
      .getByText(/^Nothing can be recorded since/)
      .closest('[role=alert]')?.textContent
    expect(text).toContain(said)
    expect(text).toContain('Free space where the record is')
    expect(screen.getByText(offer).title).toBe(required ? offer : '1 verified')
  },
)

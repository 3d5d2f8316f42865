// @vitest-environment happy-dom
import { cleanup } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { press, renderLive } from '#app/fixtures/render-live.tsx'
import { MachineAlarms } from '#components/alarm/alarm-note.tsx'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { useReportDenial } from '#components/decide/report-denial.tsx'
import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import { makeDetail } from '#components/machines/fixtures/make-machine.ts'
import { makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { World } from '#lib/query/fixtures/world.ts'
import type { DecidedItem } from '#lib/query/mutations.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import type { Outcome } from '#lib/wire/wire.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))

let world: World

beforeEach(() => {
  const served = servedWorld()
  const { server } = served
  world = served.world
  world.network.respond = (path, init) =>
    path === '/api/alarms/dismiss' ? Response.json({ dismissed: true }) : server.respond(path, init)
})
afterEach(cleanup)

const requests = ['a1', 'a2'].map((uid) => makeRequest({ uid, name: `csr-${uid}` }))
const [first] = requests as [(typeof requests)[0]]
const target = { kind: 'machine', machine: makeMachine({ name: 'a', requests }) } as const
const ended = (uid: string, outcome: DecidedItem['outcome']): DecidedItem => ({
  uid,
  name: `csr-${uid}`,
  outcome,
  detail: null,
  causes: [],
})

function Approve({ outcome }: { readonly outcome: Outcome }) {
  const report = useReportOutcome()
  const press = () =>
    report({ decision: 'approve', target, request: first, item: ended('a1', outcome) })
  return <button type="button" onClick={press} aria-label="go" />
}

function Deny({ outcomes }: { readonly outcomes: readonly DecidedItem['outcome'][] }) {
  const report = useReportDenial()
  const asked = requests.slice(0, outcomes.length)
  const items = asked.map(({ uid }, at) => ended(uid, outcomes[at] ?? 'error'))
  return <button type="button" onClick={() => report([target], asked, items)} aria-label="go" />
}

function Write({ outcome }: { readonly outcome: 'saved' | 'unknown' }) {
  return (
    <ConfirmWrite
      look="primary"
      title="Sure?"
      text=""
      confirm="go"
      writing="going"
      outcomes={{ saved: 'It is saved', failed: 'It failed', unknown: 'Nobody knows' }}
      write={async () => ({ outcome, problems: [], detail: null, causes: [] })}
      onClose={() => {}}
    />
  )
}

const alarm = { ...makeIssuedOtherwise({ uid: 'a1', machine: 'a' }), differences: [] }
const detail = makeDetail({ machine: target.machine, alarms: [alarm] })

it.each<[what: string, draw: () => ReactNode, heard: string, presses?: readonly string[]]>([
  ['an approval', () => <Approve outcome="approved" />, 'Approved client for a'],
  ['one that was not done', () => <Approve outcome="forbidden" />, 'did not let you approve a'],
  ['one that was done before', () => <Approve outcome="already" />, 'a was already approved'],
  ['a denial', () => <Deny outcomes={['denied']} />, 'Denied client for a'],
  ['one that was not', () => <Deny outcomes={['forbidden']} />, 'did not let you deny a'],
  ['a denial of two', () => <Deny outcomes={['denied', 'denied']} />, 'Denied 2 requests'],
  ['of one of two', () => <Deny outcomes={['denied', 'gone']} />, 'Denied 1 of 2 requests'],
  [
    'of which not all is known',
    () => <Deny outcomes={['denied', 'unknown']} />,
    'Not known yet whether all 2 requests were denied',
  ],
  [
    'of which not all is known, but that it was not all',
    () => <Deny outcomes={['gone', 'unknown']} />,
    'Denied 0 of 2 requests, 1 not known yet',
  ],
  [
    'one that was stopped',
    () => <Deny outcomes={['denied', 'left']} />,
    'Stopped: 1 of 2 requests denied',
  ],
  [
    'one that was stopped, and of which not all is known',
    () => <Deny outcomes={['unknown', 'left']} />,
    'Stopped: 0 of 2 requests denied, 1 not known yet',
  ],
  ['what was saved', () => <Write outcome="saved" />, 'It is saved'],
  ['what may be', () => <Write outcome="unknown" />, 'Nobody knows'],
  [
    'an alarm that was marked as seen',
    () => <MachineAlarms detail={detail} />,
    'The alarm is marked as seen, for everybody.',
    ['Mark as seen…', 'Mark as seen'],
  ],
])('a screen reader hears once about %s', async (_, draw, heard, presses = ['go']) => {
  await renderLive(world, draw())
  for (const name of presses) await press(world, name)
  expect(regionsThatSay(heard)).toHaveLength(1)
})

/** Live regions that say this text, without parts that are hidden from screen readers or silent. */
function regionsThatSay(text: string): readonly Element[] {
  const regions = document.querySelectorAll(
    '[aria-live]:not([aria-live="off"]), [role="alert"], [role="status"]',
  )
  return [...regions].filter((region) => {
    const shown = region.cloneNode(true) as Element
    for (const hidden of shown.querySelectorAll('[aria-hidden="true"], [aria-live="off"]')) {
      hidden.remove()
    }
    return shown.textContent.includes(text)
  })
}

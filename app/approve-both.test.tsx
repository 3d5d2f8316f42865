// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { TargetActions } from '#components/machine/target-actions.tsx'
import type { MachineRow, NextStep } from '#lib/csr/machine/rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { DecisionBody, DecisionLine } from '#lib/wire/wire.ts'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push() {} }) }))

let world: World
let server: TestServer
let sent: DecisionBody[]

beforeEach(() => {
  ;({ world, server } = servedWorld())
  sent = []
  server.decide = function* (body) {
    sent.push(body)
    for (const { uid } of body.items) yield { uid, outcome: 'approved' } satisfies DecisionLine
  }
})
afterEach(cleanup)

async function open(machine: MachineRow): Promise<void> {
  server.snapshot = makeSnapshot({ machines: [machine] })
  await renderLive(world, <TargetActions target={{ kind: 'machine', machine }} />)
}

const both = () => screen.queryByRole('button', { name: en.machine.actions.approveBoth })

it('a machine’s page approves its client request and has its serving request followed in one click', async () => {
  await open(makeMachine({ requests: [makeRequest({ uid: 'c1' })] }))
  expect(both()?.title).toBe(en.board.menu.approveBoth)
  await act(async () => {
    both()?.click()
    await world.advance(100)
  })
  expect(sent).toMatchObject([{ decision: 'approve', followMinutes: 15, items: [{ uid: 'c1' }] }])
})

const serving = makeRequest({ uid: 's1', signerName: KUBELET_SERVING })
it.each<[what: string, NextStep, MachineRow['requests']]>([
  ['a serving request', 'approveServing', [serving]],
  ['a suspicious request', 'review', [makeRequest({ verdict: 'suspicious' })]],
  [
    'a request that takes two people',
    'approveClient',
    [makeRequest({ secondPerson: { because: 'controlPlane', proposal: null } })],
  ],
])('%s has no such click', async (_, next, requests) => {
  await open(makeMachine({ next, requests }))
  expect(both()).toBeNull()
})

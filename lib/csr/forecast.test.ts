import { expect, it } from 'vitest'
import type { Claim } from '#lib/csr/claim.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { forecast, freeze, lighten } from '#lib/csr/forecast.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world.ts'

const context = makeContext()

function pendingOf(made: World): Claim[] {
  return [...made.requests.claims.values()].filter(({ csr }) => isPending(csr))
}

it('a forecast does not change with the world that goes on', () => {
  const csr = makeCsr()
  const made = makeWorld({ csrs: [csr], nodes: [makeNode()] })
  const [claim] = pendingOf(made)
  if (claim === undefined) throw new Error('no claim')
  const frozen = lighten(freeze(claim, made, context, false))
  const before = forecast(frozen, DEFAULT_POLICY)
  made.removeNode('node-worker-1')
  made.upsertMachineObject(makeMachineObject({ nodeRef: 'worker-1' }))
  made.removeCsr(csr.uid)
  expect(forecast(frozen, DEFAULT_POLICY)).toEqual(before)
  expect(before.automatic).toEqual({
    act: 'leave',
    because: 'notVerified',
    check: 'identity.machine',
  })
})

it('names the case of the check that stands in the way, or what confirmed the machine', () => {
  const made = makeWorld({
    csrs: [makeCsr()],
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const [claim] = pendingOf(made)
  if (claim === undefined) throw new Error('no claim')
  const frozen = freeze(claim, made, context, false)
  const narrow = { ...DEFAULT_POLICY, allowedAddresses: ['203.0.113.0/24'] }
  expect(forecast(frozen, DEFAULT_POLICY)).toMatchObject({
    automatic: { act: 'approve', verdict: 'verified' },
    reason: { code: 'identity.machine', finding: 'confirmed' },
  })
  expect(forecast(frozen, narrow)).toMatchObject({
    automatic: { act: 'leave', because: 'suspicious', check: 'policy.addresses' },
    reason: { finding: 'outside', values: { sans: '198.51.100.11' } },
  })
})

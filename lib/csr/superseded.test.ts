import { describe, expect, it } from 'vitest'
import type { Claim } from '#lib/csr/claim.ts'
import { deriveMachine } from '#lib/csr/derive.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { isPending } from '#lib/csr/status.ts'
import { isSuperseded } from '#lib/csr/superseded.ts'
import type { World } from '#lib/csr/world.ts'

let keys = 0

/** A serving request of `worker-1` at a minute past twelve, with a key of its own. */
function at(minute: number, options: CsrOptions = {}): Csr {
  const createdAt = `2026-11-24T12:${String(minute).padStart(2, '0')}:00Z`
  return makeCsr({ name: `at-${minute}`, createdAt, keyName: `key-${++keys}`, ...options })
}

function superseded(...csrs: Csr[]): string[] {
  const world = makeWorld({ csrs, nodes: [makeNode()] })
  const row = deriveMachine(world, 'worker-1', makeContext())
  const names = (row?.requests ?? [])
    .filter((request) => request.superseded)
    .map(({ name }) => name)
  expect(world.claimsOf('worker-1').filter(isSupersededAlone(world)).map(nameOf)).toEqual(names)
  return names
}

/** Asked of one request alone, without putting the others in order. */
function isSupersededAlone(world: World) {
  return (claim: Claim) =>
    isPending(claim.csr) && isSuperseded(claim, world.claimsOf('worker-1'), world, makeContext())
}

const nameOf = ({ csr }: Claim) => csr.name

const stranger = { requestor: { username: 'eve', uid: '', groups: [], extra: {} } }

describe('superseded', () => {
  it.each<readonly [string, readonly Csr[], readonly string[]]>([
    ['one alone', [at(1)], []],
    ['every older one', [at(1), at(16), at(31)], ['at-16', 'at-1']],
    ['of the same signer only', [at(1), at(16, { kind: 'renewal' })], []],
    ['not by one of the same second', [at(1, { name: 'a' }), at(1, { name: 'b' })], []],
    ['not by a suspicious one', [at(1), at(16, stranger)], []],
    ['not by a refused one', [at(1), at(16, { badSignature: true })], []],
    ['but by a good one before that', [at(1), at(16), at(31, stranger)], ['at-1']],
    ['a suspicious one too, by a good one', [at(1, stranger), at(16)], ['at-1']],
    ['by one that was issued', [at(1), approved(at(16), '2026-11-24T12:17:00Z', 'cert')], ['at-1']],
    ['not by one that waits for its signer', [at(1), approved(at(16), '2026-11-24T12:17:00Z')], []],
    ['not by a denied one', [at(1), denied(at(16))], []],
    [
      'not by a stranger’s that was issued',
      [at(1), approved(at(16, stranger), '2026-11-24T12:17:00Z', 'cert')],
      [],
    ],
    [
      'by a good one that is not the newest',
      [at(1), at(16), at(31, { kind: 'renewal' })],
      ['at-1'],
    ],
    ['only what is pending', [denied(at(1)), approved(at(2)), at(16)], []],
  ])('%s', (_, csrs, expected) => {
    expect(superseded(...csrs)).toEqual(expected)
  })

  it('by one whose machine is confirmed', () => {
    const world = makeWorld({
      csrs: [at(1), at(16)],
      nodes: [makeNode()],
      machines: [makeMachineObject({ nodeRef: 'worker-1' })],
    })
    const { requests } = deriveMachine(world, 'worker-1', makeContext()) ?? {}
    expect(requests?.map(({ verdict }) => verdict)).toEqual(['verified', 'verified'])
    expect(requests?.map((request) => request.superseded)).toEqual([false, true])
  })

  it('by an issued client request, though its Node is Ready by now', () => {
    const first = at(1, { kind: 'client' })
    const second = approved(at(16, { kind: 'client' }), '2026-11-24T12:17:00Z', 'cert')
    expect(superseded(first, second)).toEqual(['at-1'])
  })
})

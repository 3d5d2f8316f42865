import { expect, it } from 'vitest'
import { client, rowOf } from '#lib/csr/fixtures/machine-story.ts'
import {
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import type { Csr } from '#lib/csr/model.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'

const first = makeCsr({ name: 'csr-first', keyName: 'first' })
const again = makeCsr({ name: 'csr-again', keyName: 'again', createdAt: '2026-11-24T12:05:02Z' })

function open(...csrs: readonly Csr[]) {
  const machines = [makeMachineObject({ nodeRef: 'worker-1' })]
  const world = makeWorld({ csrs, nodes: [makeNode()], machines })
  const verdicts = () => {
    const { requests = [] } = deriveMachine(world, 'worker-1', makeContext()) ?? {}
    return requests.map(({ name, verdict, failing }) => `${name} ${verdict} ${failing}`)
  }
  return { world, verdicts }
}

it('a denial counts against later requests until the cluster has deleted the denied one', () => {
  const { world, verdicts } = open(denied(first), again)
  expect(verdicts()).toEqual(['csr-again suspicious machine.denial', 'csr-first null '])
  world.takeTouched()
  world.removeCsr(first.uid)
  expect([...world.takeTouched().machines]).toEqual(['worker-1'])
  expect(verdicts()).toEqual(['csr-again verified '])
})

it('a denial counts against earlier requests from its own moment', () => {
  const { world, verdicts } = open(makeCsr({ ...first, uid: 'older', name: 'csr-older' }), first)
  expect(verdicts().join()).not.toContain('suspicious')
  world.takeTouched()
  world.upsertCsr({ ...denied(first), resourceVersion: '2' })
  expect([...world.takeTouched().machines]).toEqual(['worker-1'])
  expect(verdicts()).toContain('csr-older suspicious machine.denial')
})

it('a denial leaves later requests to a person, and they supersede nothing', () => {
  const older = makeCsr({ name: 'csr-older', keyName: 'older', createdAt: '2026-11-24T11:50:00Z' })
  const row = rowOf({ csrs: [older, denied(first), again], nodes: [makeNode()] })
  expect(row).toMatchObject({ waiting: true, verdict: 'suspicious', next: 'review' })
  expect(row.hold).toMatchObject({ holder: 'admin', finding: 'suspicious' })
  expect(row.requests.map(({ superseded }) => superseded)).toEqual([false, false, false])
})

it('a denial of a request left over from joining does not count against the machine’s others', () => {
  const nodes = [makeNode({ createdAt: '2026-11-24T11:46:00Z' })]
  const csrs = [client('11:00'), denied(client('11:15')), client('11:30')]
  const row = rowOf({ csrs, nodes })
  expect(row).toMatchObject({ waiting: false, verdict: null })
  expect(row.requests.map(({ superseded }) => superseded)).toEqual([true, false, true])
})

it('a further denial causes no new judgement where the first already counts', () => {
  const flood = Array.from({ length: 50 }, (_, n) => {
    return { ...first, uid: `flood-${n}`, name: `flood-${n}`, createdAt: minute(n) }
  })
  const { world } = open(again, ...flood)
  const judgement = () => {
    const claim = world.claim(again.uid)
    return claim && judge(claim, world, context)
  }
  const context = makeContext()
  const [head, ...rest] = flood.map((csr) => denied(csr, '2026-11-24T12:05:01Z'))
  if (head === undefined) throw new Error('no flood')
  world.upsertCsr(head)
  const known = judgement()
  expect(known?.failing).toEqual(['machine.denial'])
  for (const csr of rest) {
    world.upsertCsr(csr)
    expect(judgement()).toBe(known)
  }
  for (const { uid } of rest) {
    world.removeCsr(uid)
    expect(judgement()).toBe(known)
  }
  world.removeCsr(head.uid)
  expect(judgement()?.failing).toEqual([])
})

const minute = (n: number) => `2026-11-24T11:${String(n).padStart(2, '0')}:00Z`

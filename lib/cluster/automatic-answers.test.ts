import { beforeEach, expect, it } from 'vitest'
import {
  type AnsweredRequest,
  type ApproverContext,
  type AutomaticAnswers,
  createAutomaticAnswers,
} from '#lib/cluster/automatic-answers.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world/world.ts'

const viewer = { name: 'approver' }
let world: World
let answers: AutomaticAnswers
let context: ApproverContext | null
/** Answers as `name: answer`, in order. */
let told: string[]

beforeEach(() => {
  world = makeWorld({
    nodes: [makeNode(), makeNode({ name: 'worker-2', ips: ['198.51.100.12'] })],
    machines: [
      makeMachineObject({ nodeRef: 'worker-1' }),
      makeMachineObject({
        name: 'two',
        ips: ['198.51.100.12'],
        internalDns: ['worker-2'],
        nodeRef: 'worker-2',
      }),
    ],
  })
  context = { ...makeContext(), viewer }
  told = []
  answers = createAutomaticAnswers({
    world,
    context: () => context,
    passed: () => 0,
    onAnswer: ({ claim, answer }: AnsweredRequest) =>
      told.push(`${claim.csr.name}: ${answer.act === 'approve' ? 'approve' : answer.because}`),
    onGone: ({ claim }) => told.push(`${claim.csr.name}: gone`),
    onError(error) {
      throw error
    },
  })
})

function serving(name: string, more: Parameters<typeof makeCsr>[0] = {}): Csr {
  return makeCsr({ name, dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'], ...more })
}

/** Judges all touched requests. */
function work(): string[] {
  answers.work(() => true)
  return told.splice(0)
}

it('the approver answers once for each request, and again only when its answer changes', () => {
  const csr = serving('a')
  world.upsertCsr(csr)
  world.upsertCsr(makeCsr({ name: 'b', kind: 'client', nodeName: 'new' }))
  world.upsertCsr(makeCsr({ name: 'c', signerName: 'example.com/own' }))
  expect(work().toSorted()).toEqual(['a: approve', 'b: clients', 'c: otherSigner'])
  world.upsertCsr({ ...csr, resourceVersion: '2' })
  world.touchAll()
  expect(work()).toEqual([])
  world.upsertCsr({ ...approved(csr), resourceVersion: '3' })
  expect(work()).toEqual(['a: decided'])
  world.removeCsr(csr.uid)
  expect(work()).toEqual(['a: gone'])
  expect(answers.answers.has(csr.uid)).toBe(false)
})

it('an answer follows changes of the rest of the world', () => {
  world.upsertCsr(serving('a'))
  expect(work()).toEqual(['a: approve'])
  world.upsertNode(makeNode({ name: 'thief', ips: ['198.51.100.11'] }))
  expect(work()).toEqual(['a: suspicious'])
  world.removeNode('node-thief')
  expect(work()).toEqual(['a: approve'])
  world.upsertCsr(serving('b', { createdAt: '2026-11-24T12:03:00Z', keyName: 'second' }))
  expect(work().toSorted()).toEqual(['a: superseded', 'b: approve'])
})

it('the approver judges for its own name, also when only that name changes', () => {
  world.upsertCsr(serving('a'))
  expect(work()).toEqual(['a: approve'])
  context = { ...makeContext(), viewer: { name: 'system:node:worker-1' } }
  answers.touch({ machines: new Set(['worker-1']), others: new Set() })
  expect(work()).toEqual(['a: suspicious'])
})

it('the approver gives no answers while nothing can be judged, and all of them afterwards', () => {
  context = null
  world.upsertCsr(serving('a'))
  expect(work()).toEqual([])
  expect(answers.waitMs()).toBe(null)
  context = { ...makeContext(), viewer }
  expect(work()).toEqual(['a: approve'])
  expect(answers.waitMs()).toBe(null)
})

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
  NOW,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world/world.ts'

const viewer = { name: 'approver' }
let world: World
let answers: AutomaticAnswers
let context: ApproverContext | null
/** Answers as `name: answer`, in order. */
let reported: string[]

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
  reported = []
  answers = createAutomaticAnswers({
    world,
    context: () => context,
    passed: () => 0,
    onAnswer: ({ claim, answer }: AnsweredRequest) =>
      reported.push(`${claim.csr.name}: ${answer.act === 'approve' ? 'approve' : answer.because}`),
    onGone: ({ claim }) => reported.push(`${claim.csr.name}: gone`),
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
  return reported.splice(0)
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

it.each([1, 2, 3, 4, 9])(
  'every answer is for the approver’s own name, also when it changes after %s steps',
  (steps) => {
    for (let n = 0; n < 20; n += 1) {
      const createdAt = `2026-11-24T12:00:${n + 10}Z`
      world.upsertCsr(serving(`${n}`, { createdAt, keyName: `${n % 4}` }))
    }
    for (let step = 0; step < steps; step += 1) answers.work(() => false)
    context = { ...makeContext(), viewer: { name: 'system:node:worker-1' } }
    world.touchAll()
    work()
    const given = [...answers.answers.values()].map(({ answer }) => answer)
    expect(given).toHaveLength(20)
    expect(given.filter((answer) => answer.act === 'approve')).toEqual([])
    expect(given).toMatchObject(given.map(() => ({ because: 'suspicious' })))
  },
)

it('an answer by what is known now corrects the kept answer, and is none for a request that is gone', () => {
  const where = world.kubeletPlace(makeNode())
  const live = { outcome: 'noCertificate' } as const
  world.setAsksKubelets(true)
  world.setEvidence('worker-1', { where, askedAt: NOW, ca: null, live })
  const { uid } = serving('a')
  world.upsertCsr({ ...serving('a'), uid })
  expect(work()).toEqual(['a: approve'])
  context = { ...makeContext({ now: NOW + 10 * 60_000 }), viewer }
  expect(answers.waitMs()).toBe(null)
  expect(answers.answerNow(uid)).toMatchObject({ answer: { act: 'leave', because: 'asking' } })
  expect(work()).toEqual(['a: asking'])
  world.removeCsr(uid)
  expect(answers.answerNow(uid)).toBe(null)
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

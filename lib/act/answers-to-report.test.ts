import { beforeEach, expect, it } from 'vitest'
import { AnswersToReport, STANDS_AFTER_MS } from '#lib/act/answers-to-report.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import type { LeftBecause } from '#lib/csr/approval/automatic.ts'
import { makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'

let now: number
let stands: string[]
let told: string[]
let toReport: AnswersToReport

beforeEach(() => {
  now = 0
  stands = []
  told = []
  toReport = new AnswersToReport({
    now: () => now,
    onStands: ({ claim }) => stands.push(claim.csr.name),
    onTell: ({ claim }) => told.push(claim.csr.name),
  })
})

function answered(
  nodeName: string,
  name: string,
  createdAt: string,
  over: Partial<AnsweredRequest> = {},
): AnsweredRequest {
  const csr = makeCsr({ nodeName, name, createdAt, dnsNames: [nodeName] })
  const claim = makeWorld({ csrs: [csr] }).claim(csr.uid)
  if (claim === null) throw new Error('no claim')
  const answer = { act: 'leave', because: 'suspicious', check: 'sans.owned' } as const
  return { claim, answer, superseded: false, ...over }
}

function leftBecause(one: AnsweredRequest, because: LeftBecause): AnsweredRequest {
  return { ...one, answer: { act: 'leave', because, check: null } }
}

it('no answer is reported before it has settled', () => {
  const one = answered('a', 'a1', '2026-11-24T12:00:00Z')
  toReport.put(one)
  now = STANDS_AFTER_MS - 1
  toReport.tick()
  toReport.put(one)
  now += STANDS_AFTER_MS - 1
  toReport.tick()
  expect(stands).toEqual([])
  now += 1
  toReport.tick()
  toReport.tick()
  expect([stands, told]).toEqual([['a1'], ['a1']])
})

it('all requests of a flood are counted, and the newest settled one is reported once a minute', () => {
  toReport.put(answered('a', 'old', '2026-11-24T12:00:00Z'))
  toReport.put(answered('a', 'newest', '2026-11-24T12:00:05Z', { superseded: true }))
  toReport.put(answered('a', 'newer', '2026-11-24T12:00:04Z'))
  toReport.put(answered('b', 'other', '2026-11-24T12:00:00Z'))
  now = STANDS_AFTER_MS
  toReport.tick()
  expect(stands).toEqual(['old', 'newest', 'newer', 'other'])
  expect(told).toEqual(['newer', 'other'])
  toReport.put(answered('a', 'again', '2026-11-24T12:01:00Z'))
  now += STANDS_AFTER_MS
  toReport.tick()
  expect(told).toHaveLength(2)
  toReport.put(answered('a', 'later', '2026-11-24T12:02:00Z'))
  now += 60_000
  toReport.tick()
  expect(told).toEqual(['newer', 'other', 'later'])
})

it.each<readonly [string, (one: AnsweredRequest) => void]>([
  ['deleted', (one) => toReport.drop(one.claim.csr.uid)],
  ['decided', (one) => toReport.put(leftBecause(one, 'decided'))],
  ['to be asked about', (one) => toReport.put(leftBecause(one, 'asking'))],
])('no request is reported that is %s meanwhile', (_, happens) => {
  const one = answered('a', 'a1', '2026-11-24T12:00:00Z')
  toReport.put(one)
  happens(one)
  now = STANDS_AFTER_MS
  toReport.tick()
  expect(stands).toEqual([])
})

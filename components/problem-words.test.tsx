import { expect, it } from 'vitest'
import { RequestAlarm } from '#components/alarm/alarm-note.tsx'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { ProblemWords } from '#components/problem-words.tsx'
import { ReasonLine } from '#components/reason-line.tsx'
import { textOf } from '#components/ui/fixtures/text-of.ts'
import { KIM, makeContext, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeRequest } from '#lib/csr/machine/detail.ts'
import { PROBLEM_CODES, type ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { inEnglish } from '#lib/messages/english.ts'

const WHERE = 'the 7th part'

/** A request with this one problem of reading. */
function requestWith(code: ReadingProblemCode) {
  const csr = makeCsr()
  const request = describeRequest(makeWorld({ csrs: [csr] }), csr.uid, makeContext(), KIM)
  if (request === null) throw new Error('the request has no row')
  const values = { detail: WHERE }
  const reason = { code: 'request.faithful', finding: code, values } as const
  const observed = [{ kind: code, value: WHERE, outcome: 'fail', heldBy: null }] as const
  const check = { ...reason, outcome: 'fail', expected: [], observed } as const
  const differences = [{ what: 'unreadable', asked: [], issued: [`${code} ${WHERE}`] }]
  return {
    ...request,
    verdict: 'refused',
    reason,
    checks: [check],
    differences,
  } satisfies RequestDetail
}

/** Places that show a problem: the observed value, and the whole sentence. */
const PLACES: readonly (readonly [string, (request: RequestDetail) => string, number])[] = [
  ['a row', ({ reason }) => textOf(<ReasonLine reason={reason} verdict="refused" />), 1],
  ['the checks', (request) => textOf(<ChecksPanel request={request} whose="mine" />), 2],
  ['the alarm about a certificate', (request) => textOf(<RequestAlarm request={request} />), 1],
  ['logs and scripts', ({ reason }) => inEnglish(reason === null ? [] : [reason]), 1],
]

it.each(PROBLEM_CODES)('problem %s is shown as a sentence, and never by its code', (code) => {
  const sentence = textOf(<ProblemWords code={code} detail={WHERE} />)
  expect(sentence).toBe(en.reading[code].replace('{detail}', WHERE))
  expect(sentence).toMatch(/^[A-Z]\w*( \S+){4,}/)
  expect(sentence).toContain(WHERE)
  const request = requestWith(code)
  const raw = new RegExp(`${code}|${WHERE}`)
  const found = PLACES.map(([place, told]) => {
    const parts = told(request).split(sentence)
    return [place, parts.length - 1, parts.filter((part) => raw.test(part))]
  })
  expect(found).toEqual(PLACES.map(([place, , times]) => [place, times, []]))
})

it('no two problems have the same words', () => {
  expect(new Set(Object.values(en.reading)).size).toBe(PROBLEM_CODES.length)
})

it('a problem that only a newer server knows is shown by its detail', () => {
  expect(textOf(<ProblemWords code="newer" detail={WHERE} />)).toBe(WHERE)
  expect(textOf(<ProblemWords code="toString" detail={WHERE} />)).toBe(WHERE)
})

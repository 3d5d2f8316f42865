import { expect, it } from 'vitest'
import { tellingChecks } from '#components/machines/verdict-card.tsx'
import type { CheckOutcome, CheckResult } from '#lib/csr/model.ts'

const check = (code: CheckResult['code'], outcome: CheckOutcome, finding = ''): CheckResult => ({
  code,
  outcome,
  finding,
  expected: [],
  observed: [],
  values: {},
})
const confirms = check('identity.machine', 'pass')
const passes = check('usages', 'pass')
const unknown = check('identity.expected', 'unknown')
const warns = check('policy.serving', 'unknown', 'nameWillFail')
const fails = check('sans.foreign', 'fail')

it.each<[string, CheckResult[], CheckResult[]]>([
  ['what confirms comes before what is not known', [unknown, confirms], [confirms, unknown]],
  ['a check that passes and confirms nothing is left out', [passes, confirms], [confirms]],
  [
    'a warning comes before what is not known',
    [unknown, warns, confirms],
    [confirms, warns, unknown],
  ],
  ['once a check fails, only that counts', [confirms, unknown, fails], [fails]],
  ['nothing confirms it', [passes, unknown], [unknown]],
])('the card of a verdict shows: %s', (_, checks, expected) => {
  expect(tellingChecks(checks)).toEqual(expected)
})

it('the card of a verdict shows at most four checks', () => {
  expect(tellingChecks(Array.from({ length: 9 }, () => unknown))).toHaveLength(4)
})

import { describe, expect, it } from 'vitest'
import {
  type AlertRule,
  exprProblems,
  ruleProblems,
  seriesOf,
} from '#lib/metrics/fixtures/alert-rules.ts'
import { readPromql } from '#lib/metrics/fixtures/promql.ts'

describe('an expression that Prometheus would not load is noticed', () => {
  it.each([
    ['nothing', ''],
    ['an aggregation that never ends', 'max by (scope) (m > 0'],
    ['labels that never end', 'max by (scope (m) > 0'],
    ['labels without parentheses', 'sum by kind (m) > 5'],
    ['a selector that never ends', 'm{because="suspicious"'],
    ['a text that never ends', 'm{because="suspicious} > 0'],
    ['a value without quotes', 'm{because=~suspicious} > 0'],
    ['no value to compare with', 'm >'],
    ['two operators', 'm > * 2'],
    ['no operator', 'm n'],
    ['a function that there is not', 'summ(m) > 0'],
    ['a time that never ends', 'increase(m[10m) > 5'],
    ['a unit that there is not', 'increase(m[10q]) > 5'],
    ['an increase over no time', 'increase(m) > 5'],
    ['an increase of a sum', 'increase(sum(m)) > 5'],
    ['a time for nothing', 'max(m[10m]) > 5'],
    ['a metric by its label', '{__name__="m"} > 0'],
  ])('an expression that Prometheus would not load is noticed: %s', (_case, expr) => {
    expect(readPromql(expr).problems).not.toEqual([])
  })
})

const series = seriesOf('m{scope="node",kind="write"} 1\nm_total 2\n')

describe('an expression that would never have a value is noticed', () => {
  it.each([
    ['a metric that there is not', 'mm > 0', 'no such metric: mm'],
    ['a value that does not occur', 'm{scope="total"} > 0', 'selects nothing: m{scope="total"}'],
    ['a label that there is not', 'm{node="node"} > 0', 'selects nothing: m{node="node"}'],
    ['a label that is not there to keep', 'sum by (node) (m) > 0', 'no such label: node'],
    ['no metric at all', '1 > 0', 'reads no metric'],
  ])('an expression that would never have a value is noticed: %s', (_case, expr, problem) =>
    expect(exprProblems(expr, series)).toEqual([problem]),
  )

  it.each(['m > 0', 'm{scope=~"node|total"} > 0', 'sum by (kind) (m) > 0'])('%s has one', (expr) =>
    expect(exprProblems(expr, series)).toEqual([]),
  )
})

it('a text that names a label which its expression loses is noticed', () => {
  const rule = (expr: string): AlertRule => ({
    alert: 'X',
    expr,
    annotations: { summary: 'In {{ $labels.scope }}.' },
  })
  expect(ruleProblems(rule('sum(m) > 0'), series)).toEqual(['loses the label scope'])
  expect(ruleProblems(rule('sum by (scope) (m) > 0'), series)).toEqual([])
})

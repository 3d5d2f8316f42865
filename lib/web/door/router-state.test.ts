import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state'
import { describe, expect, it } from 'vitest'
import { isRouterState } from '#lib/web/door/router-state.ts'

const encoded = (tree: unknown) => encodeURIComponent(JSON.stringify(tree))
const nested = (depth: number) => `${'["",{"a":'.repeat(depth)}["",{}]${'}]'.repeat(depth)}`

/** Whether Next can read the header: with an unreadable one it answers 500. */
function nextReads(header: string): boolean {
  try {
    return parseAndValidateFlightRouterState(header) !== undefined
  } catch {
    return false
  }
}

describe('trees that Next reads, and so does the gate', () => {
  it.each([
    ['of a prefetch', encoded(['', {}, null, 'metadata-only'])],
    ['of a page', encoded(['', { children: ['__PAGE__', {}, null, null, 0] }, null, null, 16])],
    [
      'of a machine’s page',
      encoded(['', { children: [['name', 'worker-1', 'd', null], {}] }, ['/a', '/b'], 'refetch']),
    ],
    ['not encoded', '["",{}]'],
    ['a hundred deep', nested(100)],
    ['as deep as fits', nested(740)],
  ])('the gate and Next read a tree: %s', (_, header) => {
    expect([isRouterState(header), nextReads(header)]).toEqual([true, true])
  })
})

describe('trees that Next would answer with 500, and so the gate refuses', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'garbage'],
    ['half an escape', '%'],
    ['half an object', encoded('{"a":').slice(3)],
    ['no array', encoded({})],
    ['an empty one', encoded([])],
    ['a number for a segment', encoded([1, {}])],
    ['no children', encoded([''])],
    ['children that are none', encoded(['', { children: 'x' }])],
    ['an unknown kind of parameter', encoded([['name', 'x', 'zz', null], {}])],
    ['an unknown mark', encoded(['', {}, null, 'everything'])],
    ['true for a number', encoded(['', {}, null, null, true])],
    ['one field more', encoded(['', {}, null, null, 0, '', 'more'])],
    ['more than 40,000 characters', encoded(['x'.repeat(40_000), {}])],
  ])('the gate refuses a tree that Next would answer with 500: %s', (_, header) => {
    expect([isRouterState(header), nextReads(header)]).toEqual([false, false])
  })
})

it('a router state longer than any address is refused, which Next would still read', () => {
  const header = encoded(['x'.repeat(8192), {}])
  expect([isRouterState(header), nextReads(header)]).toEqual([false, true])
})

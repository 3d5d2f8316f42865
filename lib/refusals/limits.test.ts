import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Limit, OF_PEOPLE, OF_STRANGERS, ofTheMost } from '#lib/refusals/limits.ts'

const docs = new URL('../../docs/', import.meta.url)
const rows: readonly Limit[] = [...Object.values(OF_PEOPLE), ...Object.values(OF_STRANGERS)]

it.each(rows)('the limit of $what has a number, and says what happens beyond it', (row) => {
  expect(row.ofOne ?? row.inAll).toBeGreaterThan(0)
  expect(row.code ?? row.beyond).toBeDefined()
})

it('every limit of people has a number in all, but for those within the calls of all', () => {
  const without = Object.entries<Limit>(OF_PEOPLE).flatMap(([name, { inAll }]) =>
    inAll === undefined ? [name] : [],
  )
  expect(without).toEqual(['turns', 'sentBodies'])
})

it.each(globSync('*.md', { cwd: docs }).filter((name) => name !== 'benchmarks.md'))(
  'docs/%s repeats no number of the limits by hand',
  (name) => {
    const text = readFileSync(new URL(name, docs), 'utf8')
    const [before = '', rest = ''] = text.split('<!-- limits')
    const prose = `${before}${rest.split('<!-- /limits -->').at(-1)}`
    const repeated = rows.flatMap(({ what, ofOne, inAll, unit }) => {
      const [noun = ''] = what.split(/[ ,]/)
      const numbers = [ofOne, inAll].flatMap((most) =>
        most === undefined ? [] : shown(most, unit),
      )
      return numbers.map((number) => `${number} ${noun}`).filter((words) => prose.includes(words))
    })
    expect(repeated).toEqual([])
  },
)

function shown(most: number, unit: Limit['unit']): string {
  return unit === 'bytes' ? `${most / 2 ** 20} MiB of` : most.toLocaleString('en-US')
}

it.each<[string, readonly string[], readonly string[]]>([
  ['none at all', [], []],
  ['the only one', ['kim 1'], ['kim 1']],
  ['the one with the most', ['kim 1', 'lee 1', 'lee 2'], ['lee 1', 'lee 2']],
  ['of two with as many the one that came first', ['kim 1', 'lee 1'], ['kim 1']],
])('the most belongs to %s', (_, all, theirs) => {
  expect(ofTheMost(all, (one) => one.slice(0, 3))).toEqual(theirs)
})

it('the most may be counted in bytes', () => {
  const kims = { of: 'kim', bytes: 1 }
  const lees = { of: 'lee', bytes: 3 }
  const most = ofTheMost(
    [kims, kims, lees],
    ({ of }) => of,
    ({ bytes }) => bytes,
  )
  expect(most).toEqual([lees])
})

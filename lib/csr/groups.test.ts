import { describe, expect, it } from 'vitest'
import { Groups } from '#lib/csr/groups.ts'

const members = (...all: readonly string[]) => {
  const groups = new Groups()
  for (const member of all) groups.add('key', member)
  return groups
}
const reported = (groups: Groups) => ({
  has: groups.has('key'),
  count: groups.count('key'),
  members: [...groups.get('key')],
  includes: ['a', 'b', 'c'].filter((member) => groups.includes('key', member)),
})

describe('Groups', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['none', [], []],
    ['one', ['a'], ['a']],
    ['the same twice', ['a', 'a'], ['a']],
    ['two', ['a', 'b'], ['a', 'b']],
    ['three, one of them twice', ['a', 'b', 'c', 'b'], ['a', 'b', 'c']],
  ])('Groups has its members: %s', (_, added, all) => {
    const has = all.length > 0
    expect(reported(members(...added))).toEqual({
      has,
      count: all.length,
      members: all,
      includes: all,
    })
  })

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['the only one', ['a'], ['a'], []],
    ['another than the only one', ['a'], ['b'], ['a']],
    ['one of two', ['a', 'b'], ['a'], ['b']],
    ['one after the other', ['a', 'b'], ['a', 'b'], []],
  ])('Groups deletes %s', (_, added, deleted, left) => {
    const groups = members(...added)
    for (const member of deleted) groups.delete('key', member)
    const has = left.length > 0
    expect(reported(groups)).toEqual({ has, count: left.length, members: left, includes: left })
  })
})

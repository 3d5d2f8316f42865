import { expect, it } from 'vitest'
import { BrakeReplay } from '#lib/csr/policy/brake-replay.ts'

const LIMITS = { perNode: 2, perRequestor: 3, total: 5 }
const MINUTE = 60 * 1000

/** Approvals as `node requestor minute`, in order of time. */
function replayed(...approvals: readonly string[]): readonly (string | null)[] {
  const replay = new BrakeReplay(LIMITS)
  return approvals.map((text, index) => {
    const [node = '', requestor = '', minute = '0'] = text.split(' ')
    const at = Number(minute) * MINUTE
    return replay.next(`uid-${index}`, { node: node === '-' ? null : node, requestor, at })
  })
}

it.each<[string, readonly string[], readonly (string | null)[]]>([
  ['two of a node, and no third', ['a x 0', 'a y 1', 'a z 2'], [null, null, 'node']],
  [
    'an hour later it still waits for a person',
    ['a x', 'a y', 'a z 1', 'a z 99'],
    [null, null, 'node', 'node'],
  ],
  ['an approval an hour ago does not count', ['a x 0', 'a y 30', 'a z 60'], [null, null, null]],
  ['a slightly younger one counts', ['a x 0', 'a y 30', 'a z 59.9'], [null, null, 'node']],
  ['others go on', ['a x', 'a y', 'a z', 'b z'], [null, null, 'node', null]],
  [
    'three of a requestor',
    ['a x', 'b x', 'c x', 'd x', 'd y'],
    [null, null, null, 'requestor', null],
  ],
  [
    'five in all',
    ['a a', 'b b', 'c c', 'd d', 'e e', 'f f'],
    [null, null, null, null, null, 'total'],
  ],
  ['of no node', ['- x', '- x', '- x', '- x'], [null, null, null, 'requestor']],
])('a replay holds what the brake would have held: %s', (_case, approvals, expected) => {
  expect(replayed(...approvals)).toEqual(expected)
})

it('a replay counts an approval that was given although the brake was on', () => {
  const replay = new BrakeReplay(LIMITS)
  for (const [index, node] of ['a', 'a', 'a'].entries()) {
    replay.count(`uid-${index}`, { node, requestor: 'x', at: 0 })
  }
  expect(replay.next('next', { node: 'b', requestor: 'x', at: 1 })).toBe('requestor')
})

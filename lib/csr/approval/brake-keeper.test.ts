import { expect, it } from 'vitest'
import { keepBrake } from '#lib/csr/approval/brake-keeper.ts'

const LIMITS = { perNode: 2, perRequestor: 3, total: 5 }
const NOW = Date.parse('2026-11-24T12:00:00Z')
const MINUTE = 60 * 1000

/** Scopes that stop approvals, each `node requestor minute`, in order of time. */
function stopped(...approvals: readonly string[]): readonly (string | null)[] {
  let now = NOW
  const brake = keepBrake({ now: () => now, onTrip() {} })
  return approvals.map((text, index) => {
    const [node = '', requestor = '', minute = '0'] = text.split(' ')
    now = NOW + Number(minute) * MINUTE
    const place = { node: node === '-' ? null : node, requestor }
    return brake.begin(`uid-${index}`, place, LIMITS)?.scope ?? null
  })
}

it.each<[string, readonly string[], readonly (string | null)[]]>([
  ['stops the third of a node', ['a x 0', 'a y 1', 'a z 2'], [null, null, 'node']],
  [
    'still waits for a person an hour later',
    ['a x', 'a y', 'a z 1', 'a z 99'],
    [null, null, 'node', 'node'],
  ],
  ['counts no approval of an hour ago', ['a x 0', 'a y 30', 'a z 60'], [null, null, null]],
  ['counts a slightly younger one', ['a x 0', 'a y 30', 'a z 59.9'], [null, null, 'node']],
  ['lets other nodes go on', ['a x', 'a y', 'a z', 'b z'], [null, null, 'node', null]],
  [
    'stops the fourth of a requestor',
    ['a x', 'b x', 'c x', 'd x', 'd y'],
    [null, null, null, 'requestor', null],
  ],
  [
    'stops the sixth of all',
    ['a a', 'b b', 'c c', 'd d', 'e e', 'f f'],
    [null, null, null, null, null, 'total'],
  ],
  [
    'stops no node without a name, but its requestor',
    ['- x', '- x', '- x', '- x'],
    [null, null, null, 'requestor'],
  ],
])('the brake %s', (_, approvals, expected) => {
  expect(stopped(...approvals)).toEqual(expected)
})

it('the brake counts an approval that was given, whatever the limits were', () => {
  const brake = keepBrake({ now: () => NOW, onTrip() {} })
  for (const [index, node] of ['a', 'a', 'a'].entries()) {
    brake.given(`uid-${index}`, { node, requestor: 'x', at: NOW })
  }
  expect(brake.begin('next', { node: 'b', requestor: 'x' }, LIMITS)?.scope).toBe('requestor')
})

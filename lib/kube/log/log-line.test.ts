import { expect, it } from 'vitest'
import { toLogLine } from '#lib/kube/log/log-line.ts'

it('a long name is cut, and a short one is not', () => {
  const line = toLogLine({ uid: 'u', name: 'x'.repeat(490_000), node: 'worker-1' })
  expect(JSON.parse(line)).toEqual({ uid: 'u', name: `${'x'.repeat(256)}…`, node: 'worker-1' })
})

it.each<[string, string]>([
  ['control characters', '\u0001'],
  ['bidi characters', '\u202e'],
  ['quotes', '"'],
  ['tag characters', '\u{e0041}'],
])('a line of nothing but %s stays short', (_, character) => {
  const text = character.repeat(490_000)
  const line = toLogLine({ name: text, node: text, signer: text, requestor: text })
  expect(line.length).toBeLessThan(4 * 256 + 100)
})

it('a line keeps what a person wrote, and who it was', () => {
  const entry = { who: 'w'.repeat(512), note: 'n'.repeat(1_000) }
  expect(JSON.parse(toLogLine(entry))).toEqual(entry)
})

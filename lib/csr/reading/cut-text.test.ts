import { expect, it } from 'vitest'
import { cutName } from '#lib/csr/reading/cut-name.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'

it.each<[string, string, string]>([
  ['a text that fits', 'abcdefgh', 'abcdefgh'],
  ['one character more', 'abcdefghi', 'abcdefgh…'],
  ['a quote, which JSON writes as two', 'abcdefg"', 'abcdefg…'],
  ['backslashes', '\\\\\\\\\\', '\\\\\\\\…'],
  ['a control character, which is written as six', 'ab\u0000c', 'ab\u0000…'],
  ['a bidi character', 'abc\u202e', 'abc…'],
  ['letters that are not ASCII', 'мастер-1', 'мастер-1'],
  ['a character of two units is not split', 'abcdefg\u{1f600}', 'abcdefg…'],
  ['a tag character, which is written as twelve', '\u{e0041}', '…'],
  ['nothing', '', ''],
])('cutText to eight: %s', (_, text, cut) => {
  expect(cutText(text, 8)).toBe(cut)
})

it.each<[string, string]>([
  ['letters', 'a'],
  ['control characters', '\u0001'],
  ['quotes', '"'],
  ['bidi characters', '\u202e'],
  ['lone surrogates', '\ud800'],
  ['tag characters', '\u{e0041}'],
])('a cut text takes no more than its bound in JSON: %s', (_, character) => {
  const cut = cutText(character.repeat(5_000), 256)
  expect(JSON.stringify(cut).length).toBeLessThanOrEqual(256 + 3)
})

it('a name that fits stays as it is', () => {
  expect(cutName('a'.repeat(253), 253)).toBe('a'.repeat(253))
})

it('a cut name contains its length and its SHA-256', () => {
  expect(cutName('a'.repeat(490_000), 8)).toMatch(/^a{8}…\[490000 [0-9a-f]{32}\]$/)
})

it('two names with one beginning stay two names', () => {
  const [one, other] = ['1', '2'].map((end) => cutName(`${'a'.repeat(600)}${end}`, 512))
  expect(one).not.toBe(other)
})

it('no name that fits equals a cut one', () => {
  const cut = cutName('a\u0001'.repeat(600), 512)
  expect(cutName(cut, 512)).not.toBe(cut)
})

import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { fromVisible, hasInvisible, visible } from '#lib/csr/escape.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'

/** Characters that change how their neighbours are drawn, or are changed by them. */
const awkward = fc.string({
  unit: fc.constantFrom('a', ' ', '\\u', '\u0301', '\u034f', '\u115f', '\u{1da00}', '\u{e0100}'),
})

describe('visible', () => {
  it.each([
    ['plain text', 'csr-8x2kq', 'csr-8x2kq'],
    ['markup is only text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a mark after a letter that is not drawn', '\u3164\u0301', '\\u3164\\u0301'],
    ['two marks after one', 'x\u115f\u0301\u0302', 'x\\u115f\\u0301\\u0302'],
    ['single spaces', 'a b c', 'a b c'],
    ['letters of any script', 'wörker 節點 узел', 'wörker 節點 узел'],
    ['an accent that is a character of its own', 'e\u0301', 'e\u0301'],
    ['right-to-left override', 'worker\u202e1-rekrow', 'worker\\u202e1-rekrow'],
    ['bidi isolate', 'a\u2066b', 'a\\u2066b'],
    ['zero-width space', 'work\u200ber', 'work\\u200ber'],
    ['zero-width joiner', 'a\u200db', 'a\\u200db'],
    ['byte-order mark', '\ufeffa', '\\ufeffa'],
    ['soft hyphen', 'a\u00adb', 'a\\u00adb'],
    ['newline', 'a\nb', 'a\\u000ab'],
    ['NUL', 'a\0b', 'a\\u0000b'],
    ['terminal escape', '\u001b[31m', '\\u001b[31m'],
    ['C1 control', 'a\u0085b', 'a\\u0085b'],
    ['line separator', 'a\u2028b', 'a\\u2028b'],
    ['no-break space', 'a\u00a0b', 'a\\u00a0b'],
    ['ideographic space', 'a\u3000b', 'a\\u3000b'],
    ['Hangul filler', 'a\u3164b', 'a\\u3164b'],
    ['blank braille', 'a\u2800b', 'a\\u2800b'],
    ['variation selector', 'a\ufe0fb', 'a\\ufe0fb'],
    ['tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['private use', 'a\ue000b', 'a\\ue000b'],
    ['noncharacter', 'a\uffffb', 'a\\uffffb'],
    ['a space before and after', ' a ', '\\u0020a\\u0020'],
    ['a second space', 'a  b', 'a \\u0020b'],
    ['a mark without a letter', '\u0301a', '\\u0301a'],
    ['marks without a letter', '\u{1da00}\u1a55', '\\u{1da00}\\u1a55'],
    ['a mark after one that draws nothing', 'a\u{e0100}\u0301', 'a\\u{e0100}\\u0301'],
    ['a pile of marks', 'a\u0301\u0301\u0301\u0301', 'a\u0301\u0301\\u0301\\u0301'],
    ['a false escape', 'a\\u202eb', 'a\\u005cu202eb'],
    ['a backslash that is none', 'a\\b', 'a\\b'],
    ['nothing', '', ''],
  ])('visible draws %s', (_, text, drawn) => {
    expect(visible(text)).toBe(drawn)
  })

  test('visible leaves no invisible character, and the text can be restored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), awkward), (text) => {
        const drawn = visible(text)
        expect(hasInvisible(drawn)).toBe(false)
        expect(fromVisible(drawn)).toBe(text)
      }),
    )
  })

  test('visible takes linear time for a long run of spaces or marks', () => {
    const draw = () => {
      visible(' '.repeat(100_000))
      visible('\u0301'.repeat(100_000))
    }
    expect(timesYardstick(1_000, draw)).toBeLessThan(1_000)
  })
})

it.each([
  ['no character', '\\u{110000}'],
  ['what is written shorter', '\\u{00041}'],
  ['capitals', '\\u202E'],
  ['cut off', '\\u20'],
])('escapes of another style stay as they are: %s', (_, text) => {
  expect(fromVisible(text)).toBe(text)
})

describe('hasInvisible', () => {
  it.each([
    ['csr-8x2kq', false],
    ['a b', false],
    ['a\\u202eb', false],
    ['узел', false],
    ['a\u202eb', true],
    ['a ', true],
    ['a\u200bb', true],
  ])('hasInvisible says of %j: %s', (text, invisible) => {
    expect(hasInvisible(text)).toBe(invisible)
  })
})

import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readBase64 } from '#lib/csr/reading/base64.ts'

describe('readBase64', () => {
  it.each([
    ['nothing', '', ''],
    ['one byte', 'aA==', 'h'],
    ['two bytes', 'aGk=', 'hi'],
    ['three bytes', 'aGkh', 'hi!'],
    ['the last two characters', '/+8=', '\u00ff\u00ef'],
  ])('readBase64 reads %s: %j', (_, text, bytes) => {
    const reading = readBase64(text)
    expect(Buffer.from(reading.bytes ?? []).toString('latin1')).toBe(bytes)
    expect(reading.fault).toBeNull()
  })

  it.each([
    ['a blank', 'aG k', 'character'],
    ['a line break', 'aGk=\n', 'character'],
    ['the URL alphabet', '_-8=', 'character'],
    ['a character beyond Latin-1', 'aGk\u{1f600}', 'character'],
    ['padding in the middle', 'aA==aGkh', 'character'],
    ['three paddings', 'aGkh===', 'padding'],
    ['a lone character', 'aGkha', 'length'],
    ['no padding', 'aGk', 'padding'],
    ['too little padding', 'aA=', 'padding'],
    ['padding for nothing', 'aGkh=', 'padding'],
    ['only padding', '==', 'padding'],
  ])('readBase64 reports a fault of %s: %j', (_, text, fault) => {
    expect(readBase64(text)).toEqual({ bytes: null, fault })
  })

  it.each([['aB=='], ['aP=='], ['aGl=']])(
    'readBase64 reads %j, whose unused bits are set, as bytes and reports it',
    (text) => {
      const reading = readBase64(text)
      expect(reading.fault).toBe('unusedBits')
      expect(Buffer.from(reading.bytes ?? [])).toEqual(Buffer.from(text, 'base64'))
    },
  )

  test('readBase64 reads what Node.js writes, and only one text gives the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(readBase64(Buffer.from(bytes).toString('base64'))).toEqual({ bytes, fault: null })
      }),
    )
    const text = fc.string({ unit: fc.constantFrom(...'AQgw9+/= \n'), maxLength: 12 })
    fc.assert(
      fc.property(text, (text) => {
        const { bytes, fault } = readBase64(text)
        const canonical = bytes !== null && Buffer.from(bytes).toString('base64') === text
        expect(fault === null).toBe(canonical)
      }),
      { numRuns: 2000 },
    )
  })
})

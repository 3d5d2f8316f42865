import { describe, expect, it } from 'vitest'
import { layPem, nonCanonicalBase64, type PemLayout } from '#lib/csr/fixtures/pem-layout.ts'
import { readPem } from '#lib/csr/pem.ts'
import { problemList } from '#lib/csr/reading-problems.ts'

const LABEL = 'CERTIFICATE REQUEST'
const DER = Uint8Array.from({ length: 100 }, (_, i) => i)
const GOOD = layPem(DER)
const END_LINE = `-----END ${LABEL}-----`

function read(text: string) {
  const { problems, report } = problemList()
  const bytes = readPem(text, LABEL, report)
  return { bytes, codes: problems.map((problem) => problem.code), problems }
}

describe('readPem', () => {
  it.each<[string, PemLayout]>([
    ['as Go writes it', {}],
    ['CRLF', { newline: '\r\n' }],
    ['no final newline', { finalNewline: false }],
    ['CRLF without a final one', { newline: '\r\n', finalNewline: false }],
    ['lines of 76', { lineLength: 76 }],
    ['lines of 1', { lineLength: 1 }],
    ['one line', { lineLength: 0 }],
  ])('reads one block: %s', (_, layout) => {
    expect(read(layPem(DER, layout))).toEqual({ bytes: DER, codes: [], problems: [] })
  })

  it.each<[string, string, string[]]>([
    ['nothing', '', ['notPem']],
    ['only text', 'hello', ['notPem']],
    ['base64 alone', Buffer.from(DER).toString('base64'), ['notPem']],
    ['no END line', GOOD.replace(`${END_LINE}\n`, ''), ['notPem']],
    ['an empty block', `-----BEGIN ${LABEL}-----\n${END_LINE}\n`, ['notPem']],
    ['text before', layPem(DER, { leading: 'hello\n' }), ['textBefore']],
    ['an empty line before', layPem(DER, { leading: '\n' }), ['textBefore']],
    ['a blank before', layPem(DER, { leading: ' ' }), ['notPem']],
    ['a byte-order mark', layPem(DER, { leading: '\u00ef\u00bb\u00bf' }), ['notPem']],
    ['text after', layPem(DER, { trailing: 'hello' }), ['textAfter']],
    ['a NUL after', layPem(DER, { trailing: '\0' }), ['textAfter']],
    ['an empty line after', layPem(DER, { trailing: '\n' }), ['textAfter']],
    ['an empty CRLF line after', layPem(DER, { trailing: '\r\n' }), ['textAfter']],
    ['a blank after the END line', GOOD.replace(END_LINE, `${END_LINE} `), ['otherBlock']],
    ['a carriage return at the end', GOOD.replace(/\n$/, '\r'), ['otherBlock']],
    ['two blocks', GOOD + GOOD, ['twoBlocks', 'textAfter']],
    [
      'a block of another type first',
      layPem(DER, { label: 'CERTIFICATE' }) + GOOD,
      ['twoBlocks', 'otherBlock', 'otherBlock', 'textAfter'],
    ],
    [
      'a BEGIN line twice',
      `-----BEGIN ${LABEL}-----\n${GOOD}`,
      ['twoBlocks', 'pemLines', 'notBase64'],
    ],
    [
      'another type',
      layPem(DER, { label: 'NEW CERTIFICATE REQUEST' }),
      ['otherBlock', 'otherBlock'],
    ],
    ['lower case', layPem(DER, { label: LABEL.toLowerCase() }), ['otherBlock', 'otherBlock']],
    ['another END', layPem(DER, { endLabel: 'CERTIFICATE' }), ['otherBlock']],
    ['a blank after the BEGIN line', GOOD.replace('\n', ' \n'), ['otherBlock']],
    ['headers', layPem(DER, { headers: ['Proc-Type: 4,ENCRYPTED'] }), ['pemHeaders', 'pemLines']],
    ['an empty line inside', GOOD.replace('\n', '\n\n'), ['pemLines']],
    ['a blank inside', GOOD.replace('AAEC', 'AA EC'), ['pemLines']],
    ['a tab at the end of a line', GOOD.replace(/\n-----END/, '\t\n-----END'), ['pemLines']],
    ['a lone carriage return', layPem(DER, { newline: '\r' }), ['otherBlock', 'notPem']],
    ['a carriage return inside', GOOD.replace('AAEC', 'AA\rEC'), ['pemLines']],
    ['no padding', layPem(DER, { body: (base64) => base64.replace(/=/g, '') }), ['notBase64']],
    ['unused bits', layPem(DER, { body: nonCanonicalBase64 }), ['nonCanonicalBase64']],
    ['the URL alphabet', GOOD.replace('AAEC', 'AA-_'), ['notBase64']],
    ['a checksum line', GOOD.replace('\n-----END', '\n=njUN\n-----END'), ['notBase64']],
  ])('reports %s', (_, text, codes) => {
    expect(read(text).codes).toEqual(codes)
  })

  it.each([
    ['text around it', `hello\n${GOOD}hello`],
    ['headers', layPem(DER, { headers: ['Comment: x'] })],
    ['blank lines', GOOD.replace('\n', '\n\n')],
    ['unused bits', layPem(DER, { body: nonCanonicalBase64 })],
  ])('still makes the bytes out of %s', (_, text) => {
    expect(read(text).bytes).toEqual(DER)
  })

  it('escapes what it quotes, and cuts it short', () => {
    const { problems } = read(layPem(DER, { leading: `\u001b[31m${'x'.repeat(1000)}\n` }))
    expect(problems).toEqual([{ code: 'textBefore', detail: `\\u001b[31m${'x'.repeat(75)}…` }])
  })
})

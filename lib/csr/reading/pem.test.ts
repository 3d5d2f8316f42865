import { describe, expect, it } from 'vitest'
import { describeAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { layPem, nonCanonicalBase64, type PemLayout } from '#lib/csr/fixtures/pem-layout.ts'
import { problemWords } from '#lib/csr/fixtures/problem-words.ts'
import { readPem } from '#lib/csr/reading/pem.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'

const LABEL = 'CERTIFICATE REQUEST'
const DER = Uint8Array.from({ length: 100 }, (_, i) => i)
const GOOD = layPem(DER)
const END_LINE = `-----END ${LABEL}-----`

function read(text: string) {
  const { problems, report } = problemList()
  const bytes = readPem(text, LABEL, report)
  return { bytes, problems: problemWords(problems) }
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
  ])('readPem reads one block: %s', (_, layout) => {
    expect(read(layPem(DER, layout))).toEqual({ bytes: DER, problems: [] })
  })

  const gke = (...labels: string[]) => GOOD + labels.map((label) => layPem(DER, { label })).join('')
  const GKE = ['VM IDENTITY', 'ATTESTATION DATA', 'ATTESTATION SIGNATURE'] as const
  it('readPem reads the request of a GKE node for display, and names the blocks by which GKE attests it', () => {
    expect(read(gke(...GKE))).toEqual({
      bytes: DER,
      problems: ['gkeBlocks VM IDENTITY, ATTESTATION DATA, ATTESTATION SIGNATURE'],
    })
  })

  const first = (text: string) => read(text).problems[0]?.split(' ')[0] ?? 'none'
  describeAnswers('begins with', first, {
    gkeBlocks: {
      'in another order, with its TPM’s certificate': gke(
        'ATTESTATION SIGNATURE',
        'ATTESTATION CERTIFICATE',
        'VM IDENTITY',
        'ATTESTATION DATA',
      ),
      'without a final newline': gke(...GKE).trimEnd(),
    },
    twoBlocks: {
      'one of GKE’s blocks is missing': gke('VM IDENTITY', 'ATTESTATION DATA'),
      'one of GKE’s blocks is there twice': gke(...GKE, 'VM IDENTITY'),
      'a second request among GKE’s blocks': gke(...GKE, LABEL),
      'a block of nobody among GKE’s': gke(...GKE, 'PUBLIC KEY'),
      'text after GKE’s blocks': `${gke(...GKE)}hello`,
      'text among GKE’s blocks':
        GOOD + layPem(DER, { label: GKE[0], trailing: 'x\n' }) + gke(...GKE),
      'a header in one of GKE’s blocks': `${gke(GKE[0], GKE[1])}${layPem(DER, { label: GKE[2], headers: ['A: 1'] })}`,
      'a first block that ends as another': gke(...GKE).replace(END_LINE, '-----END X-----'),
      'a block of GKE’s that does not end': gke(...GKE).replace(/-----END ATTESTATION SIG.*\n/, ''),
    },
    textBefore: { 'text before all blocks': `hello\n${gke(...GKE)}` },
  })

  it('GKE’s blocks behind a certificate are two blocks too many', () => {
    const { problems, report } = problemList()
    const text =
      layPem(DER, { label: 'CERTIFICATE' }) + GKE.map((label) => layPem(DER, { label })).join('')
    readPem(text, 'CERTIFICATE', report)
    expect(problems[0]).toEqual({ code: 'twoBlocks', detail: '4' })
  })

  const reported = (text: string) => read(text).problems.join(', ')
  describeAnswers('reports', reported, {
    'notPem BEGIN': {
      nothing: '',
      'only text': 'hello',
      'base64 alone': Buffer.from(DER).toString('base64'),
      'no dashes to end BEGIN': GOOD.replace(/-+\n/, '\n'),
      'a blank before': layPem(DER, { leading: ' ' }),
      'a byte-order mark': layPem(DER, { leading: '\u00ef\u00bb\u00bf' }),
    },
    'notPem END': {
      'no END line': GOOD.replace(`${END_LINE}\n`, ''),
      'no dashes to end END': GOOD.replace(/-+\n$/, '\n'),
    },
    'notPem empty': { 'an empty block': `-----BEGIN ${LABEL}-----\n${END_LINE}\n` },
    'textBefore hello': { 'text before': layPem(DER, { leading: 'hello\n' }) },
    'textBefore a\\u000ab': { 'two lines before': layPem(DER, { leading: 'a\nb\n' }) },
    [`textBefore ${END_LINE}`]: { 'an END line before': `${END_LINE}\n${GOOD}` },
    [`textBefore ${'x'.repeat(80)}`]: { '80 characters before': `${'x'.repeat(80)}\n${GOOD}` },
    [`textBefore ${'x'.repeat(80)}…`]: { '81 characters before': `${'x'.repeat(81)}\n${GOOD}` },
    'textAfter a\\u000ab': { 'two lines after': layPem(DER, { trailing: 'a\nb' }) },
    'pemHeaders A: 1\\u000aB: 2, pemLines': {
      'two headers': layPem(DER, { headers: ['A: 1', 'B: 2'] }),
    },
    textBefore: { 'an empty line before': layPem(DER, { leading: '\n' }) },
    'textAfter hello': { 'text after': layPem(DER, { trailing: 'hello' }) },
    'textAfter \\u0000': { 'a NUL after': layPem(DER, { trailing: '\0' }) },
    'textAfter \\u000a': {
      'an empty line after': layPem(DER, { trailing: '\n' }),
      'an empty CRLF line after': layPem(DER, { trailing: '\r\n' }),
    },
    'otherBlock -----END CERTIFICATE REQUEST-----\\u0020': {
      'a blank after the END line': GOOD.replace(END_LINE, `${END_LINE} `),
    },
    'otherBlock -----END CERTIFICATE REQUEST-----\\u000d': {
      'a carriage return at the end': GOOD.replace(/\n$/, '\r'),
    },
    'twoBlocks 2, textAfter -----BEGIN CERTIFICATE REQUEST-----\\u000aAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g…':
      { 'two blocks': GOOD + GOOD },
    'twoBlocks 2, otherBlock -----BEGIN CERTIFICATE-----, otherBlock -----END CERTIFICATE-----, textAfter -----BEGIN CERTIFICATE REQUEST-----\\u000aAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g…':
      { 'a block of another type first': layPem(DER, { label: 'CERTIFICATE' }) + GOOD },
    'twoBlocks 2, pemLines, notBase64 PEM': {
      'a BEGIN line twice': `-----BEGIN ${LABEL}-----\n${GOOD}`,
    },
    'otherBlock -----BEGIN NEW CERTIFICATE REQUEST-----, otherBlock -----END NEW CERTIFICATE REQUEST-----':
      { 'another type': layPem(DER, { label: 'NEW CERTIFICATE REQUEST' }) },
    'otherBlock -----BEGIN certificate request-----, otherBlock -----END certificate request-----':
      { 'lower case': layPem(DER, { label: LABEL.toLowerCase() }) },
    'otherBlock -----END CERTIFICATE-----': {
      'another END': layPem(DER, { endLabel: 'CERTIFICATE' }),
    },
    'otherBlock -----BEGIN CERTIFICATE REQUEST-----\\u0020': {
      'a blank after the BEGIN line': GOOD.replace('\n', ' \n'),
    },
    'pemHeaders Proc-Type: 4,ENCRYPTED, pemLines': {
      headers: layPem(DER, { headers: ['Proc-Type: 4,ENCRYPTED'] }),
    },
    pemLines: {
      'an empty line inside': GOOD.replace('\n', '\n\n'),
      'a blank inside': GOOD.replace('AAEC', 'AA EC'),
      'a tab at the end of a line': GOOD.replace(/\n-----END/, '\t\n-----END'),
      'a carriage return inside': GOOD.replace('AAEC', 'AA\rEC'),
    },
    'otherBlock -----BEGIN CERTIFICATE REQUEST-----\\u000dAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g…, notPem END':
      { 'a lone carriage return': layPem(DER, { newline: '\r' }) },
    'notBase64 PEM': {
      'no padding': layPem(DER, { body: (base64) => base64.replace(/=/g, '') }),
      'the URL alphabet': GOOD.replace('AAEC', 'AA-_'),
      'a checksum line': GOOD.replace('\n-----END', '\n=njUN\n-----END'),
    },
    'nonCanonicalBase64 PEM': { 'unused bits': layPem(DER, { body: nonCanonicalBase64 }) },
  })

  it.each([
    ['text around it', `hello\n${GOOD}hello`],
    ['an END line before', `${END_LINE}\n${GOOD}`],
    ['headers', layPem(DER, { headers: ['Comment: x'] })],
    ['blank lines', GOOD.replace('\n', '\n\n')],
    ['unused bits', layPem(DER, { body: nonCanonicalBase64 })],
  ])('readPem still makes the bytes out of %s', (_, text) => {
    expect(read(text).bytes).toEqual(DER)
  })

  it('readPem makes no bytes out of an empty block', () => {
    expect(read(`-----BEGIN ${LABEL}-----\n${END_LINE}\n`).bytes).toBeNull()
  })

  it('readPem escapes what it quotes, and cuts it short', () => {
    const { problems } = read(layPem(DER, { leading: `\u001b[31m${'x'.repeat(1000)}\n` }))
    expect(problems).toEqual([`textBefore \\u001b[31m${'x'.repeat(75)}…`])
  })
})

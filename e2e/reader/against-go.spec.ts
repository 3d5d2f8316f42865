/**
 * Our reading compared with Go's, and so with the API server's and its signer's, over thousands of
 * odd requests: a faithful one must read the same there.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { differences } from '#e2e/reader/compare.ts'
import { generateRequest, mutateRequest } from '#e2e/reader/generate.ts'
import { randomFrom } from '#e2e/reader/random.ts'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { RequestReading } from '#lib/csr/model.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { type GoReading, readWithGo } from '#sandbox/control-plane/go-reading.ts'

const GENERATED = 3_000
/** Duration of fuzzing the corpus; READER_FUZZ_SECONDS for a longer one. */
const FUZZ_MS = 1000 * Number(process.env.READER_FUZZ_SECONDS ?? 3)
const BATCH = 1_000

interface CorpusEntry {
  readonly name: string
  readonly request: string
}

const corpus: readonly CorpusEntry[] = JSON.parse(
  readFileSync(new URL('corpus.json', import.meta.url), 'utf8'),
)

interface Finding {
  readonly from: string
  readonly request: string
  readonly differences: readonly string[]
}

async function findingsOf(named: readonly CorpusEntry[]): Promise<{
  readonly findings: readonly Finding[]
  readonly ours: readonly RequestReading[]
  readonly go: readonly GoReading[]
}> {
  const go = await readWithGo(named.map(({ request }) => request))
  const ours = named.map(({ request }) => readRequest(request))
  expect(go).toHaveLength(named.length)
  const findings = named.flatMap(({ name, request }, i) => {
    const theirs = go[i]
    const reading = ours[i]
    if (theirs === undefined || reading === undefined) return []
    const found = differences(reading, theirs)
    return found.length === 0 ? [] : [{ from: name, request, differences: found }]
  })
  return { findings, ours, go }
}

// The binary is built before any time limit begins.
beforeAll(() => readWithGo([]))

describe('a faithful reading is Go’s reading', () => {
  test(`a faithful reading is Go’s reading over ${GENERATED} generated requests`, async () => {
    const named = Array.from({ length: GENERATED }, (_, seed) => ({
      name: `seed ${seed}`,
      request: generateRequest(seed),
    }))
    const { findings, ours, go } = await findingsOf(named)
    expect(findings).toEqual([])

    // A generator of only invalid, or only valid, requests would prove nothing.
    const faithful = ours.filter((reading) => reading.faithful)
    const stricter = ours.filter((reading, i) => !reading.faithful && go[i]?.error === undefined)
    const codes = new Set(ours.flatMap(({ problems }) => problems.map(({ code }) => code)))
    expect(faithful.length).toBeGreaterThan(GENERATED / 8)
    expect(faithful.filter(({ x509cr }) => x509cr?.signatureValid).length).toBeGreaterThan(
      GENERATED / 16,
    )
    expect(stricter.length).toBeGreaterThan(GENERATED / 20)
    expect(codes.size).toBeGreaterThan(25)
  })

  test(`a faithful reading is Go’s reading over the corpus of ${corpus.length}`, async () => {
    const { findings, ours } = await findingsOf(corpus)
    expect(findings).toEqual([])
    const codes = new Set(ours.flatMap(({ problems }) => problems.map(({ code }) => code)))
    expect(codes.size).toBeGreaterThan(25)
  })

  test(
    `a faithful reading is Go’s reading over mutations of the corpus, for ${FUZZ_MS / 1000} s`,
    async () => {
      // A new seed each time; a finding contains the request.
      const random = randomFrom(Date.now())
      const until = Date.now() + FUZZ_MS
      while (Date.now() < until) {
        const named = Array.from({ length: BATCH }, () => {
          const { name, request } = random.pick(corpus)
          return { name: `mutated ${name}`, request: mutateRequest(request, random) }
        })
        expect((await findingsOf(named)).findings).toEqual([])
      }
    },
    FUZZ_MS + 60_000,
  )
})

describe('the requests that a lenient reader would get wrong', () => {
  it.each<[string, RequestOptions, (go: GoReading) => unknown, unknown]>([
    ['the last CN counts', twoNames(), (go) => go.cn, 'system:node:last'],
    ['text before is skipped', { pem: { leading: 'x\n' } }, (go) => go.error, undefined],
    ['bytes after are ignored', { pem: { trailing: '\0' } }, (go) => go.error, undefined],
    ['headers are taken', { pem: { headers: ['A: b'] } }, (go) => go.error, undefined],
    ['CN as BMPString', { stringType: 'bmp' }, (go) => go.cn, 'system:node:worker-1'],
    [
      'an otherName is dropped',
      { otherSans: [{ tag: 8, value: Uint8Array.of(0x2a) }] },
      (go) => go.dns,
      ['worker-1'],
    ],
    [
      'SANs of a second extensionRequest are taken',
      {
        kind: 'client',
        extensions: [{ oid: '1.2.3', value: Uint8Array.of(5, 0) }],
        moreExtensionRequests: [[{ oid: '1.2.4', value: Uint8Array.of(5, 0) }]],
      },
      (go) => go.extensions?.length,
      2,
    ],
  ])('Go reads what our reader refuses: %s', async (_, options, read, expected) => {
    const [go] = await readWithGo([makeRequest(options)])
    expect(go === undefined ? null : read(go)).toEqual(expected)
  })
})

describe('the differences that the comparison itself notices', () => {
  const request = makeRequest({ emailAddresses: ['a@b'], uris: ['a://b'], keyType: 'Ed25519' })
  const ours = readRequest(request)
  const x509cr = ours.x509cr
  it.each<[string, Partial<RequestReading['x509cr']>]>([
    [
      'another CN',
      { subject: { commonNames: ['x'], organizations: ['system:nodes'], others: [] } },
    ],
    ['a lost O', { subject: { commonNames: cn(), organizations: [], others: [] } }],
    ['a DNS name less', { dnsNames: [] }],
    ['an address less', { ipAddresses: [] }],
    ['an e-mail address less', { emailAddresses: [] }],
    ['a URI less', { uris: [] }],
    ['an extension less', { extensions: [] }],
    ['another key', { publicKey: { algorithm: 'Ed25519', parameter: '', fingerprint: '00' } }],
    ['an invalid signature', { signatureValid: false }],
    ['another algorithm', { signatureAlgorithm: 'SHA256-RSA' }],
  ])('the comparison notices %s', async (_, change) => {
    const [go] = await readWithGo([request])
    if (go === undefined || x509cr === null) throw new Error('the plain request must be readable')
    expect(differences(ours, go)).toEqual([])
    expect(differences({ ...ours, x509cr: { ...x509cr, ...change } }, go)).not.toEqual([])
  })

  function cn(): readonly string[] {
    return x509cr?.subject.commonNames ?? []
  }
})

function twoNames(): RequestOptions {
  return { commonNames: ['system:node:first', 'system:node:last'] }
}

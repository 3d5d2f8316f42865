/**
 * Writes corpus.json: the first generated request of each kind of outcome. Run it after a change of
 * reader or generator. Requests that once found a difference stay in FOUND.
 */
import { writeFileSync } from 'node:fs'
import { generateRequest } from '#e2e/reader/generate.ts'
import { bitString, integer, oid, sequence } from '#lib/csr/fixtures/der-writer.ts'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { readWithGo } from '#sandbox/control-plane/go-reading.ts'

const SEEDS = 20_000
const MOST = 120

const FOUND = [
  {
    name: 'found: a DSA key, which Go parses although it verifies nothing with it',
    request: makeRequest({
      spki: sequence(sequence(oid('1.2.840.10040.4.1')), bitString(integer(5))),
    }),
  },
]

const requests = Array.from({ length: SEEDS }, (_, seed) => generateRequest(seed))
const go = await readWithGo(requests)
const byKind = new Map<string, string>()
for (const [i, request] of requests.entries()) {
  const { problems, x509cr } = readRequest(request)
  const codes = [...new Set(problems.map((problem) => problem.code))].sort().join('+')
  const key = x509cr === null ? 'unreadable' : x509cr.publicKey.algorithm
  const outcome = go[i]?.error === undefined ? 'read by Go' : 'refused by Go'
  const kind = `${codes || `faithful, ${key}`}, ${outcome}`
  // Short requests are easier to understand and to mutate.
  if (byKind.size < MOST && !byKind.has(kind) && request.length < 4_000) byKind.set(kind, request)
}
const corpus = [...FOUND, ...Array.from(byKind, ([name, request]) => ({ name, request }))]
writeFileSync(new URL('corpus.json', import.meta.url), `${JSON.stringify(corpus, null, 2)}\n`)
console.log(`${corpus.length} requests`)

import { randomOptions } from '#e2e/reader/fields.ts'
import { mutateBytes, mutateElements } from '#e2e/reader/mutate.ts'
import { type Random, randomFrom } from '#e2e/reader/random.ts'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { layPem } from '#lib/csr/fixtures/pem-layout.ts'
import { readPem } from '#lib/csr/reading/pem.ts'

/**
 * A `spec.request` for each seed: a third random fields, a third moved DER elements, the rest
 * changed octets. Keys, and so signatures, are new in every process.
 */
export function generateRequest(seed: number): string {
  const random = randomFrom(seed)
  const kind = random.below(6)
  // Changes to a valid request find more than changes to one that is refused anyway.
  const options = kind < 2 || random.once(3) ? randomOptions(random) : { keyName: 'plain' }
  if (kind < 2) return makeRequest(options)
  if (kind < 4) {
    return makeRequest({ ...options, rewriteDer: (bytes) => mutateElements(bytes, random) })
  }
  if (kind < 5) {
    return makeRequest({ ...options, rewriteDer: (bytes) => mutateBytes(bytes, random) })
  }
  return mutatePem(makeRequest(options), random)
}

/** Another request with changes: elements of its DER, or octets of its PEM text. */
export function mutateRequest(request: string, random: Random): string {
  const pem = Buffer.from(request, 'base64')
  const der = readPem(pem.toString('latin1'), 'CERTIFICATE REQUEST', () => {})
  if (der === null || random.once(3)) return mutatePem(request, random)
  const changed = random.once(2) ? mutateElements(der, random) : mutateBytes(der, random)
  return Buffer.from(layPem(changed)).toString('base64')
}

function mutatePem(request: string, random: Random): string {
  const bytes = new Uint8Array(Buffer.from(request, 'base64'))
  return bytes.length === 0 ? request : Buffer.from(mutateBytes(bytes, random)).toString('base64')
}

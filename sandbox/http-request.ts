import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'

/** Fields of one request that differ from its kubelet's. */
export interface RequestStory extends RequestOptions {
  /** Name of the request; a generated `csr-xxxxx` when absent. */
  readonly name?: string
  readonly usages?: readonly string[]
  readonly expirationSeconds?: number
}

export interface RequestSpec extends RequestStory {
  readonly signerName: string
  readonly usages: readonly string[]
}

/** The CertificateSigningRequest to POST, with a real PKCS#10 request inside. */
export function requestBody(story: RequestSpec): unknown {
  const { name, signerName, usages, expirationSeconds, ...options } = story
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: name === undefined ? { generateName: 'csr-' } : { name },
    spec: {
      request: makeRequest(options),
      signerName,
      usages,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
    },
  }
}

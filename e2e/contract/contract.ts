import { afterAll, beforeAll, describe } from 'vitest'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { CSRS, csrPath } from '../fixtures/kube-client.ts'
import type { Answer, Client } from './raw-client.ts'
import { leftOut, openTarget, TARGET, type Target } from './targets.ts'

export const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
export const SERVING_SIGNER = 'kubernetes.io/kubelet-serving'
export const USER_SIGNER = 'kubernetes.io/kube-apiserver-client'
export const FOREIGN_SIGNER = 'contract.example.com/nobody'

export { CSRS, csrPath }

let target: Target | null = null

/** One part of the contract. `open()` is the target shared by all parts while tests run. */
export function contract(title: string, define: (open: () => Target) => void): void {
  describe.skipIf(isSkipped())(`${title} (${TARGET})`, () => {
    define(() => {
      if (target === null) throw new Error('the target is not open')
      return target
    })
  })
}

/** Facts of the API server alone: the stand-in does not imitate them. */
export function onlyReal(define: () => void): void {
  if (TARGET === 'real') define()
}

/** Opens the target before all parts and closes it after them. */
export function onOneTarget(): void {
  if (isSkipped()) {
    console.warn(`LEFT OUT  contract, ${TARGET}: ${leftOut}`)
    return
  }
  beforeAll(async () => {
    target = await openTarget()
  })
  afterAll(() => target?.stop())
}

function isSkipped(): boolean {
  return leftOut !== null && process.env.CI !== 'true'
}

export interface FilingOptions extends RequestOptions {
  readonly name?: string
  readonly labels?: Record<string, string>
  readonly signerName?: string
  readonly usages?: readonly string[]
  readonly expirationSeconds?: number
  readonly request?: string
  /** More fields of the spec, as a dishonest client would send them. */
  readonly spec?: Readonly<Record<string, unknown>>
}

let filed = 0

/** Body of a request: by default a serving request, which only our signer answers. */
export function requestBody(options: FilingOptions = {}) {
  const { name, labels, signerName = FOREIGN_SIGNER, expirationSeconds, request, spec } = options
  const usages = options.usages ?? ['digital signature', 'server auth']
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: name ?? `contract-${++filed}`, ...(labels ? { labels } : {}) },
    spec: {
      request: request ?? makeRequest(options),
      signerName,
      usages,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      ...spec,
    },
  }
}

/** Files it and returns the object; throws with the API server's message when it refuses. */
export async function file(client: Client, options: FilingOptions = {}) {
  const answer = await client.call('POST', CSRS, { body: requestBody(options) })
  if (answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

export interface DecisionOptions {
  readonly type?: string
  readonly uid?: string | null
  readonly resourceVersion?: string | null
}

/** The smallest PUT that decides; uid and resourceVersion are the object's own by default. */
export function decide(
  client: Client,
  // biome-ignore lint/suspicious/noExplicitAny: an object of the API, as it came
  csr: any,
  { type = 'Approved', uid, resourceVersion }: DecisionOptions = {},
): Promise<Answer> {
  const { name } = csr.metadata
  const optional = (key: string, given: string | null | undefined, own: string) =>
    given === null ? {} : { [key]: given ?? own }
  return client.call('PUT', csrPath(name, 'approval'), {
    body: {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: {
        name,
        ...optional('uid', uid, csr.metadata.uid),
        ...optional('resourceVersion', resourceVersion, csr.metadata.resourceVersion),
      },
      spec: csr.spec,
      status: {
        conditions: [{ type, status: 'True', reason: 'Contract', message: 'by the contract' }],
      },
    },
  })
}

// biome-ignore lint/suspicious/noExplicitAny: an object of the API, as it came
export function conditionsOf(csr: any): string[] {
  return (csr.status?.conditions ?? []).map(({ type }: { type: string }) => type)
}

/**
 * The common form of refusals; messages are compared only where the product shows or reads them.
 */
export function statusOf({ status, body }: Answer) {
  const { kind, apiVersion, status: outcome, reason, code } = body
  return { status, kind, apiVersion, outcome, reason, code }
}

export function refusal(code: number, reason: string) {
  return { status: code, kind: 'Status', apiVersion: 'v1', outcome: 'Failure', reason, code }
}

import type { Csr } from '#lib/csr/model.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import type { Fields } from '#lib/kube/transport/shape.ts'

/**
 * Metadata for a PUT to /approval, which loses every label, annotation, finalizer or owner it
 * lacks. Kept under a symbol that JSON, spread and structuredClone skip: copies are read again
 * first.
 */
const METADATA = Symbol.for('countersign.csr.metadata')

/** A kubelet's request has only a generateName. Larger metadata is read when needed. */
const MAX_BYTES = 4_096

/** Fields that the API server fills in. */
const NOT_OURS = new Set(['managedFields', 'selfLink'])

/** The whole name of a request whose name was cut: its URL needs it. */
const NAME = Symbol.for('countersign.csr.name')

/**
 * Longest name that can be decided: an update takes four times the name in one etcd request of 1.5
 * MiB.
 */
const MOST_NAME_BYTES = 384 * 1024

/** Go's server reads 1 MiB of headers with the URL, and answers 431 beyond. */
const MOST_URL_CHARACTERS = 1_000_000

/** Stores metadata unless the object is read first anyway: conditions are not stored whole. */
export function keepForPut(csr: Csr, metadata: Fields): void {
  if (isCut(csr, 'metadata.name')) keepName(csr, metadata.name)
  if (csr.conditions.length > 0) return
  // A PUT needs all metadata.
  if (csr.cut !== undefined || csr.oversized !== undefined) return
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !NOT_OURS.has(key)))
  if (JSON.stringify(kept).length > MAX_BYTES) return
  Object.defineProperty(csr, METADATA, { value: kept })
}

function keepName(csr: Csr, name: unknown): void {
  if (typeof name !== 'string' || !name.isWellFormed()) return
  if (Buffer.byteLength(name) > MOST_NAME_BYTES) return
  if (encodeURIComponent(name).length > MOST_URL_CHARACTERS) return
  Object.defineProperty(csr, NAME, { value: name })
}

/** The API server's name of the request; null for a cut name that was not kept. */
export function wholeName(csr: Csr): string | null {
  if (!isCut(csr, 'metadata.name')) return csr.name
  const name: unknown = Reflect.get(csr, NAME)
  return typeof name === 'string' ? name : null
}

/**
 * The whole object for a PUT; null if parts are missing: a copy, too much metadata, or conditions.
 */
export function writableFrom(csr: Csr): Fields | null {
  const metadata: unknown = Reflect.get(csr, METADATA)
  if (typeof metadata !== 'object' || metadata === null) return null
  const { requestor } = csr
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata,
    spec: {
      request: csr.request,
      signerName: csr.signerName,
      ...(csr.expirationSeconds === null ? {} : { expirationSeconds: csr.expirationSeconds }),
      usages: csr.usages,
      username: requestor.username,
      uid: requestor.uid,
      groups: requestor.groups,
      extra: requestor.extra,
    },
    status: csr.certificate === null ? {} : { certificate: csr.certificate },
  }
}

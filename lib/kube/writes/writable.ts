import type { Csr } from '#lib/csr/model.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import type { Fields } from '#lib/kube/transport/shape.ts'

/**
 * The API server takes the metadata of a PUT to /approval as it comes: labels, annotations,
 * finalizers and owners that are not in it are lost. What we show needs none of them, so they
 * travel unseen with the object, under a symbol that JSON, spread and structuredClone pass by;
 * a copy of the object is then simply read again before it is written.
 */
const METADATA = Symbol.for('countersign.csr.metadata')

/** kubelets' requests carry a generateName and nothing else. More is read when it is needed. */
const MAX_BYTES = 4_096

/** The store's own, or the API server's to fill in. */
const NOT_OURS = new Set(['managedFields', 'selfLink'])

/** The name of a request whose name was cut for display: its URL needs the whole. */
const NAME = Symbol.for('countersign.csr.name')

/**
 * An update of an object takes four times its name in one request to etcd, which takes 1.5 MiB: nobody
 * can decide one whose name is longer.
 */
const MOST_NAME_BYTES = 384 * 1024

/** Go's server reads 1 MiB of headers, the URL among them, and answers 431 to more. */
const MOST_URL_CHARACTERS = 1_000_000

/** Nothing where the object is read first anyway: we do not keep every field of a condition. */
export function keepForPut(csr: Csr, metadata: Fields): void {
  if (isCut(csr, 'metadata.name')) keepName(csr, metadata.name)
  if (csr.conditions.length > 0) return
  // A PUT takes all of it or nothing.
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

/** The name by which the API server knows it; null for a cut one whose whole is not here. */
export function wholeName(csr: Csr): string | null {
  if (!isCut(csr, 'metadata.name')) return csr.name
  const name: unknown = Reflect.get(csr, NAME)
  return typeof name === 'string' ? name : null
}

/**
 * The whole object as the API server has it, or null when it is not all here: a copy, too much
 * metadata, or conditions.
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

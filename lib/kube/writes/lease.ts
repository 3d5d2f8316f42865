import type { V1Lease, V1LeaseSpec, V1ObjectMeta } from '@kubernetes/client-node'
import { readPlace } from '#lib/kube/documents/document-place.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { isNotFound, orNull } from '#lib/kube/transport/errors.ts'
import {
  type Fields,
  fieldsOf,
  optionalFields,
  optionalNumber,
  optionalText,
  requiredText,
} from '#lib/kube/transport/shape.ts'
import { call, segment } from '#lib/kube/transport/transport.ts'

/** Place of a Lease (coordination.k8s.io/v1). */
export interface LeasePlace {
  readonly namespace: string
  readonly name: string
}

/** Default place of the automatic approver's Lease. */
export const DEFAULT_LEASE = 'countersign/countersign-approver'

/** Reads `<namespace>/<name>`, spelt like a ConfigMap's place. */
export function readLeasePlace(text: string): LeasePlace | { readonly problem: string } {
  const place = readPlace(`configmap:${text}`, 'lease')
  return 'namespace' in place
    ? { namespace: place.namespace, name: place.name }
    : { problem: `"${text}" is no lease: <namespace>/<name>.` }
}

export interface Lease extends Omit<LeaseRecord, 'acquireTime' | 'renewTime'> {
  readonly uid: string
  readonly acquireTime: string | null
  /** By the holder's clock, so compare it only with itself. */
  readonly renewTime: string | null
  /** The object as read, for the PUT: with uid and resourceVersion. */
  readonly object: Fields
}

export interface LeaseRecord {
  /** Holder's identity; '' for a free Lease. */
  readonly holder: string
  readonly durationSeconds: number
  readonly transitions: number
  readonly acquireTime: string
  readonly renewTime: string
  /** Annotations to set; '' removes one, others stay. */
  readonly annotations: Readonly<Record<string, string>>
}

/** A hanging call must leave time for another before the Lease expires. */
const TIMEOUT_MS = 4_000

/** Null without a Lease. Rejects with a KubeError or a ProjectionError. */
export async function readLease(
  identity: Identity,
  place: LeasePlace,
  signal?: AbortSignal,
): Promise<Lease | null> {
  const wanted = { method: 'GET', path: pathOf(place), signal, timeoutMs: TIMEOUT_MS } as const
  const answer = await orNull(call(identity, wanted), isNotFound)
  return answer && projectLease(answer.body)
}

/**
 * Creates the Lease (`before` null) or replaces the one that was read; the API server refuses a
 * changed one with a conflict. Rejects with a KubeError.
 */
export async function writeLease(
  identity: Identity,
  place: LeasePlace,
  before: Lease | null,
  record: LeaseRecord,
  signal?: AbortSignal,
): Promise<Lease> {
  const { managedFields: _, ...metadata } = optionalFields(before?.object.metadata, 'metadata')
  const body = {
    ...before?.object,
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      name: place.name,
      namespace: place.namespace,
      annotations: merged(before?.annotations ?? {}, record.annotations),
    },
    spec: {
      ...optionalFields(before?.object.spec, 'spec'),
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      leaseTransitions: record.transitions,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
    },
  }
  const answer = await call(identity, {
    ...(before === null
      ? { method: 'POST', path: collectionOf(place) }
      : { method: 'PUT', path: pathOf(place) }),
    body,
    signal,
    timeoutMs: TIMEOUT_MS,
  })
  return projectLease(answer.body)
}

/** RFC 3339 with the microseconds that the API requires. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, '000Z')
}

function projectLease(raw: unknown): Lease {
  const object = fieldsOf<V1Lease>(raw, 'object')
  const metadata = fieldsOf<V1ObjectMeta>(object.metadata, 'metadata')
  const spec = optionalFields<V1LeaseSpec>(object.spec, 'spec')
  return {
    uid: requiredText(metadata.uid, 'metadata.uid'),
    holder: optionalText(spec.holderIdentity, 'spec.holderIdentity') ?? '',
    durationSeconds: optionalNumber(spec.leaseDurationSeconds, 'spec.leaseDurationSeconds') ?? 0,
    transitions: optionalNumber(spec.leaseTransitions, 'spec.leaseTransitions') ?? 0,
    acquireTime: optionalText(spec.acquireTime, 'spec.acquireTime'),
    renewTime: optionalText(spec.renewTime, 'spec.renewTime'),
    annotations: textsIn(optionalFields(metadata.annotations, 'metadata.annotations')),
    object,
  }
}

function textsIn(fields: Fields): Readonly<Record<string, string>> {
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function merged(
  before: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...before, ...more }).filter(([key, value]) => value !== '' || !(key in more)),
  )
}

function collectionOf({ namespace }: LeasePlace): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${segment(namespace)}/leases`
}

function pathOf(place: LeasePlace): string {
  return `${collectionOf(place)}/${segment(place.name)}`
}

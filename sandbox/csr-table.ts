import { age, requestedDuration } from '#lib/csr/machine/human-duration.ts'
import { csrStatus } from '#lib/csr/status.ts'
import type { CsrObject } from '#sandbox/objects.ts'

const META = 'meta.k8s.io/v1'

/** kubectl's columns, each with its cell of a request at a time. */
const COLUMNS: Readonly<Record<string, (csr: CsrObject, now: number) => string>> = {
  Name: ({ metadata }) => metadata.name,
  Age: ({ metadata }, now) => age(metadata.creationTimestamp ?? '', now),
  SignerName: ({ spec }) => spec.signerName,
  Requestor: ({ spec }) => spec.username ?? '',
  RequestedDuration: ({ spec }) => requestedDuration(spec.expirationSeconds ?? null),
  Condition: ({ status: { conditions = [], certificate = null } }) =>
    csrStatus({
      conditions: conditions.map(({ type, reason = '', message = '' }) => ({
        ...{ type, reason, message, status: 'True', lastUpdateTime: null },
      })),
      certificate,
    }),
}

/** Whether the caller accepts a table, as kubectl does for people, instead of objects. */
export function wantsTable(accept = ''): boolean {
  return accept.split(',').some((type) => /;as=Table(;|$)/.test(type) && /;v=v1(;|$)/.test(type))
}

/** A list of requests, or one, as kubectl prints it. */
export function csrTable(answer: unknown, now: number): object {
  const { metadata, items = [answer as CsrObject] } = answer as {
    readonly metadata: object
    readonly items?: readonly CsrObject[]
  }
  return {
    kind: 'Table',
    apiVersion: META,
    metadata,
    columnDefinitions: Object.keys(COLUMNS).map((name) => ({
      ...{ name, type: 'string', description: '', priority: 0 },
      format: name === 'Name' ? 'name' : '',
    })),
    rows: items.map((csr) => ({
      cells: Object.values(COLUMNS).map((cell) => cell(csr, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: META, metadata: csr.metadata },
    })),
  }
}

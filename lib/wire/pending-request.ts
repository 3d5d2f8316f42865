import type { RequestRow } from '#lib/csr/rows/rows.ts'

/** The fields of a pending request that a row, its menu, its tick and its buttons need. */
export type PendingRequest = Pick<
  RequestRow,
  | 'uid'
  | 'name'
  | 'resourceVersion'
  | 'signerName'
  | 'requestor'
  | 'createdAt'
  | 'status'
  | 'verdict'
  | 'failing'
  | 'reason'
  | 'superseded'
  | 'secondPerson'
>

import type { RequestRow } from '#lib/csr/rows/rows.ts'

/** A pending request as far as a row, its menu, its tick and its buttons need it. */
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

import { tableCell, visible } from '#lib/csr/escape.ts'
import { age, requestedDuration } from '#lib/csr/machine/human-duration.ts'
import type { RequestListRow } from '#lib/wire/views.ts'

export const COLUMNS = [
  'NAME',
  'AGE',
  'SIGNERNAME',
  'REQUESTOR',
  'REQUESTEDDURATION',
  'CONDITION',
] as const

/** Cells that kubectl prints for a request; `now` is milliseconds since the epoch. */
export function cells(request: RequestListRow, now: number): readonly string[] {
  return [
    request.name,
    age(request.createdAt, now),
    request.signerName,
    request.requestor,
    requestedDuration(request.expirationSeconds),
    request.status,
  ]
}

/**
 * The table as `kubectl get csr` prints it, with escapes for invisible characters, and with cells
 * that look like a formula as text.
 */
export function tableText(requests: readonly RequestListRow[], now: number): string {
  const rows = [
    COLUMNS,
    ...requests.map((request) => cells(request, now).map((cell) => tableCell(visible(cell)))),
  ]
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 3),
        )
        .join(''),
    )
    .join('\n')
}

/**
 * Classes of a table whose rows become lines below `roomy`: table parts become blocks and each row
 * a grid. Heads are then for screen readers only.
 */
export const LINES = {
  table: 'w-full table-fixed max-roomy:block',
  columns: 'max-roomy:hidden',
  head: 'max-roomy:sr-only',
  body: 'max-roomy:block roomy:[&_tr:last-child_td]:border-b-0',
  row: 'max-roomy:relative max-roomy:grid max-roomy:border-b max-roomy:border-line-soft max-roomy:last:border-b-0',
  /** Twelve columns; each cell names its own. */
  twelve:
    'max-roomy:grid-cols-12 max-roomy:content-center max-roomy:items-center max-roomy:gap-x-1.5 max-roomy:gap-y-1 max-roomy:px-3.5',
} as const

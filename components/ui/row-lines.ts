/**
 * A dense table whose rows become lines where they do not fit (below `roomy`). Table parts turn into
 * blocks and a row into a grid of twelve columns, in which each cell says where it stands. The heads
 * are told, not shown, so each cell keeps its column's name.
 */
export const LINES = {
  table: 'w-full table-fixed max-roomy:block',
  columns: 'max-roomy:hidden',
  head: 'max-roomy:sr-only',
  body: 'max-roomy:block roomy:[&_tr:last-child_td]:border-b-0',
  row: 'max-roomy:relative max-roomy:grid max-roomy:grid-cols-12 max-roomy:content-center max-roomy:items-center max-roomy:gap-x-1.5 max-roomy:gap-y-1 max-roomy:border-b max-roomy:border-line-soft max-roomy:px-3.5 max-roomy:last:border-b-0',
} as const

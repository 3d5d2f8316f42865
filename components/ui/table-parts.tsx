'use client'

import { panelLook } from '#components/ui/panel.tsx'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'

interface RowSpacerProps {
  /** Pixels of the rows that are not drawn. */
  readonly height: number
  readonly columns: number
}

/** Stands for the rows outside the window. */
export function RowSpacer({ height, columns }: RowSpacerProps) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className="max-roomy:block">
      <td colSpan={columns} className="max-roomy:block" style={{ height, padding: 0 }} />
    </tr>
  )
}

const LINES = ['one', 'two', 'three', 'four', 'five', 'six']

/** A table that is still being read; shown once that takes long enough to notice. */
export function TableSkeleton({ title }: { readonly title: string }) {
  const long = useTakesLong(true)
  return (
    <div aria-busy="true" className={long ? '' : 'invisible'}>
      <h1 className="sr-only">{title}</h1>
      <Skeleton className="mb-3 h-8 w-80" />
      <div className={`${panelLook} grid gap-4 p-4`}>
        {LINES.map((line) => (
          <Skeleton key={line} className="w-full" />
        ))}
      </div>
    </div>
  )
}

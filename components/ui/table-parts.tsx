'use client'

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

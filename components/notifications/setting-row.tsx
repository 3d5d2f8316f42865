import type { ReactNode } from 'react'

interface SettingRowProps {
  readonly name: string
  readonly value: ReactNode
  /** A sentence below the value. */
  readonly children?: ReactNode
}

/** One setting of a panel: its name, its value, and an explanation. */
export function SettingRow({ name, value, children }: SettingRowProps) {
  return (
    <div className="grid min-h-12 grid-cols-[128px_minmax(0,1fr)] items-center gap-x-4 border-b border-line-soft px-4 py-2 last:border-b-0 max-tablet:grid-cols-1">
      <dt className="text-fg-3 max-tablet:text-xs">{name}</dt>
      <dd className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 wrap-anywhere">{value}</span>
        {children !== undefined && (
          <span className="block text-xs text-pretty text-fg-3">{children}</span>
        )}
      </dd>
    </div>
  )
}

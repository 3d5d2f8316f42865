'use client'

import { FlaskConical } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useCluster } from '#lib/query/live.ts'

/** Says that nothing here is real; it cannot be closed. */
export function DemoBanner() {
  const { shell } = useMessages()
  const cluster = useCluster()
  if (cluster?.demo !== true) return null
  return (
    <aside
      aria-label={shell.demo.label}
      className="border-b border-accent-fg/20 bg-accent-tint text-accent-fg"
    >
      <p className="flex min-h-8 items-center gap-2 px-6 py-1 text-xs max-tablet:px-3.5">
        <Icon of={FlaskConical} size="small" />
        <span>
          <strong className="font-semibold">{shell.demo.title}</strong> {shell.demo.text}
        </span>
      </p>
    </aside>
  )
}

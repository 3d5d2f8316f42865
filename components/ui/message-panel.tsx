import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '#components/ui/icon.tsx'
import { Panel } from '#components/ui/panel.tsx'

interface MessagePanelProps {
  readonly icon?: LucideIcon
  readonly title: string
  readonly text: ReactNode
  /** More words, and a button. */
  readonly children: ReactNode
}

/** In place of a page: why it is not there. */
export function MessagePanel({ icon, title, text, children }: MessagePanelProps) {
  return (
    <Panel className="mx-auto mt-[8vh] max-w-[560px] px-8 py-7 max-tablet:px-5">
      {icon !== undefined && <Icon of={icon} size="large" className="mb-3 text-fg-2" />}
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-2 text-pretty text-fg-2">{text}</p>
      {children}
    </Panel>
  )
}

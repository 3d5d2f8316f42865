'use client'

import { ShieldAlert } from 'lucide-react'
import { Line } from '#components/machines/reason-line.tsx'
import { useMessages } from '#components/messages.tsx'
import { Icon } from '#components/ui/icon.tsx'
import type { Alarm } from '#lib/query/domain-types.ts'

/** In a row: a certificate is not what was approved, and in what. */
export function AlarmLine({ alarm }: { readonly alarm: Alarm }) {
  return (
    <div className="grid min-w-0 leading-[18px]">
      <AlarmHead />
      <AlarmDiffers alarm={alarm} />
    </div>
  )
}

function AlarmHead() {
  const { alarm } = useMessages()
  return (
    <span className="flex min-w-0 items-center gap-1.5 font-semibold text-bad-fg">
      <Icon of={ShieldAlert} className="size-[15px] flex-none" />
      <Line text={alarm.row} />
    </span>
  )
}

/** The second line; alone, under a verdict, it has to say what it is about. */
export function AlarmDiffers({ alarm, alone = false }: { alarm: Alarm; alone?: boolean }) {
  const { alarm: words } = useMessages()
  const whats = alarm.differs.map((what) => whatOf(words.whats, what) ?? words.untold)
  const differs = alarm.differs.includes('unreadable') ? words.unreadableRow : words.differs(whats)
  return (
    <span className="flex min-w-0 items-center gap-1 text-xs font-medium text-bad-fg">
      {alone && <Icon of={ShieldAlert} size="small" className="flex-none" />}
      <Line text={alone ? words.row : differs} />
    </span>
  )
}

/** Its name in the catalogue; null for one this page does not know. */
export function whatOf(names: Readonly<Record<string, string>>, what: string): string | null {
  return Object.hasOwn(names, what) ? (names[what] ?? null) : null
}

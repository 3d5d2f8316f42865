import { ShieldAlert } from 'lucide-react'
import { Line, ReasonLine } from '#components/reason-line.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { plainWords, useMessages } from '#components/ui/messages.tsx'
import { knownDecider } from '#lib/csr/decider.ts'
import type { Alarm } from '#lib/csr/model.ts'
import type { RecordedAlarm } from '#lib/wire/request-record.ts'

interface AlarmProps<Shown> {
  readonly alarm: Shown
  /** Number of alarms of the machine, including this one. */
  readonly count?: number
}

/** An alarm in a row; below it, the differences or the failed check. */
export function AlarmLine({ alarm, count = 1 }: AlarmProps<RecordedAlarm>) {
  return (
    <div className="grid min-w-0 leading-[18px]">
      <span className="flex min-w-0 items-center gap-1.5 font-semibold text-bad-fg">
        <Icon of={ShieldAlert} className="size-[15px] flex-none" />
        <AlarmTitle alarm={alarm} />
        <More than={count} />
      </span>
      <span className="flex min-w-0 items-center gap-1 text-xs font-medium text-bad-fg">
        <AlarmReason alarm={alarm} />
      </span>
    </div>
  )
}

/** The second line of a row that also has a verdict. */
export function AlarmBelow({ alarm, count = 1 }: AlarmProps<Alarm>) {
  return (
    <span className="flex min-w-0 items-center gap-1 text-xs font-medium text-bad-fg">
      <Icon of={ShieldAlert} size="small" className="flex-none" />
      <AlarmTitle alarm={alarm} />
      <More than={count} />
    </span>
  )
}

function More({ than }: { readonly than: number }) {
  const { alarm: words } = useMessages()
  return than > 1 && <span className="flex-none font-normal">{words.more(than - 1)}</span>
}

/** The kinds of differences, or the check that failed. */
export function AlarmReason({ alarm }: { readonly alarm: RecordedAlarm }) {
  if (alarm.kind === 'issuedOtherwise') return <Differs differs={alarm.differs} />
  return <ReasonLine reason={alarm.reason} verdict={alarm.verdict} />
}

export function AlarmTitle({ alarm }: { readonly alarm: RecordedAlarm }) {
  const { alarm: words } = useMessages()
  return (
    <Line text={alarm.kind === 'issuedOtherwise' ? words.row : words.against.row[alarm.verdict]} />
  )
}

function Differs({ differs }: { readonly differs: readonly string[] }) {
  const { alarm: words } = useMessages()
  const whats = differs.map((what) => whatOf(words.whats, what) ?? words.unlisted)
  return <Line text={differs.includes('unreadable') ? words.unreadableRow : words.differs(whats)} />
}

/** The decider of a request, as its condition says. */
export function useDeciderWords(alarm: Parameters<typeof knownDecider>[0]): string {
  const { activity } = useMessages()
  return plainWords(activity.by[knownDecider(alarm)], { by: alarm.decidedBy ?? '' })
}

/** The name of a difference in the catalogue; null for one that this page does not know. */
export function whatOf(names: Readonly<Record<string, string>>, what: string): string | null {
  return Object.hasOwn(names, what) ? (names[what] ?? null) : null
}

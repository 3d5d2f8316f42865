import { Info } from 'lucide-react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { plainWords, useMessages, Words } from '#components/ui/messages.tsx'
import { VALUE_KINDS } from '#lib/csr/checks/value-kinds.ts'
import type { Reason, Verdict } from '#lib/csr/model.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'
import type { Times } from '#lib/messages/grammar/time.ts'

/** Values of a finding for people: times and spans instead of timestamps. */
export function readableValues(
  values: Readonly<Record<string, string>> | undefined,
  times: Times,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, readable(name, value, times)]),
  )
}

function readable(name: string, value: string, times: Times): string {
  switch (VALUE_KINDS.get(name)) {
    case 'time':
      return readableTime(value, times)
    case 'seconds':
      return /^\d+$/.test(value) ? times.span(Number(value)) : value
    default:
      return value
  }
}

/** Leaves a value that is no time unchanged. */
export function readableTime(value: string, times: Times): string {
  const at = Date.parse(value)
  return Number.isNaN(at) ? value : times.moment(at, Date.now())
}

/** Words of a reason, with values for people. */
export function useReasonWords(reason: Reason | null) {
  const { checks, times } = useMessages()
  const words = reason && findingWords(checks.table, reason.code, reason.finding)
  return { words, blanks: readableValues(reason?.values, times) }
}

interface ReasonLineProps {
  readonly reason: Reason | null
  readonly verdict: Verdict | null
  readonly className?: string
}

/** The reason of the verdict in one line; hover and focus show it in full. */
export function ReasonLine({ reason, verdict, className }: ReasonLineProps) {
  const short = useReasonShort(reason, verdict)
  return short && <Line {...short} className={className} />
}

/** The reason of the verdict as plain text; null where there is none. */
export function useReasonText(reason: Reason | null, verdict: Verdict | null): string | null {
  const short = useReasonShort(reason, verdict)
  return short && plainWords(short.text, short.blanks)
}

function useReasonShort(reason: Reason | null, verdict: Verdict | null) {
  const { checks } = useMessages()
  const { words, blanks } = useReasonWords(reason)
  if (reason !== null) return { text: words?.short ?? checks.unlisted, blanks }
  return verdict === 'plausible' ? { text: checks.nothingConfirms, blanks } : null
}

interface WarningLineProps {
  readonly warning: Reason
  readonly className?: string
}

/** Amber warning: why the next request of a sound machine will be held back. */
export function WarningLine({ warning, className }: WarningLineProps) {
  const { words, blanks } = useReasonWords(warning)
  const { checks } = useMessages()
  return (
    <span
      className={classNames(
        'flex max-w-full min-w-0 items-center gap-[5px] text-warn-fg',
        className,
      )}
    >
      <Icon of={Info} size="small" />
      <Line text={words?.short ?? checks.unlisted} blanks={blanks} />
    </span>
  )
}

interface LineProps {
  readonly text: string
  readonly blanks?: Readonly<Record<string, string>>
  readonly className?: string | undefined
}

/** One line of the catalogue that may be cut off. */
export function Line({ text, blanks = {}, className }: LineProps) {
  return (
    <span
      data-full={plainWords(text, blanks)}
      className={classNames('flex max-w-full min-w-0', className)}
    >
      <span className="min-w-0 truncate">
        <Words text={text} blanks={blanks} />
      </span>
    </span>
  )
}

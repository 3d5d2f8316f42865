import { CalendarDays, ChevronDown } from 'lucide-react'
import { type DayRange, noonOf } from '#components/activity/day-range.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { Popover } from '#components/ui/popover.tsx'

interface DayRangeFieldProps extends DayRange {
  readonly onFrom: (day: string) => void
  readonly onTo: (day: string) => void
}

/** The range in words; null for every day. */
export function useRangeName({ from, to }: DayRange): string | null {
  const { activity, times } = useMessages()
  const { date, shown } = activity.days
  const name = (day: string) => {
    const noon = noonOf(day)
    return noon === null ? '' : date(times.day(noon), day.slice(0, 4))
  }
  const [first, last] = [name(from), name(to)]
  return first === '' && last === '' ? null : shown(first, last)
}

/** Button that names the days of the list, and the fields that change them. */
export function DayRangeField({ from, to, onFrom, onTo }: DayRangeFieldProps) {
  const { days: texts } = useMessages().activity
  const name = useRangeName({ from, to })
  const field = (label: string, value: string, onChange: (day: string) => void, bound: object) => (
    <label className="grid gap-1 text-xs text-fg-2">
      {label}
      <input
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 rounded-md border border-line-control bg-surface px-2 text-sm text-fg max-tablet:h-11"
        {...bound}
      />
    </label>
  )
  return (
    <Popover
      title={texts.label}
      trigger={
        <Button icon={CalendarDays} className="max-tablet:h-11">
          {name ?? texts.any}
          <Icon of={ChevronDown} size="small" />
        </Button>
      }
    >
      <div className="mt-2 flex flex-wrap items-end gap-2">
        {field(texts.from, from, onFrom, to === '' ? {} : { max: to })}
        {field(texts.to, to, onTo, from === '' ? {} : { min: from })}
        {(from !== '' || to !== '') && (
          <Button
            className="max-tablet:h-11"
            onClick={() => {
              onFrom('')
              onTo('')
            }}
          >
            {texts.any}
          </Button>
        )}
      </div>
      <p className="mt-2 text-xs">{texts.hint}</p>
    </Popover>
  )
}

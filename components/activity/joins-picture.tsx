import { type KeyboardEvent, useRef, useState } from 'react'
import { type JoinPoint, joinPicture, PICTURE } from '#components/activity/join-points.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { HOUR_SECONDS } from '#lib/csr/units-of-time.ts'
import type { DayOfJoins } from '#lib/wire/join-answers.ts'

/** Spans with a grid line and a label, in seconds. */
const SPANS = [300, 900, HOUR_SECONDS] as const

/**
 * Chart of machines that joined and began to wait each day, and how long they took. Keys and
 * pointer choose a day, whose numbers are shown above. The table has the same numbers.
 */
export function JoinsPicture({ days }: { readonly days: readonly DayOfJoins[] }) {
  const { activity, times } = useMessages()
  const { joins: texts } = activity
  const words = useDayWords()
  const [chosen, setChosen] = useState(days.length - 1)
  const drawing = useRef<SVGSVGElement>(null)
  const { points, marks, spanAt } = joinPicture(days)
  const at = Math.min(chosen, days.length - 1)
  const day = days[at]

  function onKeyDown(event: KeyboardEvent): void {
    const last = days.length - 1
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key]
    if (next === undefined) return
    event.preventDefault()
    const place = Math.max(0, Math.min(last, next))
    setChosen(place)
    drawing.current?.querySelectorAll<SVGGElement>('[data-day]')[place]?.focus()
  }

  return (
    <>
      <p aria-hidden="true" className="mb-2 text-xs text-fg-2 tabular-nums">
        {day !== undefined && (
          <>
            <span className="mr-3 font-semibold text-fg">
              {words.day(day, at === days.length - 1)}
            </span>
            {words.numbers(day)}
          </>
        )}
      </p>
      <div className="pl-11">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form */}
        <svg
          ref={drawing}
          role="group"
          aria-label={texts.about(texts.title)}
          width="100%"
          height={PICTURE.height}
          className="block overflow-visible"
          onKeyDown={onKeyDown}
        >
          {marks.map(({ machines, y }) => (
            <Scale key={machines} y={y} label={String(machines)} />
          ))}
          {SPANS.map((seconds) => (
            <Scale
              key={seconds}
              y={spanAt(seconds)}
              label={seconds === HOUR_SECONDS ? texts.hour : times.span(seconds)}
              isHour={seconds === HOUR_SECONDS}
            />
          ))}
          {points.map((point, index) => (
            <Day
              key={point.day.day}
              point={point}
              next={points[index + 1]}
              label={`${words.day(point.day, index === days.length - 1)}: ${words.numbers(point.day)}`}
              isChosen={index === at}
              onChoose={() => setChosen(index)}
            />
          ))}
        </svg>
      </div>
    </>
  )
}

/** Words for a day and for its numbers. */
function useDayWords() {
  const { activity, joined, times } = useMessages()
  const { joins: texts } = activity
  return {
    day: ({ day }: DayOfJoins, isToday: boolean) =>
      isToday ? texts.today : times.day(Date.parse(`${day}T12:00:00`)),
    numbers({ p50, p95, ...day }: DayOfJoins) {
      const counts = texts.ofDay(day.joined, day.late, day.waiting)
      if (p50 === null || p95 === null) return counts
      return joined.list([counts, texts.within(times.longSpan(p50), times.longSpan(p95))])
    },
  }
}

interface ScaleProps {
  readonly y: number
  readonly label: string
  readonly isHour?: boolean
}

/** A grid line, with its label beside the chart. */
function Scale({ y, label, isHour = false }: ScaleProps) {
  return (
    <>
      <line
        x1="0"
        x2="100%"
        y1={y}
        y2={y}
        strokeDasharray={isHour ? '3 3' : undefined}
        className={isHour ? 'stroke-bad-mark' : 'stroke-line-soft'}
      />
      <text
        x="-8"
        y={y}
        textAnchor="end"
        dominantBaseline="central"
        className={`text-2xs tabular-nums ${isHour ? 'fill-bad-fg font-medium' : 'fill-fg-3'}`}
      >
        {label}
      </text>
    </>
  )
}

interface DayProps {
  readonly point: JoinPoint
  /** The next day; undefined for the last. */
  readonly next: JoinPoint | undefined
  readonly label: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}

/** One day of the chart, chosen by keys or pointer. */
function Day({ point, next, label, isChosen, onChoose }: DayProps) {
  const { day, x, width, inTime, late, waiting, p50, p95, name } = point
  const middle = `${x + width / 2}%`
  const bar = { x: `${x + width * 0.2}%`, width: `${width * 0.6}%`, rx: 1 }
  return (
    <>
      {p50 !== null && next?.p50 != null && (
        <line
          x1={middle}
          x2={`${next.x + next.width / 2}%`}
          y1={p50}
          y2={next.p50}
          className="stroke-fg-3"
        />
      )}
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the keys go from day to day, as in a list */}
      <g
        role="img"
        data-day={day.day}
        aria-label={label}
        tabIndex={isChosen ? 0 : -1}
        onFocus={onChoose}
        onPointerEnter={onChoose}
        onPointerDown={onChoose}
      >
        <rect
          x={`${x}%`}
          width={`${width}%`}
          y="0"
          height={PICTURE.spans.bottom}
          className={isChosen ? 'fill-sunken' : 'fill-transparent'}
        />
        {inTime !== null && <rect {...bar} {...inTime} className="fill-good-mark" />}
        {late !== null && (
          // A gap separates the bars, so that they do not depend on colour alone.
          <rect
            {...bar}
            y={late.y}
            height={Math.max(2, late.height - 2)}
            className="fill-bad-mark"
          />
        )}
        {waiting !== null && (
          <line
            x1={`${x + width * 0.1}%`}
            x2={`${x + width * 0.9}%`}
            y1={waiting}
            y2={waiting}
            strokeWidth="2"
            className="stroke-fg-2"
          />
        )}
        {p50 !== null && p95 !== null && (
          <line x1={middle} x2={middle} y1={p50} y2={p95} className="stroke-line-control" />
        )}
        {p95 !== null && <circle cx={middle} cy={p95} r="3" className="fill-surface stroke-fg-2" />}
        {p50 !== null && <circle cx={middle} cy={p50} r="2.5" className="fill-fg" />}
      </g>
      {name !== null && (
        <text
          x={name === 'last' ? '100%' : middle}
          y={PICTURE.height - 4}
          textAnchor={name === 'last' ? 'end' : 'middle'}
          className="fill-fg-3 text-2xs"
        >
          {label.slice(0, label.indexOf(':'))}
        </text>
      )}
    </>
  )
}

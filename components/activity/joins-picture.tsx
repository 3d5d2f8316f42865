import { type JoinPoint, joinPicture, PICTURE } from '#components/activity/join-points.ts'
import { useMessages } from '#components/messages.tsx'
import type { DayOfJoins, Joins } from '#lib/query/domain-types.ts'

interface JoinsPictureProps {
  readonly days: readonly DayOfJoins[]
  readonly all: Joins
}

const grid = 'stroke-line-soft'
const label = 'fill-fg-3 text-2xs'

/**
 * Machines that joined and began to wait each day, and how long they took. The table has the same
 * numbers.
 */
export function JoinsPicture({ days, all }: JoinsPictureProps) {
  const { activity, times } = useMessages()
  const { joins: texts } = activity
  const { points, most, longest, hourAt } = joinPicture(days)
  const { bars, spans, height } = PICTURE
  const timeOf = (day: string) => times.day(Date.parse(`${day}T12:00:00`))
  return (
    <>
      <Legend />
      <svg
        role="img"
        aria-label={texts.about(all.joined, all.late)}
        width="100%"
        height={height}
        className="block overflow-visible"
      >
        {[bars.top, bars.bottom, spans.top, spans.bottom].map((y) => (
          <line key={y} x1="0" x2="100%" y1={y} y2={y} className={grid} />
        ))}
        <line
          x1="0"
          x2="100%"
          y1={hourAt}
          y2={hourAt}
          strokeDasharray="3 3"
          className="stroke-bad-mark"
        />
        <text x="0" y="14" className="fill-fg-2 text-xs">
          {texts.machines}
        </text>
        <text x="100%" y="20" textAnchor="end" className={label}>
          {most}
        </text>
        <text x="0" y="170" className="fill-fg-2 text-xs">
          {texts.span}
        </text>
        <text x="100%" y={spans.top - 4} textAnchor="end" className={label}>
          {times.span(longest)}
        </text>
        <text x="100%" y={hourAt - 4} textAnchor="end" className="fill-bad-fg text-2xs">
          {texts.hour}
        </text>
        {points.map((point) => (
          <Day key={point.day.day} point={point} />
        ))}
        <text x="0" y={height - 4} className={label}>
          {timeOf(days[0]?.day ?? '')}
        </text>
        <text x="100%" y={height - 4} textAnchor="end" className={label}>
          {timeOf(days.at(-1)?.day ?? '')}
        </text>
      </svg>
    </>
  )
}

function Day({ point }: { readonly point: JoinPoint }) {
  const { x, width, inTime, late, waiting, p50, p95 } = point
  const middle = `${x + width / 2}%`
  const bar = { x: `${x + width * 0.2}%`, width: `${width * 0.6}%`, rx: 1.5 }
  return (
    <g>
      {inTime !== null && <rect {...bar} {...inTime} className="fill-good-mark" />}
      {late !== null && (
        // The gap sets it off without its colour.
        <rect {...bar} y={late.y} height={Math.max(2, late.height - 2)} className="fill-bad-mark" />
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
        <line x1={middle} x2={middle} y1={p50} y2={p95} className="stroke-fg-3" />
      )}
      {p95 !== null && <circle cx={middle} cy={p95} r="3.5" className="fill-surface stroke-fg-2" />}
      {p50 !== null && <circle cx={middle} cy={p50} r="3" className="fill-fg" />}
    </g>
  )
}

function Legend() {
  const { legend } = useMessages().activity.joins
  const square = 'size-2.5 rounded-xs'
  const dot = 'size-2 rounded-full'
  const marks = {
    joined: `${square} bg-good-mark`,
    late: `${square} bg-bad-mark`,
    waiting: 'h-0.5 w-3 bg-fg-2',
    p50: `${dot} bg-fg`,
    p95: `${dot} border border-fg-2`,
  } as const
  const names = ['joined', 'late', 'waiting', 'p50', 'p95'] as const
  return (
    <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
      {names.map((name) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={marks[name]} />
          {legend[name]}
        </li>
      ))}
    </ul>
  )
}

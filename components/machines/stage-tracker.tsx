import { classNames } from '#components/ui/class-names.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { isStopped, type Stage } from '#lib/csr/rows/rows.ts'

/** The five stops every machine passes, in order. */
export const STOPS = [
  'clientRequested',
  'clientIssued',
  'servingRequested',
  'servingIssued',
  'ready',
] as const satisfies readonly Stage[]

/**
 * State of a stop. `now`: the viewer must act. `wait`: the cluster must act. `all`: the machine has
 * joined.
 */
export type Stop = 'done' | 'now' | 'wait' | 'failed' | 'denied' | 'all' | 'ahead'

export interface StageFacts {
  readonly stage: Stage
  readonly waitingForSigner: boolean
  /** Whether the cluster must act next, not a person. */
  readonly waiting: boolean
  /** Index of the stop at which a `failed` or `denied` machine stands. */
  readonly stoppedAt?: number | undefined
}

/** The position (0–4) and the look of each stop. */
export function stopsOf(facts: StageFacts): { readonly at: number; readonly stops: Stop[] } {
  const { stage } = facts
  if (stage === 'ready' && !facts.waiting) return { at: 4, stops: STOPS.map(() => 'all') }
  const at = isStopped(stage) ? (facts.stoppedAt ?? 0) : STOPS.indexOf(stage)
  const now: Stop = isStopped(stage) ? stage : facts.waiting ? 'now' : 'wait'
  return {
    at,
    stops: STOPS.map((_, index) => (index < at ? 'done' : index === at ? now : 'ahead')),
  }
}

interface StageTrackerProps extends StageFacts {
  /** `side` by side, or as the width allows. */
  readonly label?: 'auto' | 'side'
}

export function StageTracker({ label = 'auto', ...facts }: StageTrackerProps) {
  const { common } = useMessages()
  const { at, stops } = stopsOf(facts)
  const words = facts.waitingForSigner ? common.stages.waitingForSigner : common.stages[facts.stage]
  return (
    <div
      className={classNames(
        'flex min-w-0 items-center gap-2.5 max-roomy:flex-wrap max-roomy:gap-x-1.5 max-roomy:gap-y-0.5',
        label === 'auto' &&
          'roomy:max-wide:flex-col roomy:max-wide:items-start roomy:max-wide:gap-1',
      )}
    >
      <Stops stops={stops} label={common.stages.position(at + 1)} />
      <span
        className={classNames(
          'min-w-0 text-sm/[17px] text-balance max-roomy:whitespace-nowrap',
          label === 'auto' &&
            'roomy:max-wide:max-w-full roomy:max-wide:truncate roomy:max-wide:text-xs roomy:max-wide:text-fg-2',
        )}
      >
        {words}
      </span>
    </div>
  )
}

/* Dots sit on a 16 px grid, and lines fill the gaps, in every state. */
const PITCH = 18
const RADIUS = 3.75
const STROKES: Record<Stop, string> = {
  done: 'fill-fg-2 stroke-fg-2',
  all: 'fill-good-mark stroke-good-mark',
  now: 'fill-surface stroke-accent-fg',
  wait: 'fill-none stroke-line',
  failed: 'fill-bad-mark stroke-bad-mark',
  denied: 'fill-fg-3 stroke-fg-3',
  ahead: 'fill-surface stroke-line-control opacity-75',
}
const BIG: ReadonlySet<Stop> = new Set(['now', 'wait', 'failed', 'denied'])

interface StopsProps {
  readonly stops: readonly Stop[]
  /** Name of the present stop. */
  readonly label: string
}

function Stops({ stops, label }: StopsProps) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 86 14"
      width={86}
      height={14}
      className="flex-none overflow-visible max-roomy:w-16"
      strokeWidth={1.5}
    >
      {stops.map((stop, index) => {
        const x = 7 + index * PITCH
        const before = stops[index - 1]
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: five stops, always in this order
          <g key={index}>
            {before !== undefined && (
              <line
                x1={x - PITCH + (BIG.has(before) ? 7.5 : 5.5)}
                x2={x - (BIG.has(stop) ? 7.5 : 5.5)}
                y1={7}
                y2={7}
                className={
                  before === 'all'
                    ? 'stroke-good-mark'
                    : before === 'done'
                      ? 'stroke-fg-2'
                      : 'stroke-line-control opacity-60'
                }
              />
            )}
            <circle
              cx={x}
              cy={7}
              r={BIG.has(stop) ? 5.5 : RADIUS}
              strokeWidth={BIG.has(stop) ? 2 : 1.5}
              className={STROKES[stop]}
            />
            {stop === 'now' && <circle cx={x} cy={7} r={2.5} className="fill-accent-fg" />}
            {stop === 'wait' && (
              <path
                d={`M${x} 1.5a5.5 5.5 0 0 1 0 11`}
                strokeWidth={2}
                className="animate-arc fill-none stroke-fg-2 [transform-box:view-box]"
                style={{ transformOrigin: `${x}px 7px` }}
              />
            )}
            {(stop === 'failed' || stop === 'denied') && (
              <path d={`M${x - 3} 7h6`} strokeWidth={2} className="stroke-surface" />
            )}
          </g>
        )
      })}
    </svg>
  )
}

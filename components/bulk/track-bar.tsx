import { classNames } from '#components/ui/class-names.ts'
import { useMessages } from '#components/ui/messages.tsx'

interface TrackBarProps {
  readonly done: number
  readonly all: number
  readonly label: string
}

/** Most machines for which the bar has a cell each; above it, the bar is one cell. */
const CELLS = 24

/** A bar of progress: `done` of `all`. */
export function TrackBar({ done, all, label }: TrackBarProps) {
  const { bulk } = useMessages()
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={done}
      aria-valuemin={0}
      aria-valuemax={all}
      aria-valuetext={bulk.run.trackValue(done, all)}
      className="flex h-1.5 gap-[3px] overflow-hidden rounded-[2px]"
    >
      {all <= CELLS ? (
        Array.from({ length: all }, (_, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: cells never move
            key={at}
            className={classNames('flex-1 rounded-[2px]', at < done ? 'bg-good-mark' : 'bg-track')}
          />
        ))
      ) : (
        <span className="relative flex-1 bg-track">
          <span
            className="absolute inset-0 origin-left bg-good-mark"
            style={{ transform: `scaleX(${(done / all).toFixed(4)})` }}
          />
        </span>
      )}
    </div>
  )
}

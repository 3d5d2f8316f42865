import { Clock } from 'lucide-react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { useCluster } from '#lib/query/live.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunTracksProps {
  /** The run, which is under way. */
  readonly run: RunSummary
  readonly now: number
}

const TRACKS = ['clientApproved', 'servingRequested', 'servingApproved', 'ready'] as const

/** The steps of a run with the machines at each, the reason why it waits, and its counts. */
export function RunTracks({ run, now }: RunTracksProps) {
  const { bulk, times } = useMessages()
  const texts = bulk.run
  const user = useCluster()?.user ?? null
  const counted = useCounted()
  const { progress, pause, followUntil, haltedBy } = run
  const { machines: all, heldBack, notNeeded, rate, secondsLeft, waitingForKubelets } = progress
  return (
    <>
      {followUntil !== null && (
        <p className="flex items-center gap-2.5 border-b border-line bg-accent-tint px-5 py-2 text-fg-2">
          <Icon of={Clock} className="text-accent-fg" />
          {texts.follows(times.exactMoment(followUntil, now))}
        </p>
      )}
      <div className="grid gap-2.5 px-5 py-4">
        {TRACKS.map((track) => (
          <div
            key={track}
            className="grid grid-cols-[148px_minmax(0,1fr)_72px] items-center gap-3 max-tablet:grid-cols-[124px_minmax(0,1fr)_60px] ja:max-tablet:grid-cols-[148px_minmax(0,1fr)_60px]"
          >
            <span>{texts.tracks[track]}</span>
            <TrackBar done={progress.steps[track]} all={all} label={texts.tracks[track]} />
            <span className="text-right text-fg-3 tabular-nums">
              <b className="font-semibold text-fg">{progress.steps[track]}</b> / {all}
            </span>
          </div>
        ))}
      </div>
      {pause !== null && (
        // RunAnnouncer says it to screen readers, also when this dialog is closed.
        <p className="border-t border-warn-edge bg-warn-tint px-5 py-2 text-warn-fg">
          <Sentences>
            {pause.why === 'person' && haltedBy !== null && haltedBy !== user ? (
              <Words text={texts.pausedBy} blanks={{ user: haltedBy }} />
            ) : (
              texts.paused[pause.why]
            )}
            {/* No time is promised for `otherUser`: the server may still act as another user then. */}
            {pause.why !== 'otherUser' &&
              pause.until !== null &&
              pause.until > now &&
              texts.pausedUntil((pause.until - now) / 1_000)}
          </Sentences>
        </p>
      )}
      <p className="flex flex-wrap gap-x-5 gap-y-1 border-y border-line-soft px-5 py-2.5 text-xs text-fg-2 tabular-nums">
        <span>{counted(run)}</span>
        {rate !== null && <span>{texts.rate(rate)}</span>}
        {secondsLeft !== null && <span>{texts.timeLeft(secondsLeft)}</span>}
        {waitingForKubelets > 0 && <span>{texts.waitingOnKubelets(waitingForKubelets)}</span>}
        {heldBack > 0 && <span>{texts.heldBack(heldBack)}</span>}
        {notNeeded > 0 && <span>{texts.notNeeded(notNeeded)}</span>}
      </p>
    </>
  )
}

interface TrackBarProps {
  readonly done: number
  readonly all: number
  readonly label: string
}

/** Most machines for which the bar has a cell each; above it, the bar is one cell. */
const CELLS = 24

/** A bar of progress: `done` of `all`. */
function TrackBar({ done, all, label }: TrackBarProps) {
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

/**
 * Words for the number of approved requests. For a run that follows a click, the request of the
 * click and those of the run are counted apart.
 */
export function useCounted(): (run: Pick<RunSummary, 'clicked' | 'progress'>) => string {
  const texts = useMessages().bulk.run
  return ({ clicked, progress: { decided, total } }) =>
    // One of the run's requests is the one that the click approved.
    clicked === null ? texts.approved(decided, total) : texts.followed(clicked, decided - 1)
}

import { Ban, Check, X } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { Step } from '#components/machine/steps.ts'
import type { Stop } from '#components/machines/stage-tracker.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Expander } from '#components/ui/expander.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'

interface TimeFrameProps extends StepListProps {
  readonly clock: ReactNode
}

/** The time left, and the stages passed. */
export function TimeFrame({ clock, steps, factsOf }: TimeFrameProps) {
  const { machine } = useMessages()
  return (
    <section
      aria-label={machine.time.label}
      className={classNames(
        panelLook,
        'mb-6 grid grid-cols-[236px_minmax(0,1fr)] max-wide:grid-cols-[212px_minmax(0,1fr)] max-tablet:grid-cols-1',
      )}
    >
      <div className="border-r border-line-soft px-5 pt-[18px] pb-5 max-tablet:border-r-0 max-tablet:border-b max-tablet:px-3.5 max-tablet:py-3">
        {clock}
      </div>
      <StepList steps={steps} factsOf={factsOf} />
    </section>
  )
}

const DOTS: Record<Stop, string> = {
  done: 'bg-fg-2 border-fg-2 text-surface',
  all: 'bg-good-mark border-good-mark text-surface',
  now: 'border-2 border-accent-fg text-accent-fg bg-surface',
  wait: 'border-fg-2 text-fg-2 bg-surface',
  failed: 'bg-bad-mark border-bad-mark text-surface',
  denied: 'bg-fg-3 border-fg-3 text-surface',
  ahead: 'border-line-control text-fg-3 bg-surface',
}
const GLYPHS: Partial<Record<Stop, typeof Check>> = {
  done: Check,
  all: Check,
  failed: X,
  denied: Ban,
}

interface StepListProps {
  readonly steps: readonly Step[]
  /** Known facts of a stop, or what it still needs. */
  readonly factsOf: (step: Step) => ReactNode
}

function StepList({ steps, factsOf }: StepListProps) {
  const { machine, common } = useMessages()
  const [open, setOpen] = useState(false)
  const id = useId()
  // Phones show only the present stage.
  const now = nowAmong(steps)
  return (
    <div className="relative min-w-0 self-center">
      <ol
        id={id}
        aria-label={machine.steps.stagesLabel}
        className={classNames(
          'grid grid-cols-5 px-5 py-[18px] max-tablet:grid-cols-1 max-tablet:gap-3 max-tablet:px-3.5 max-tablet:py-3',
          !open && 'max-tablet:pr-32 max-tablet:print:pr-3.5',
        )}
      >
        {steps.map((step, index) => {
          const Glyph = GLYPHS[step.state]
          const next = steps[index + 1]
          const current = step.state === 'now' || step.state === 'wait'
          return (
            <li
              key={step.name}
              aria-current={current ? 'step' : undefined}
              className={classNames(
                'relative min-w-0 pr-3 max-tablet:grid max-tablet:grid-cols-[22px_minmax(0,1fr)] max-tablet:gap-x-3 max-tablet:pr-0 max-tablet:print:grid',
                !open && index !== now && 'max-tablet:hidden',
              )}
            >
              {next !== undefined && (
                <span
                  aria-hidden
                  className={classNames(
                    !open && 'max-tablet:hidden',
                    'absolute top-[10.5px] left-[26px] h-[1.5px] w-[calc(100%-30px)] max-tablet:top-[26px] max-tablet:-bottom-2 max-tablet:left-2.5 max-tablet:h-auto max-tablet:w-[1.5px]',
                    next.state === 'ahead'
                      ? 'bg-line'
                      : next.state === 'all'
                        ? 'bg-good-mark'
                        : 'bg-fg-2',
                  )}
                />
              )}
              <span
                aria-hidden
                className={classNames(
                  'mb-2.5 grid size-[22px] place-items-center rounded-full border-[1.5px] text-2xs leading-none font-medium max-tablet:mb-0',
                  DOTS[step.state],
                )}
              >
                {Glyph === undefined ? (
                  index + 1
                ) : (
                  <Glyph width={12} height={12} strokeWidth={2.75} />
                )}
              </span>
              <div className="min-w-0">
                <p className={step.state === 'ahead' ? 'text-fg-3' : 'font-medium'}>
                  {common.stages[step.name]}
                </p>
                <div className="text-xs/[17px] text-fg-3">{factsOf(step)}</div>
              </div>
            </li>
          )
        })}
      </ol>
      <Expander
        open={open}
        onOpen={setOpen}
        aria-controls={id}
        className={classNames(
          'tablet:hidden print:hidden',
          open ? 'mb-2 ml-1' : 'absolute top-2 right-1',
        )}
      >
        {open ? machine.steps.fewer : machine.steps.all(steps.length)}
      </Expander>
    </div>
  )
}

/** Index of the stage that phones show: the present one, else the last one reached. */
function nowAmong(steps: readonly Step[]): number {
  const now = steps.findLastIndex(({ state }) => state !== 'ahead' && state !== 'done')
  return now === -1
    ? Math.max(
        0,
        steps.findLastIndex(({ state }) => state === 'done'),
      )
    : now
}

import { MessageSquare } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import type { usePlanOrder } from '#components/bulk/plan-order.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { NOTE_LIMIT } from '#lib/csr/policy/decision-message.ts'
import { FOLLOW_MINUTES } from '#lib/wire/run-answers.ts'

const MINUTES = [FOLLOW_MINUTES, 30, 60] as const

/** Options of a plan besides its machines: older duplicates, following, and the note. */
export function PlanAlso(props: ReturnType<typeof usePlanOrder>['also']) {
  const { shutdown, onShutdown, superseded, onSuperseded, follow, onFollow, note, onNote } = props
  const texts = useMessages().bulk.preflight
  const hintId = useId()
  return (
    <div className="text-fg-2 *:flex *:min-h-9 *:items-center *:gap-3 *:border-b *:border-line-soft *:px-5 *:py-1 *:last:border-b-0 max-tablet:*:min-h-10">
      {shutdown !== null && (
        <Ticked checked={shutdown} onTick={onShutdown}>
          <Sentences>
            <b className="font-medium text-fg">{texts.byRole.shutdown.title}</b>
            <span className="max-tablet:sr-only">{texts.byRole.shutdown.text}</span>
          </Sentences>
        </Ticked>
      )}
      {superseded !== null && (
        <Ticked checked={superseded.on} onTick={onSuperseded}>
          <b className="font-medium text-fg">{texts.superseded.title(superseded.count)}</b>
          <span className="max-tablet:sr-only">{texts.superseded.order}</span>
        </Ticked>
      )}
      {follow !== null && (
        <Ticked
          checked={follow.minutes !== null}
          onTick={(on) => onFollow(on ? FOLLOW_MINUTES : null)}
        >
          <b className="font-medium text-fg">
            <Words
              text={texts.serving.title}
              blanks={{
                minutes: (
                  <select
                    aria-label={texts.serving.minutes}
                    value={follow.minutes ?? FOLLOW_MINUTES}
                    onChange={({ target }) => onFollow(Number(target.value))}
                    className="h-6 [field-sizing:content] rounded-md border border-line-control bg-surface px-1 font-medium text-fg max-tablet:h-8"
                  >
                    {MINUTES.map((minutes) => (
                      <option key={minutes} value={minutes}>
                        {texts.serving.choice(minutes)}
                      </option>
                    ))}
                  </select>
                ),
              }}
            />
          </b>{' '}
          <span className="max-tablet:sr-only">
            {texts.serving.text[follow.plausible ? 'plausible' : 'verified']}
          </span>
        </Ticked>
      )}
      <div>
        <Icon of={MessageSquare} className="text-fg-3" />
        <input
          aria-label={texts.note.label}
          aria-describedby={hintId}
          placeholder={texts.note.placeholder}
          maxLength={NOTE_LIMIT}
          value={note}
          onChange={({ target }) => onNote(target.value)}
          className="h-8 min-w-0 flex-1 rounded-md border border-line-control bg-surface px-2.5 text-fg placeholder:text-fg-3 max-tablet:h-9"
        />
        <span id={hintId} hidden>
          {texts.note.hint}
        </span>
      </div>
    </div>
  )
}

interface TickedProps {
  readonly checked: boolean
  readonly onTick: (on: boolean) => void
  readonly children: ReactNode
}

/** A box with its label. */
function Ticked({ checked, onTick, children }: TickedProps) {
  const id = useId()
  return (
    <div>
      <Checkbox
        aria-labelledby={id}
        checked={checked}
        onChange={({ currentTarget }) => onTick(currentTarget.checked)}
      />
      <p id={id} className="min-w-0 flex-1">
        {children}
      </p>
    </div>
  )
}

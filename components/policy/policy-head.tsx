import { CirclePause, Eye, Pencil, Power, ShieldCheck } from 'lucide-react'
import type { Ref } from 'react'
import { placeText } from '#components/document/place-text.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { KillSwitch } from '#components/policy/kill-switch.tsx'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { isBuiltIn } from '#lib/csr/policy/policy.ts'
import type { ApproverStatus, PolicyAnswer } from '#lib/query/document-queries.ts'
import { useNow } from '#lib/query/live.ts'

const MODES = {
  off: { icon: Power, look: 'border-line bg-sunken text-fg-2' },
  shadow: { icon: Eye, look: 'border-line bg-accent-tint text-accent-fg' },
  act: { icon: ShieldCheck, look: 'border-good-edge bg-good-tint text-good-fg' },
  paused: { icon: CirclePause, look: 'border-warn-edge bg-warn-tint text-warn-fg' },
} as const

interface LeadsProps {
  readonly approver: ApproverStatus
  readonly now: number
}

function Leads({ approver, now }: LeadsProps) {
  const { policy, times } = useMessages()
  const texts = policy.approver
  const { holder, renewedAt } = approver
  if (holder === '') return <p className="text-xs text-fg-3">{texts.nobody}</p>
  const when = renewedAt === null ? '—' : times.moment(Date.parse(renewedAt), now)
  return (
    <p className="text-xs wrap-anywhere text-fg-3">
      <Words text={texts.leads(when)} blanks={{ holder }} />
    </p>
  )
}

interface PolicyHeadProps {
  readonly answer: PolicyAnswer
  readonly onEdit: () => void
  readonly opener: Ref<HTMLButtonElement>
}

/** Which policy, since when, where it is kept, whether anything acts by it, and the kill switch. */
export function PolicyHead({ answer, onEdit, opener }: PolicyHeadProps) {
  const { policy: texts, times } = useMessages()
  const { head, modes } = texts
  const now = useNow(60_000)
  const { policy, document } = answer
  const place = document?.place ?? null
  const mode = answer.paused === true ? 'paused' : policy.automatic.mode
  const since = head.since(times.moment(Date.parse(answer.inForceSince), now))
  return (
    <section
      aria-label={head.label}
      className={classNames(
        panelLook,
        'grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] max-roomy:grid-cols-1',
      )}
    >
      <div className="grid content-start gap-1 px-5 py-4 max-tablet:px-4">
        <h2 className="min-h-6 text-lg font-semibold tracking-snug wrap-anywhere">
          {isBuiltIn(policy) ? (
            head.builtIn
          ) : (
            <ClusterText text={policy.name} face="sans" truncate="none" />
          )}
        </h2>
        <p className="text-fg-2">
          {!isBuiltIn(policy) && (
            <>
              <Words
                text={head.generation}
                blanks={{
                  generation: <ClusterText text={policy.generation} truncate="none" />,
                }}
              />
              {', '}
              <time dateTime={answer.inForceSince}>{since}</time>.{' '}
            </>
          )}
          {place === null ? (
            <Words text={head.builtInText} />
          ) : (
            <Words
              text={(isBuiltIn(policy) ? head.builtInFor : head)[place.kind]}
              blanks={{ where: <ClusterText text={placeText(place)} truncate="none" /> }}
            />
          )}
        </p>
        {document?.mayEdit === false && <p className="text-xs text-fg-3">{head.readOnly}</p>}
        <div className="mt-2">
          <Button ref={opener} onClick={onEdit} className="max-tablet:h-11 max-tablet:w-full">
            <Icon of={Pencil} size="small" />
            {head.edit}
          </Button>
        </div>
      </div>
      <div className="grid content-start gap-1 border-l border-line px-5 py-4 max-roomy:border-t max-roomy:border-l-0 max-tablet:px-4">
        <p className="flex">
          <span className="sr-only">{modes.label}: </span>
          <span
            className={classNames(
              'inline-flex h-6 items-center gap-1.5 rounded-full border pr-2.5 pl-2 font-medium',
              MODES[mode].look,
            )}
          >
            <Icon of={MODES[mode].icon} size="small" />
            {modes[mode].name}
          </span>
        </p>
        <p className="max-w-[64ch] text-pretty text-fg-2">{modes[mode].text}</p>
        {answer.approver !== null && <Leads approver={answer.approver} now={now} />}
        {answer.paused !== null && document !== null && (
          <KillSwitch paused={answer.paused} mayEdit={document.mayEdit} />
        )}
      </div>
    </section>
  )
}

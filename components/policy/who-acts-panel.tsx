import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleQuestionMark,
  Eye,
  type LucideIcon,
  OctagonPause,
  Power,
  ShieldCheck,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { placeText } from '#components/document/manifest.ts'
import { KillSwitch } from '#components/policy/kill-switch.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Listed, useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { type WhoActs, whoActs } from '#lib/csr/policy/automatic-approver.ts'
import { isBuiltIn } from '#lib/csr/policy/policy.ts'
import { useNow } from '#lib/query/live.ts'
import type { PolicyAnswer } from '#lib/wire/policy-answers.ts'

type Look = readonly [icon: LucideIcon, look: string]

const ACTS: Record<WhoActs, Look> = {
  act: [ShieldCheck, 'text-good-fg'],
  shadow: [Eye, 'text-accent-fg'],
  paused: [CirclePause, 'text-warn-fg'],
  brake: [OctagonPause, 'text-warn-fg'],
  off: [Power, 'text-fg-2'],
  absent: [Power, 'text-fg-2'],
  barred: [CircleAlert, 'text-bad-fg'],
  leaderless: [CircleAlert, 'text-warn-fg'],
  unknown: [CircleQuestionMark, 'text-fg-2'],
}

const PRESENCES: Record<PolicyAnswer['approver']['presence'], Look> = {
  leading: [CircleCheck, 'text-good-fg'],
  leaderless: [CircleAlert, 'text-warn-fg'],
  absent: [CircleDashed, 'text-fg-2'],
  unknown: [CircleQuestionMark, 'text-fg-2'],
}

/** Whether a program approves here, which one, by which policy, and how to stop it. */
export function WhoActsPanel({ answer }: { readonly answer: PolicyAnswer }) {
  const { acts, pause } = useMessages().policy
  const { document, paused, approver } = answer
  const state = whoActs({
    mode: answer.policy.automatic.mode,
    isBarred: answer.barred !== null,
    approver: { ...approver, paused },
  })
  return (
    <section
      aria-label={acts.label}
      className={classNames(
        panelLook,
        'grid grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)_auto] max-wide:grid-cols-2 max-tablet:grid-cols-1',
      )}
    >
      <Cell question={acts.question}>
        <Answer look={ACTS[state]} large>
          {acts.states[state].name}
        </Answer>
        <p>{acts.states[state].text}</p>
        {state === 'paused' && <StoppedBy answer={answer} />}
      </Cell>
      <Cell question={acts.approver.question} className="tablet:border-l max-tablet:border-t">
        <Answer look={PRESENCES[approver.presence]}>{acts.approver[approver.presence].name}</Answer>
        <Leader approver={approver} />
      </Cell>
      <Cell question={acts.inForce} className="border-t wide:border-t-0 wide:border-l">
        <InForce answer={answer} />
      </Cell>
      {paused !== null && document !== null && (
        <div className="grid content-center gap-1 border-line-soft px-5 py-3.5 max-wide:border-t max-wide:justify-items-end max-tablet:justify-items-stretch max-tablet:px-4">
          <KillSwitch
            paused={paused}
            mayEdit={document.mayEdit}
            isAbsent={approver.presence === 'absent'}
          />
          {document.mayEdit === false && (
            <p className="max-w-52 text-xs text-fg-3 max-wide:max-w-none">{pause.mayNot}</p>
          )}
        </div>
      )}
    </section>
  )
}

interface CellProps {
  readonly question: string
  readonly className?: string
  readonly children: ReactNode
}

function Cell({ question, className, children }: CellProps) {
  return (
    <div
      className={classNames(
        'min-w-0 border-line-soft px-5 py-3.5 text-xs text-fg-2 max-tablet:px-4',
        className,
      )}
    >
      <p className="mb-1 text-fg-3">{question}</p>
      {children}
    </div>
  )
}

interface AnswerProps {
  readonly look: Look
  readonly large?: boolean
  readonly children: string
}

function Answer({ look: [icon, look], large = false, children }: AnswerProps) {
  return (
    <p
      className={classNames(
        'flex min-h-6 items-center gap-1.5 font-semibold',
        large ? 'text-lg tracking-snug' : 'text-md',
        look,
      )}
    >
      <Icon of={icon} size={large ? 'normal' : 'small'} />
      {children}
    </p>
  )
}

/** The person who stopped the approver, when and why; or that the policy is gone. */
function StoppedBy({ answer: { stopped, document } }: { readonly answer: PolicyAnswer }) {
  const { policy, times } = useMessages()
  const { stop } = policy.acts
  const now = useNow(60_000)
  if (document?.text === null) return <p>{stop.gone}</p>
  const { by, at, why } = stopped ?? { by: null, at: null, why: null }
  return (
    <>
      <p className="wrap-anywhere">
        {by === null ? (
          <Words text={stop.unknown} />
        ) : (
          <Words
            text={at === null ? stop.by : stop.byAt(times.moment(Date.parse(at), now))}
            blanks={{ by }}
          />
        )}
      </p>
      {why !== null && (
        <p className="wrap-anywhere">
          <Words text={stop.why} blanks={{ why }} />
        </p>
      )}
    </>
  )
}

function Leader({ approver }: Pick<PolicyAnswer, 'approver'>) {
  const { policy, times } = useMessages()
  const texts = policy.acts.approver
  const { presence, holder, renewedAt } = approver
  const now = useNow(60_000)
  if (presence === 'absent' || presence === 'unknown' || holder === '') {
    return <p>{texts[presence].text}</p>
  }
  const when = renewedAt === null ? '—' : times.moment(Date.parse(renewedAt), now)
  return (
    <p className="wrap-anywhere">
      <Words text={texts[presence].seen(when)} blanks={{ holder }} />
    </p>
  )
}

function InForce({ answer }: { readonly answer: PolicyAnswer }) {
  const { policy: texts, times } = useMessages()
  const { head } = texts
  const { policy, document, inForceSince } = answer
  const now = useNow(60_000)
  const place = document?.place ?? null
  return (
    <>
      <h2 className="min-h-6 text-md font-semibold wrap-anywhere text-fg">
        {isBuiltIn(policy) ? (
          head.builtIn
        ) : (
          <ClusterText text={policy.name} face="sans" truncate="none" />
        )}
      </h2>
      {!isBuiltIn(policy) && (
        <p className="wrap-anywhere">
          <Listed names={['generation', 'since']}>
            {(name) =>
              name === 'generation' ? (
                <Words
                  text={head.generation}
                  blanks={{ generation: <ClusterText text={policy.generation} truncate="none" /> }}
                />
              ) : (
                <time dateTime={inForceSince}>
                  {head.since(times.moment(Date.parse(inForceSince), now))}
                </time>
              )
            }
          </Listed>
        </p>
      )}
      <p className="wrap-anywhere">
        {place === null ? (
          <Words text={head.builtInText} />
        ) : (
          <Words
            text={(isBuiltIn(policy) ? head.builtInFor : head)[place.kind]}
            blanks={{ where: <ClusterText text={placeText(place)} truncate="none" /> }}
          />
        )}
      </p>
    </>
  )
}

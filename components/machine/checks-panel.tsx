import {
  Check,
  ChevronDown,
  ChevronUp,
  CircleCheck,
  CircleHelp,
  CircleX,
  Info,
  X,
} from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useId, useState } from 'react'
import type { Whose } from '#components/decide/whose.ts'
import { ProblemLine } from '#components/machine/problem-words.tsx'
import { Remedy } from '#components/machine/remedy.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { isWarning } from '#lib/csr/checks/warning.ts'
import { checkTitle, findingWords } from '#lib/messages/check-words.ts'
import type { CheckOutcome, CheckResult, Observed, RequestDetail } from '#lib/query/domain-types.ts'

interface ChecksPanelProps {
  readonly request: Pick<RequestDetail, 'name' | 'checks'>
  readonly title?: string
  /** Whose it is to decide; null where nothing is left to decide. */
  readonly whose: Whose | null
  readonly action?: ReactNode
}

/** Every check of one request: failed first, then unknown; those that pass are counted, and folded. */
export function ChecksPanel({ request, title, whose, action }: ChecksPanelProps) {
  const { machine } = useMessages()
  const count = (outcome: CheckOutcome) =>
    request.checks.filter((check) => check.outcome === outcome).length
  return (
    <TitledPanel
      title={title ?? machine.checks.title}
      aside={
        <>
          <ClusterText text={request.name} face="sans" />
          {request.checks.length > 0 && (
            <span className="flex-none whitespace-pre">
              {` · ${machine.checks.tally(count('pass'), count('fail'), count('unknown'))}`}
            </span>
          )}
        </>
      }
      action={action}
    >
      {request.checks.length === 0 ? (
        <p className="px-4 py-3 text-fg-3">{machine.checks.decided}</p>
      ) : (
        <>
          <CheckRows
            checks={request.checks.filter(({ outcome }) => outcome !== 'pass')}
            whose={whose}
          />
          <Passed
            checks={request.checks.filter(({ outcome }) => outcome === 'pass')}
            whose={whose}
          />
        </>
      )}
    </TitledPanel>
  )
}

interface CheckRowsProps {
  readonly checks: readonly CheckResult[]
  readonly whose: Whose | null
  readonly id?: string
}

function CheckRows({ checks, whose, id }: CheckRowsProps) {
  return (
    <ul id={id} className="group/rows">
      {checks.map((check) => (
        <CheckRow key={check.code} check={check} whose={whose} />
      ))}
    </ul>
  )
}

/** Most often there are twenty of them: what else the page has to say must not be below. */
function Passed({ checks, whose }: Omit<CheckRowsProps, 'id'>) {
  const { machine } = useMessages()
  const [open, setOpen] = useState(false)
  const id = useId()
  if (checks.length === 0) return null
  return (
    <>
      <p className="px-2.5 py-1.5 not-first:border-t not-first:border-line-soft">
        <Button
          look="quiet"
          size="small"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen((before) => !before)}
        >
          <Icon of={CircleCheck} className={COLOURS.pass} />
          {machine.checks[open ? 'hidePassed' : 'showPassed'](checks.length)}
          <Icon of={open ? ChevronUp : ChevronDown} size="small" />
        </Button>
      </p>
      {open && (
        <div className="border-t border-line-soft">
          <CheckRows checks={checks} whose={whose} id={id} />
        </div>
      )}
    </>
  )
}

const ICONS = { pass: CircleCheck, fail: CircleX, unknown: CircleHelp } as const
const COLOURS = { pass: 'text-good-fg', fail: 'text-bad-fg', unknown: 'text-fg-3' } as const

interface CheckRowProps {
  readonly check: CheckResult
  readonly whose: Whose | null
}

function CheckRow({ check, whose }: CheckRowProps) {
  const { checks, times } = useMessages()
  const words = findingWords(checks.table, check.code, check.finding)
  const failed = check.outcome === 'fail'
  const warns = isWarning(check)
  const colour = warns ? 'text-warn-fg' : COLOURS[check.outcome]
  const title = checkTitle(checks.table, check.code)
  const short = words?.short ?? checks.untold
  const blanks = readableValues(check.values, times)
  return (
    <li
      data-check={check.code}
      data-outcome={check.outcome}
      className={classNames(
        'grid grid-cols-[20px_minmax(0,236px)_minmax(0,1fr)_64px] items-start gap-x-2.5 gap-y-0.5 border-b px-4 last:border-b-0 group-last/rows:last:rounded-b-[7px] max-tablet:grid-cols-[20px_minmax(0,1fr)_auto]',
        failed
          ? 'border-bad-edge bg-bad-tint py-3'
          : warns
            ? 'border-warn-edge bg-warn-tint py-3'
            : 'border-line-soft py-[9px]',
      )}
    >
      <Icon of={warns ? Info : ICONS[check.outcome]} className={classNames('mt-0.5', colour)} />
      <div className="min-w-0">
        <h3 className="font-medium">{title}</h3>
        {short !== title && (
          <p className={classNames('text-xs', failed ? 'text-fg-2' : 'text-fg-3')}>
            <Words text={short} blanks={blanks} />
          </p>
        )}
      </div>
      <div className="min-w-0 max-tablet:order-last max-tablet:col-span-2 max-tablet:col-start-2">
        <dl className="grid grid-cols-[64px_minmax(0,1fr)] items-baseline gap-x-2 gap-y-1">
          {check.expected.length > 0 && (
            <Evidence label={checks.expected} failed={failed}>
              {check.expected.map((value, index) => (
                <span key={value} className="min-w-0">
                  <ClusterText text={value} truncate="none" />
                  {index < check.expected.length - 1 && <span className="text-fg-3">,</span>}
                </span>
              ))}
            </Evidence>
          )}
          {check.observed.length > 0 && (
            <Evidence label={checks.observed} failed={failed}>
              {check.observed.map((observed, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same value may be asked for twice
                <ObservedValue key={index} observed={observed} check={check} />
              ))}
            </Evidence>
          )}
        </dl>
        {check.outcome !== 'pass' && words !== null && (
          <div className="mt-1 text-xs text-fg-2">
            <p>
              <Words text={words.summary} blanks={blanks} />
            </p>
            <p className="mt-0.5 empty:hidden">
              {whose !== null && <Remedy words={words} blanks={blanks} whose={whose} />}
            </p>
          </div>
        )}
      </div>
      <span className={classNames('text-right text-xs/5 font-medium', colour)}>
        {warns ? checks.warning : checks.outcomes[check.outcome]}
      </span>
    </li>
  )
}

interface EvidenceProps {
  readonly label: string
  readonly failed: boolean
  readonly children: ReactNode
}

function Evidence({ label, failed, children }: EvidenceProps) {
  return (
    <>
      <dt className={classNames('text-xs', failed ? 'text-fg-2' : 'text-fg-3')}>{label}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1">{children}</dd>
    </>
  )
}

interface ObservedValueProps {
  readonly observed: Observed
  readonly check: CheckResult
}

const TONES = { pass: 'good', fail: 'bad', unknown: 'plain' } as const

function ObservedValue({ observed, check }: ObservedValueProps) {
  const { checks } = useMessages()
  const { kind, value, outcome, heldBy } = observed
  // Each value then says whether it is one of those that fail.
  const compared = check.outcome === 'fail'
  return (
    <>
      <Chip tone={compared ? TONES[outcome] : 'plain'}>
        {compared && outcome !== 'unknown' && (
          <Icon of={outcome === 'pass' ? Check : X} size="small" />
        )}
        {check.code === 'request.faithful' ? (
          <ProblemLine code={kind} detail={value} />
        ) : (
          <>
            {kind !== '' && (
              <span>{Object.hasOwn(checks.kinds, kind) ? checks.kinds[kind] : kind}</span>
            )}
            <ClusterText text={value} />
          </>
        )}
      </Chip>
      {heldBy !== null && outcome !== 'pass' && (
        <span className="text-xs text-fg-2">
          <Words
            text={checks.heldBy}
            blanks={{
              node: (
                <Link
                  href={machinePath(heldBy)}
                  className="reach text-accent-fg underline-offset-3 hover:underline"
                >
                  <ClusterText text={heldBy} truncate="none" />
                </Link>
              ),
            }}
          />
        </span>
      )}
    </>
  )
}

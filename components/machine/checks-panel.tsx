import { Check, X } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useId, useState } from 'react'
import type { Whose } from '#components/decide/whose.ts'
import { CHECK_LOOKS, CheckTally, checkLook } from '#components/machines/check-look.tsx'
import { ProblemLine } from '#components/problem-words.tsx'
import { readableValues } from '#components/reason-line.tsx'
import { expectedPath, machinePath } from '#components/shell/routes.ts'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Expander } from '#components/ui/expander.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { type Blanks, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { isConfirming, isWarning } from '#lib/csr/check-facts.ts'
import { answersRequestor } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { CheckResult, Observed } from '#lib/csr/model.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { checkTitle, findingWords, type RemedyWords } from '#lib/messages/grammar/check-words.ts'
import { useCluster } from '#lib/query/live.ts'

type PanelRequest = Pick<RequestDetail, 'name' | 'nodeName' | 'checks' | 'verdict' | 'reason'> &
  Pick<RequestDetail, 'signerName' | 'requestorDetail'>

interface ChecksPanelProps {
  readonly request: PanelRequest
  readonly title?: string
  /** Whether the viewer or another person must decide; null where nothing is left to decide. */
  readonly whose: Whose | null
  readonly action?: ReactNode
}

/**
 * Every check of one request: failed first, then unknown. Passed ones are folded, and so are the
 * unknown ones of a refused request, which no answer would change. Only the failed checks give the
 * reason of the verdict on this page.
 */
export function ChecksPanel({ request, title, whose, action }: ChecksPanelProps) {
  const { hold, machine } = useMessages()
  const isBeside = useIsBesideMachineApprover(request)
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const confirming = request.checks.filter((check) => {
    return request.verdict === 'verified' && check.outcome === 'pass' && isConfirming(check.code)
  })
  const open = request.checks.filter(
    ({ outcome }) => outcome === 'fail' || (outcome === 'unknown' && request.verdict !== 'refused'),
  )
  const listed = [...confirming, ...open]
  const folded = request.checks.filter((check) => !listed.includes(check))
  const unknown = folded.filter(({ outcome }) => outcome === 'unknown').length
  const rows = { request, whose, isOpen }
  return (
    <TitledPanel
      title={title ?? machine.checks.title}
      aside={<CheckTally {...request} />}
      action={action}
    >
      <CheckRows checks={listed} {...rows} />
      {isBeside && (
        <p className="border-t border-line-soft px-4 py-2 text-xs text-pretty text-fg-2">
          {hold.beside.machineApprover}
        </p>
      )}
      {folded.length > 0 && (
        // About twenty checks pass: folded, they do not push the rest of the page down.
        <p className="px-2.5 py-1.5 not-first:border-t not-first:border-line-soft print:hidden">
          <Expander open={isOpen} onOpen={setOpen} aria-controls={isOpen ? id : undefined}>
            <Icon of={CHECK_LOOKS.pass.icon} className={CHECK_LOOKS.pass.colour} />
            {machine.checks[isOpen ? 'hide' : 'show'](folded.length - unknown, unknown)}
          </Expander>
        </p>
      )}
      {isOpen && (
        <div className="border-t border-line-soft">
          <CheckRows checks={folded} {...rows} id={id} />
        </div>
      )}
    </TitledPanel>
  )
}

/** Whether OpenShift's machine-approver may approve what a check of ours holds back. */
function useIsBesideMachineApprover(request: PanelRequest): boolean {
  const presence = useCluster()?.machineApprover.presence
  const { signerName, requestorDetail: requestor, verdict } = request
  return (
    isHeldBack(verdict) && presence === 'present' && answersRequestor({ signerName, requestor })
  )
}

interface CheckRowsProps {
  readonly checks: readonly CheckResult[]
  /** The check that made the request's verdict is opened at first. */
  readonly request: PanelRequest
  /** Whether the other checks are opened, too. */
  readonly isOpen: boolean
  readonly whose: Whose | null
  readonly id?: string
}

function CheckRows({ checks, id, ...rows }: CheckRowsProps) {
  return (
    <ul id={id} className="group/rows">
      {checks.map((check) => (
        <CheckRow key={check.code} check={check} {...rows} />
      ))}
    </ul>
  )
}

/** Findings that an entry in the list of expected machines would change. */
const ADDABLE: ReadonlySet<string> = new Set(['noList', 'notListed', 'nameAlone', 'unexpected'])

const belowEvidence =
  'max-tablet:order-2 max-tablet:col-span-2 max-tablet:col-start-2 max-tablet:justify-self-start'

interface CheckRowProps extends Omit<CheckRowsProps, 'checks' | 'id'> {
  readonly check: CheckResult
}

function CheckRow({ check, request, isOpen, whose }: CheckRowProps) {
  const { checks, machine, times } = useMessages()
  const words = findingWords(checks.table, check.code, check.finding)
  const failed = check.outcome === 'fail'
  const warns = isWarning(check)
  const { icon, colour } = checkLook(check)
  const title = checkTitle(checks.table, check.code)
  const blanks = readableValues(check.values, times)
  const isShown = isOpen || warns || request.reason?.code === check.code
  const hasEvidence = check.expected.length + check.observed.length > 0
  const { nodeName } = request
  const isAddable = check.code === 'identity.expected' && ADDABLE.has(check.finding)
  return (
    <li
      data-check={check.code}
      data-outcome={check.outcome}
      className={classNames(
        'grid break-inside-avoid grid-cols-[20px_minmax(0,1fr)_minmax(0,1.3fr)_64px] items-start gap-x-2.5 gap-y-1 border-b px-4 last:border-b-0 group-last/rows:last:rounded-b-[7px] max-tablet:grid-cols-[20px_minmax(0,1fr)_auto]',
        failed
          ? 'border-bad-edge bg-bad-tint py-3'
          : warns
            ? 'border-warn-edge bg-warn-tint py-3'
            : 'border-line-soft py-[9px]',
      )}
    >
      <Icon of={icon} className={classNames('mt-0.5', colour)} />
      {/* On phones the evidence comes directly below the title. */}
      <div
        className={classNames('min-w-0 max-tablet:contents', !hasEvidence && 'tablet:col-span-2')}
      >
        <h3 className="min-w-0 font-medium">{title}</h3>
        {isShown && words !== null && check.outcome !== 'pass' ? (
          <p className={classNames(belowEvidence, 'text-xs text-pretty text-fg-2')}>
            <Sentences>
              <Words text={words.summary} blanks={blanks} />
              {whose !== null && <Remedy words={words} blanks={blanks} whose={whose} />}
            </Sentences>
          </p>
        ) : (
          words?.short !== title && (
            <p className={classNames(belowEvidence, 'text-xs', failed ? 'text-fg-2' : 'text-fg-3')}>
              <Words text={words?.short ?? checks.unlisted} blanks={blanks} />
            </p>
          )
        )}
        {isAddable && nodeName !== null && (isShown || request.verdict === 'plausible') && (
          <Link
            href={expectedPath(nodeName)}
            prefetch={false}
            className={`reach text-xs ${inlineLook} ${belowEvidence}`}
          >
            {machine.checks.addExpected}
          </Link>
        )}
      </div>
      {hasEvidence && (
        <dl className="grid min-w-0 grid-cols-[64px_minmax(0,1fr)] items-baseline gap-x-2 gap-y-1 max-tablet:order-1 max-tablet:col-span-2 max-tablet:col-start-2">
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
      )}
      <span className={classNames('text-right text-xs/5 font-medium', colour)}>
        {warns ? checks.warning : checks.outcomes[check.outcome]}
      </span>
    </li>
  )
}

interface RemedyProps {
  readonly words: RemedyWords
  readonly blanks: Blanks
  readonly whose: Whose
}

/** The remedy of a problem. A viewer who may not decide learns who may. */
function Remedy({ words, blanks, whose }: RemedyProps) {
  const { machine } = useMessages()
  const text = words.decision ?? words.remedy
  if (text === undefined) return null
  return (
    <>
      {words.decision !== undefined && whose === 'others' && `${machine.notes.forOthers}: `}
      <Words text={text} blanks={blanks} />
    </>
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
  // Each value of a failed check is marked as good or bad.
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

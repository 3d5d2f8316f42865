import {
  CircleCheck,
  CircleDashed,
  Hourglass,
  Layers,
  RotateCcw,
  SquareTerminal,
  TimerOff,
} from 'lucide-react'
import Link from 'next/link'
import { memo, type ReactNode } from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useWhose } from '#components/decide/whose.ts'
import { useBulkOffer } from '#components/machines/bulk-offer.tsx'
import { remaining } from '#components/machines/countdown.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { silentWithin, useSilentSince } from '#components/machines/silence.ts'
import { machinePath, NODES_PATH, requestPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { Popover } from '#components/ui/popover.tsx'
import type { ClusterOperator } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isoSpan } from '#lib/messages/grammar/time.ts'
import { type ExecAndLogsOfNodes, execAndLogsOfNodes } from '#lib/query/exec-and-logs.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import { type MayApprove, nextDeadline } from '#lib/query/next-deadline.ts'
import { emptiness } from '#lib/query/shown-feed.ts'
import type { Deadline, Summary } from '#lib/wire/views.ts'

interface SummaryStripProps {
  readonly summary: Summary
  readonly drained: boolean
  /**
   * Words such as `as of 14:51:27` where the list is not live; null where it is, or the time is not
   * known.
   */
  readonly asOf: string | null
}

/** Machines that wait for the reader, the next deadline, and unavailable operators. */
export function SummaryStrip({ summary, drained, asOf }: SummaryStripProps) {
  const { counts, unavailableOperators, offer } = summary
  const { board, common } = useMessages()
  const words = board.summary
  const whose = useWhose()
  return (
    <section
      aria-label={words.label}
      className={classNames(panelLook, stripGrid, drained && '[&>*:not(:last-child)]:drained')}
    >
      <div className={stripCell}>
        <Question asOf={asOf}>{words.needs[whose]}</Question>
        <Answer>{words.machines(counts.waiting)}</Answer>
        <p className="mt-1 flex min-h-5 min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-fg-2 max-tablet:gap-x-2.5 max-tablet:text-xs">
          {counts.overdue > 0 && (
            <Tag icon={TimerOff} tone="bad">
              {words.pastTheHour(counts.overdue)}
            </Tag>
          )}
          {counts.returning > 0 && (
            <Tag icon={RotateCcw}>{board.returning.joinedBefore(counts.returning)}</Tag>
          )}
          {counts.duplicates > 0 && (
            <span className="contents max-tablet:hidden">
              <Tag icon={Layers}>{common.duplicates(counts.duplicates)}</Tag>
            </span>
          )}
        </p>
      </div>
      {counts.returning > 0 ? <SilenceCell {...summary} /> : <NextDeadlineCell summary={summary} />}
      <Meanwhile
        execAndLogs={execAndLogsOfNodes(counts)}
        unavailable={counts.withoutExecAndLogs}
        unknown={counts.execAndLogsUnknown}
        operators={unavailableOperators}
        asOf={asOf}
      />
      <BulkCell counts={counts} offer={offer} />
    </section>
  )
}

/** Time at which the nodes of a cluster that was switched off went silent. */
function SilenceCell({ returning }: Pick<Summary, 'returning'>) {
  const { board, common, times } = useMessages()
  const now = useNow(60_000)
  const words = board.returning
  const since = useSilentSince(returning)
  const within = silentWithin(returning)
  const { silent } = returning
  return (
    <div className={classNames(stripCell, 'max-tablet:text-right')}>
      <Question>{words.silentSince}</Question>
      <Answer>
        <span className="font-mono">{since ?? common.none}</span>
      </Answer>
      {silent !== null && (
        <p className="mt-1 min-h-5 text-fg-2 max-tablet:text-xs">
          {words.silence(
            times.span((now - Date.parse(silent.first)) / 1_000),
            within === null ? null : times.span(within),
          )}
        </p>
      )}
    </div>
  )
}

function NextDeadlineCell({ summary }: Pick<SummaryStripProps, 'summary'>) {
  const { board } = useMessages()
  const words = board.summary
  const next = nextDeadline(summary, useMayApprove())
  return (
    <div className={classNames(stripCell, 'relative max-tablet:text-right')}>
      <Question>{words.nextDeadline}</Question>
      <Answer>
        {next.kind === 'none' ? (
          words.noDeadline
        ) : next.kind === 'ahead' ? (
          <Clock deadline={next.deadline.at} />
        ) : (
          <span className="text-bad-fg">{words.noneLeft}</span>
        )}
      </Answer>
      <p className="mt-1 flex min-h-5 min-w-0 text-fg-2 max-tablet:text-xs">
        {next.kind === 'none' ? (
          words.whyNoDeadline[next.because](summary.counts.heldBack)
        ) : next.kind === 'ahead' ? (
          <DeadlineLink of={next.deadline} />
        ) : (
          <LongestPast of={next.deadline} />
        )}
      </p>
    </div>
  )
}

/** Links to the machine, or to a request without one. The whole cell can be clicked. */
function DeadlineLink({ of: { name, request } }: { readonly of: Deadline }) {
  return (
    <Link
      href={request === null ? machinePath(name) : requestPath(request)}
      prefetch={false}
      className="inline-flex min-w-0 underline-offset-3 after:absolute after:inset-0 hover:underline [&_bdi]:font-normal"
    >
      <span className="flex min-w-0 max-tablet:sr-only">
        {request === null ? <NodeName name={name} /> : <ClusterText text={name} />}
      </span>
    </Link>
  )
}

function LongestPast({ of }: { readonly of: Deadline }) {
  const { board, times } = useMessages()
  const { seconds } = remaining(of.at, useNow(60_000))
  return (
    <span className="flex min-w-0 gap-x-[0.5ch] max-tablet:justify-end">
      <Words
        text={board.summary.longestPast(times.span(-seconds))}
        blanks={{ name: <DeadlineLink of={of} /> }}
      />
    </span>
  )
}

function useMayApprove(): MayApprove {
  return {
    client: useWhose([KUBE_APISERVER_CLIENT_KUBELET]) === 'mine',
    serving: useWhose([KUBELET_SERVING]) === 'mine',
  }
}

/** Grid that the strip and its skeleton share. */
export const stripGrid =
  'grid grid-cols-[minmax(min-content,1fr)_auto] tablet:grid-cols-[1fr_1fr_auto] wide:grid-cols-[minmax(220px,1.05fr)_minmax(220px,1fr)_minmax(280px,1.5fr)_auto]'
export const stripCell =
  'min-w-0 px-5 py-4 max-tablet:px-3.5 max-tablet:py-3 tablet:[&+&]:border-l tablet:[&+&]:border-line-soft'
export const stripMean =
  'min-w-0 px-5 py-4 wide:border-l wide:border-line-soft max-wide:order-last max-wide:col-span-full max-wide:flex max-wide:flex-wrap max-wide:items-center max-wide:gap-x-4 max-wide:gap-y-1.5 max-wide:border-t max-wide:border-line-soft max-wide:py-2.5 max-tablet:px-3.5'
export const stripAction =
  'screen-only flex flex-col justify-center gap-2 px-5 py-4 wide:pl-0 max-tablet:hidden'

interface QuestionProps {
  readonly asOf?: string | null
  readonly className?: string
  readonly children: ReactNode
}

export function Question({ asOf = null, className = '', children }: QuestionProps) {
  return (
    <span className={classNames('mb-1 block text-xs text-fg-3 max-tablet:mb-0.5', className)}>
      {children}
      {asOf !== null && ` · ${asOf}`}
    </span>
  )
}

function Answer({ children }: { readonly children: ReactNode }) {
  return (
    <p className="flex items-baseline gap-2 text-xl ja:text-[18px] font-semibold tracking-tight whitespace-nowrap max-tablet:in-[.max-tablet\:text-right]:justify-end">
      {children}
    </p>
  )
}

interface TagProps {
  readonly icon: typeof TimerOff
  readonly tone?: 'plain' | 'bad'
  readonly large?: boolean
  readonly children: ReactNode
}

function Tag({ icon, tone = 'plain', large = false, children }: TagProps) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-[5px]',
        tone === 'bad' && 'text-bad-fg',
        !large && 'tablet:whitespace-nowrap',
      )}
    >
      <Icon of={icon} size={large ? 'normal' : 'small'} />
      <span>{children}</span>
    </span>
  )
}

function Clock({ deadline }: { readonly deadline: string }) {
  const { common } = useMessages()
  const { seconds } = remaining(deadline, useNow())
  return (
    <time dateTime={isoSpan(seconds)} className="font-mono">
      {common.deadline.left(seconds)}
    </time>
  )
}

/** Operators named on the line; a click shows all with their messages. */
const NAMED = 2

interface MeanwhileProps {
  readonly execAndLogs: ExecAndLogsOfNodes
  /** Number of nodes without `exec` and `logs`. */
  readonly unavailable: number
  readonly unknown: number
  readonly operators: Summary['unavailableOperators']
  readonly asOf: string | null
}

/** Reads counts of its own, so that the board is not drawn again for each of them. */
const Meanwhile = memo(function Meanwhile(props: MeanwhileProps) {
  const { execAndLogs, unavailable, unknown, asOf } = props
  const { waiting, also } = props.operators
  const { board, joined } = useMessages()
  const words = board.summary
  const whose = useWhose()
  const isKnown = emptiness(useFeed().sources.nodes.state) === 'known'
  const [icon, text] =
    execAndLogs === 'unavailable'
      ? [SquareTerminal, words.execAndLogs(unavailable)]
      : !isKnown || execAndLogs === 'unknown'
        ? [CircleDashed, words.execAndLogsUnknown(unknown)]
        : execAndLogs === 'noneReady'
          ? [CircleDashed, words.noneReady]
          : [CircleCheck, words.execAndLogsFine]
  const works = (
    <Tag icon={icon} large>
      <Words text={text} />
    </Tag>
  )
  const names = waiting.slice(0, NAMED).map(({ name }) => name)
  const more = waiting.length - names.length
  return (
    <div className={stripMean}>
      {/* On phones the first cell's question stands for both. */}
      <Question asOf={asOf} className="max-wide:mb-0 max-tablet:hidden">
        {words.until[whose]}
      </Question>
      <p className="text-xl ja:wide:text-[18px] font-semibold tracking-tight max-wide:text-sm max-wide:font-medium max-wide:tracking-normal max-tablet:text-md [&_code]:tracking-[-0.04em]">
        {execAndLogs === 'unavailable' ? (
          <Link
            href={`${NODES_PATH}?status=execUnavailable`}
            prefetch={false}
            className="reach inline-flex underline-offset-3 hover:underline"
          >
            {works}
          </Link>
        ) : (
          works
        )}
      </p>
      {waiting.length + also.length > 0 && (
        <div className="mt-1 max-wide:mt-0 max-tablet:hidden">
          <Popover
            title={words.operatorsTitle}
            trigger={
              <button
                type="button"
                className="reach inline-flex text-left text-fg-2 underline-offset-3 hover:text-fg hover:underline"
              >
                {waiting.length > 0 ? (
                  <Tag icon={Hourglass}>
                    <Words text={words.operators} blanks={{ names: joined.list(names) }} />
                    {more > 0 && `${joined.blank}${words.operatorsMore(more)}`}
                  </Tag>
                ) : (
                  <Tag icon={CircleDashed}>{words.operatorsAlso(also.length)}</Tag>
                )}
              </button>
            }
          >
            <div className="max-h-72 overflow-y-auto">
              <OperatorList operators={waiting} />
              {also.length > 0 && waiting.length > 0 && (
                <p className="mt-3 text-xs text-fg-3">{words.operatorsAlsoTitle}</p>
              )}
              <OperatorList operators={also} />
            </div>
          </Popover>
        </div>
      )}
    </div>
  )
})

function OperatorList({ operators }: { readonly operators: readonly ClusterOperator[] }) {
  if (operators.length === 0) return null
  return (
    <dl className="mt-2 grid gap-2">
      {operators.map(({ uid, name, message }) => (
        <div key={uid}>
          <dt className="font-medium text-fg">
            <Words text="{name}" blanks={{ name }} />
          </dt>
          <dd className="text-xs">
            <Words text="{message}" blanks={{ message }} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function BulkCell(summary: Pick<Summary, 'counts' | 'offer'>) {
  const { label, hint, off } = useBulkOffer(summary)
  const { bulk } = useDecideActions()
  return (
    <div className={stripAction}>
      <Button look="primary" size="large" off={off} onClick={() => bulk()}>
        {label}
        {off === null && <Kbd on="accent">⇧A</Kbd>}
      </Button>
      {hint !== '' && <p className="text-center text-xs text-fg-3">{hint}</p>}
    </div>
  )
}

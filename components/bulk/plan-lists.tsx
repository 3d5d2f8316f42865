import { remaining } from '#components/machines/countdown.tsx'
import { useHoldShort } from '#components/machines/hold-line.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { Line, useReasonWords, WarningLine } from '#components/reason-line.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { SilentSince } from '#components/silent-since.tsx'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import { useNow } from '#lib/query/live.ts'
import type { HeldBackRow, PlanRow } from '#lib/wire/run-answers.ts'

export const listRow =
  'grid min-h-6.5 items-center gap-x-3 border-b border-line-soft py-0.5 text-xs last:border-b-0'

interface MachineLineProps {
  readonly row: PlanRow
  readonly trust: Trust
  /** Whether the plan is grouped by machine role. */
  readonly isByRole: boolean
}

/** One machine that the run would approve. */
export function MachineLine({ row, trust, isByRole }: MachineLineProps) {
  const { bulk, joined } = useMessages()
  const texts = bulk.preflight
  const now = useNow()
  const { deadline, reason, warning, hold, again, superseded } = row
  const clock = deadline === null ? null : remaining(deadline, now)
  const kinds = row.signers.map((signerName) =>
    signerName === KUBE_APISERVER_CLIENT_KUBELET ? texts.client : texts.serving_,
  )
  const { words, blanks } = useReasonWords(reason)
  const held = useHoldShort(hold)
  const text = held ?? (trust === 'plausible' ? texts.noSource : words?.short)
  return (
    <li
      className={`${listRow} relative grid-cols-[minmax(0,1fr)_88px_minmax(0,1.25fr)_104px] ja:tablet:grid-cols-[minmax(0,1fr)_104px_minmax(0,1.25fr)_104px] max-tablet:grid-cols-[minmax(0,1fr)_auto] max-tablet:gap-y-1 max-tablet:py-2`}
    >
      <NodeName name={row.name} />
      <div className="contents text-fg-2 max-tablet:order-last max-tablet:col-span-2 max-tablet:flex max-tablet:gap-x-2.5">
        <span className="shrink-0">
          {joined.list(kinds)}
          {superseded > 0 && <span className="text-fg-3">{texts.extra(superseded)}</span>}
        </span>
        {/* An opened warning spans the row: in its own column it would overflow the dialog. */}
        {again === null && warning !== null ? (
          <WarningLine warning={warning} />
        ) : again === null ? (
          <Line
            text={text ?? ''}
            blanks={held === null ? blanks : (hold?.values ?? {})}
            className="static max-tablet:*:whitespace-normal"
          />
        ) : (
          <span className="min-w-0">
            <SilentSince reason={again} />
            {row.controlPlane && !isByRole && ` · ${texts.controlPlane}`}
          </span>
        )}
      </div>
      {clock !== null && (
        <span
          className={classNames(
            'text-right font-mono whitespace-nowrap tabular-nums',
            clock.urgency === 'overdue'
              ? 'text-bad-fg'
              : clock.urgency === 'soon'
                ? 'text-warn-fg'
                : 'text-fg-2',
          )}
        >
          {clock.urgency === 'overdue' ? texts.overdue(-clock.seconds) : texts.left(clock.seconds)}
        </span>
      )}
    </li>
  )
}

interface HeldBackLineProps {
  readonly held: HeldBackRow
  readonly onReview: () => void
}

/** A machine or request that the plan excludes, and the reason. */
export function HeldBackLine({ held, onReview }: HeldBackLineProps) {
  const { bulk } = useMessages()
  return (
    <li
      className={`${listRow} grid-cols-[minmax(0,1fr)_minmax(0,1.9fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
    >
      {held.isMachine ? <NodeName name={held.name} /> : <ClusterText text={held.name} />}
      <span className="min-w-0 max-tablet:order-last max-tablet:col-span-2">
        <HeldBackWords {...held} />
      </span>
      {(held.isMachine || held.uid !== null) && (
        <LinkButton
          look="quiet"
          size="small"
          href={held.isMachine ? machinePath(held.name) : requestPath(held.uid ?? '')}
          onClick={onReview}
        >
          {bulk.preflight.review}
        </LinkButton>
      )}
    </li>
  )
}

/** One line: why a machine or request is not part of a bulk approval. */
function HeldBackWords({ why, reason }: Pick<HeldBackRow, 'why' | 'reason'>) {
  const { bulk, common } = useMessages()
  const texts = { ...common.verdicts, ...bulk.preflight.heldBack.why }
  const stops = why === 'suspicious' || why === 'refused'
  const { words, blanks } = useReasonWords(reason)
  return (
    <span className="text-fg-2">
      {stops && (
        <Icon
          of={VERDICT_ICONS[why]}
          size="small"
          className={`mr-1.5 inline ${VERDICT_COLOURS[why]}`}
        />
      )}
      <span className={stops ? `font-medium ${VERDICT_COLOURS[why]}` : ''}>{texts[why]}</span>
      {stops && words !== null && (
        <>
          {' · '}
          <Words text={words.short} blanks={blanks} />
        </>
      )}
    </span>
  )
}

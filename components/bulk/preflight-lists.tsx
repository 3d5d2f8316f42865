'use client'

import { HeldBackWords } from '#components/bulk/held-back-words.tsx'
import type { Held } from '#components/bulk/plan.ts'
import { remaining } from '#components/machines/countdown.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { Line, readableValues } from '#components/machines/reason-line.tsx'
import { SilentSince } from '#components/machines/silent-since.tsx'
import { useMessages } from '#components/messages.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { trustOf } from '#lib/csr/policy/trust.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { useNow } from '#lib/query/live.ts'
import { isOfControlPlane, type PlannedMachine } from '#lib/query/preflight.ts'

export const listRow =
  'grid min-h-6.5 items-center gap-x-3 border-b border-line-soft py-0.5 text-xs last:border-b-0'

interface MachineListProps {
  readonly machines: readonly PlannedMachine[]
  readonly most: number
}

/** Machines that would be approved; beyond `most` they are counted. */
export function MachineList({ machines, most }: MachineListProps) {
  const { bulk } = useMessages()
  return (
    <ul>
      {machines.slice(0, most).map((planned) => (
        <MachineLine key={planned.machine.name} planned={planned} />
      ))}
      {machines.length > most && (
        <li className={`${listRow} text-fg-3`}>{bulk.preflight.more(machines.length - most)}</li>
      )}
    </ul>
  )
}

function MachineLine({ planned }: { readonly planned: PlannedMachine }) {
  const { bulk, checks, times } = useMessages()
  const texts = bulk.preflight
  const now = useNow()
  const { machine, requests, superseded } = planned
  const left = machine.deadline === null ? null : remaining(machine.deadline, now)
  const again = requests.find((request) => trustOf(request) === 'rebootstrapping')
  const kinds =
    again !== undefined && isOfControlPlane(machine)
      ? [texts.controlPlane]
      : requests.map(({ signerName }) =>
          signerName === KUBE_APISERVER_CLIENT_KUBELET ? texts.client : texts.serving_,
        )
  const reason = machine.reason
  const words = reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
  const text = planned.trust === 'plausible' ? texts.noSource : words?.short
  return (
    <li
      className={`${listRow} relative grid-cols-[minmax(0,1fr)_88px_minmax(0,1.25fr)_104px] max-tablet:grid-cols-[minmax(0,1fr)_auto] max-tablet:gap-y-1 max-tablet:py-2`}
    >
      <NodeName name={machine.name} />
      <div className="contents text-fg-2 max-tablet:order-last max-tablet:col-span-2 max-tablet:flex max-tablet:gap-x-2.5">
        <span className="shrink-0">
          {kinds.join(', ')}
          {superseded.length > 0 && (
            <span className="text-fg-3">{texts.extra(superseded.length)}</span>
          )}
        </span>
        {/* Shown in full it spans the row: from where it stands it would run out of the dialog. */}
        {again === undefined ? (
          <Line
            text={text ?? ''}
            blanks={readableValues(reason?.values, times)}
            className="static max-tablet:*:whitespace-normal"
          />
        ) : (
          <span className="min-w-0">
            <SilentSince reason={again.reason} />
          </span>
        )}
      </div>
      {left !== null && (
        <span
          className={classNames(
            'text-right font-mono whitespace-nowrap tabular-nums',
            left.urgency === 'overdue'
              ? 'text-bad-fg'
              : left.urgency === 'soon'
                ? 'text-warn-fg'
                : 'text-fg-2',
          )}
        >
          {left.urgency === 'overdue' ? texts.overdue(-left.seconds) : texts.left(left.seconds)}
        </span>
      )}
    </li>
  )
}

interface HeldBackListProps {
  readonly held: readonly Held[]
  readonly most: number
  readonly onReview: () => void
}

/** Machines and requests that are no part of it, and why; beyond `most` they are counted. */
export function HeldBackList({ held, most, onReview }: HeldBackListProps) {
  const { bulk } = useMessages()
  return (
    <ul>
      {held.slice(0, most).map((one) => (
        <li
          key={one.key}
          className={`${listRow} grid-cols-[minmax(0,1fr)_minmax(0,1.9fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
        >
          {one.machine === null ? <ClusterText text={one.name} /> : <NodeName name={one.name} />}
          <span className="min-w-0 max-tablet:order-last max-tablet:col-span-2">
            <HeldBackWords why={one.why} reason={one.reason} />
          </span>
          {(one.machine !== null || one.request !== null) && (
            <LinkButton
              look="quiet"
              size="small"
              href={
                one.machine !== null
                  ? machinePath(one.machine.name)
                  : requestPath(one.request?.uid ?? '')
              }
              onClick={onReview}
            >
              {bulk.preflight.review}
            </LinkButton>
          )}
        </li>
      ))}
      {held.length > most && (
        <li className={`${listRow} text-fg-3`}>{bulk.preflight.more(held.length - most)}</li>
      )}
    </ul>
  )
}

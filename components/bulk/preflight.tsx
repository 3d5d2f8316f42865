'use client'

import { ChevronDown, ChevronUp, Lock } from 'lucide-react'
import { type ReactNode, useId, useMemo, useState } from 'react'
import { HeldBackWords } from '#components/bulk/held-back-words.tsx'
import { awaitsServing, type Held, planNow } from '#components/bulk/plan.ts'
import { remaining } from '#components/machines/countdown.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Button, LinkButton, type Reason } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { canDecide, useCluster, useFeed, useNow, useSnapshot } from '#lib/query/live.ts'
import {
  countRequests,
  groupForApproval,
  type PlannedMachine,
  type Selection,
} from '#lib/query/preflight.ts'
import type { RunOptions } from '#lib/query/run.ts'
import { useRuns } from '#lib/query/runs.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

interface PreflightProps {
  /** As it was on screen when the dialog was opened. */
  readonly opened: ListedSnapshot
  readonly selection: Selection
  readonly onClose: () => void
}

const whole = (snapshot: ListedSnapshot) => snapshot

/** What a bulk approval would do, named before it does it. */
export function Preflight({ opened, selection, onClose }: PreflightProps) {
  const { bulk, common } = useMessages()
  const texts = bulk.preflight
  const feed = useFeed()
  const cluster = useCluster()
  const snapshot = useSnapshot(whole) ?? opened
  const { start, current } = useRuns()
  const [frozen] = useState(() => groupForApproval(opened, selection))
  const [ticks, setTicks] = useState({
    verified: true,
    plausible: false,
    superseded: true,
    followServing: true,
  })
  const plan = useMemo(
    () =>
      planNow(frozen, snapshot, (signerName) => {
        const can = canDecide(feed, cluster, signerName)
        return can.ok || (can.reason !== 'noSigner' && can.reason !== 'notListed')
      }),
    [frozen, snapshot, feed, cluster],
  )

  const verified = ticks.verified ? plan.verified : []
  const plausible = ticks.plausible ? plan.plausible : []
  const groups = { verified, plausible, heldBack: [] }
  const chosen = [...verified, ...plausible]
  const options: RunOptions = {
    plausible: ticks.plausible,
    superseded: ticks.superseded,
    followServing: ticks.followServing,
  }
  const superseded = chosen.reduce((sum, machine) => sum + machine.superseded.length, 0)
  const serving = chosen.filter(awaitsServing).length

  const off = ((): Reason | null => {
    const can = canDecide(
      feed,
      cluster,
      chosen[0]?.requests[0]?.signerName ?? KUBE_APISERVER_CLIENT_KUBELET,
    )
    if (!can.ok && can.reason !== 'noSigner') {
      return {
        text: can.reason === 'noApproval' ? common.off.noApproval.spoken : common.off[can.reason],
      }
    }
    if (current?.status === 'running' || current?.status === 'paused') {
      return { text: texts.runUnderWay }
    }
    return chosen.length === 0 ? { text: texts.nothingTicked } : null
  })()

  const tick = (name: keyof typeof ticks) => (on: boolean) =>
    setTicks((before) => ({ ...before, [name]: on }))

  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={texts.title(chosen.length)}
      description={texts.description}
      footer={
        <>
          <span className="mr-auto min-w-0 text-xs text-fg-3 max-tablet:basis-full">
            <Words
              text={texts.asWhom(countRequests(groups, options))}
              blanks={{
                user: (
                  <b className="font-semibold">
                    {<ClusterText text={cluster?.user ?? ''} face="sans" />}
                  </b>
                ),
              }}
            />
          </span>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" off={off} onClick={() => start(groups, options)}>
            {texts.approve(chosen.length)}
          </Button>
        </>
      }
    >
      {plan.verified.length > 0 && (
        <Group
          verdict="verified"
          title={texts.verified.title}
          text={texts.verified.text}
          count={plan.verified.length}
          checked={ticks.verified}
          onTick={tick('verified')}
        >
          {(most) => <MachineList machines={plan.verified} most={most} />}
        </Group>
      )}
      {plan.plausible.length > 0 && (
        <Group
          verdict="plausible"
          title={texts.plausible.title}
          text={texts.plausible.text(plan.plausible.length)}
          count={plan.plausible.length}
          checked={ticks.plausible}
          onTick={tick('plausible')}
        >
          {(most) => <MachineList machines={plan.plausible} most={most} />}
        </Group>
      )}
      {plan.heldBack.length > 0 && (
        <Group
          title={texts.heldBack.title}
          text={texts.heldBack.text}
          count={plan.heldBack.length}
          icon={<Icon of={Lock} className="text-fg-3" />}
        >
          {(most) => <HeldBackList held={plan.heldBack} most={most} onReview={onClose} />}
        </Group>
      )}
      {superseded > 0 && (
        <Group
          title={texts.superseded.title}
          text={texts.superseded.text(chosen.length)}
          count={superseded}
          checked={ticks.superseded}
          onTick={tick('superseded')}
        />
      )}
      {serving > 0 && (
        <Group
          title={texts.serving.title}
          text={texts.serving.text(serving, ticks.plausible)}
          checked={ticks.followServing}
          onTick={tick('followServing')}
        />
      )}
    </Dialog>
  )
}

/** Of longer lists only the first are shown at first: what else there is to tick must not be far below. */
const OPENED = 12
const FIRST = 4
/** More than this are counted, not listed. */
const LISTED = 100

interface GroupProps {
  readonly title: string
  readonly text: string
  readonly count?: number
  readonly verdict?: 'verified' | 'plausible'
  readonly icon?: ReactNode
  /** Without it there is nothing to tick. */
  readonly checked?: boolean
  readonly onTick?: (on: boolean) => void
  /** The list, of which no more than so many rows are shown. */
  readonly children?: (most: number) => ReactNode
}

function Group(props: GroupProps) {
  const { title, text, count, verdict, icon, checked, onTick, children } = props
  const { bulk } = useMessages()
  const isLong = (count ?? 0) > OPENED
  const [open, setOpen] = useState(!isLong)
  const most = open ? LISTED : isLong ? FIRST : 0
  const { show, hide, showAll, showFewer } = bulk.preflight
  const [more, less] = isLong ? [showAll, showFewer] : [show, hide]
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-b border-line-soft px-5 py-3.5 last:border-b-0">
      <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3">
        <span className="pt-0.5">
          {checked === undefined ? (
            icon
          ) : (
            <Checkbox
              aria-labelledby={id}
              checked={checked}
              onChange={(event) => onTick?.(event.currentTarget.checked)}
            />
          )}
        </span>
        <div className="min-w-0">
          <h3 id={id} className="flex items-center gap-2 font-semibold">
            {verdict !== undefined && (
              <Icon of={VERDICT_ICONS[verdict]} className={VERDICT_COLOURS[verdict]} />
            )}
            {title}
            {count !== undefined && <Count value={count} />}
          </h3>
          <p className="text-pretty text-fg-2">{text}</p>
        </div>
        {children !== undefined && (
          <Button
            look="quiet"
            size="small"
            aria-expanded={open}
            aria-describedby={id}
            onClick={() => setOpen((before) => !before)}
          >
            {open ? less : more}
            <Icon of={open ? ChevronUp : ChevronDown} size="small" />
          </Button>
        )}
      </div>
      {most > 0 && children !== undefined && (
        <div className="mt-2 pl-7 max-tablet:pl-0">{children(most)}</div>
      )}
    </section>
  )
}

const listRow =
  'grid min-h-7 items-center gap-x-3 border-b border-line-soft py-1 text-xs last:border-b-0'

interface MachineListProps {
  readonly machines: readonly PlannedMachine[]
  readonly most: number
}

function MachineList({ machines, most }: MachineListProps) {
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
  const kinds = requests.map(({ signerName }) =>
    signerName === KUBE_APISERVER_CLIENT_KUBELET ? texts.client : texts.serving_,
  )
  const reason = machine.reason
  const words = reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
  return (
    <li
      className={`${listRow} grid-cols-[minmax(0,1fr)_88px_minmax(0,1.25fr)_104px] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
    >
      <NodeName name={machine.name} />
      <span className="text-fg-2 max-tablet:hidden">
        {kinds.join(', ')}
        {superseded.length > 0 && (
          <span className="text-fg-3">{texts.extra(superseded.length)}</span>
        )}
      </span>
      <span className="min-w-0 text-pretty text-fg-2 max-tablet:hidden">
        {planned.trust === 'plausible' && !machine.rebootstrapping ? (
          texts.noSource
        ) : words === null ? null : (
          <Words text={words.short} blanks={readableValues(reason?.values, times)} />
        )}
      </span>
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

function HeldBackList({ held, most, onReview }: HeldBackListProps) {
  const { bulk } = useMessages()
  return (
    <ul>
      {held.slice(0, most).map((one) => (
        <li
          key={one.key}
          className={`${listRow} grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
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

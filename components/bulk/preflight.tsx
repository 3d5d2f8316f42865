'use client'

import { Lock, RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { BeyondFilter } from '#components/bulk/beyond-filter.tsx'
import { awaitsServing, planNow } from '#components/bulk/plan.ts'
import { PreflightGroup } from '#components/bulk/preflight-group.tsx'
import { HeldBackList, MachineList } from '#components/bulk/preflight-lists.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import { Unanswered } from '#components/bulk/unanswered.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { canDecide, useCluster, useFeed, useSnapshot } from '#lib/query/live.ts'
import {
  type ApprovalGroups,
  countRequests,
  groupForApproval,
  type Selection,
  stayingBeside,
  tickedMachines,
} from '#lib/query/preflight.ts'
import { type Asked, isUnderWay } from '#lib/query/run.ts'
import type { RunStore } from '#lib/query/run-store.ts'
import { useRuns } from '#lib/query/runs.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

interface PreflightProps {
  /** As it was on screen when the dialog was opened. */
  readonly opened: ListedSnapshot
  readonly selection: Selection
  /** What has become of what was begun here. */
  readonly asked: Asked['state'] | null
  readonly onStart: (...run: Parameters<RunStore['start']>) => void
  readonly onClose: () => void
}

const whole = (snapshot: ListedSnapshot) => snapshot

/** What a bulk approval would do, named before it does it. */
export function Preflight({ opened, selection, asked, onStart, onClose }: PreflightProps) {
  const { bulk, common } = useMessages()
  const texts = bulk.preflight
  const feed = useFeed()
  const cluster = useCluster()
  const snapshot = useSnapshot(whole) ?? opened
  const { current } = useRuns()
  const [frozen] = useState(() => groupForApproval(opened, selection))
  const [ticks, setTicks] = useState({
    verified: true,
    plausible: false,
    rebootstrapping: false,
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

  const { verified: verifiedToo, ...options } = ticks
  const groups: ApprovalGroups = {
    ...plan,
    verified: verifiedToo ? plan.verified : [],
    heldBack: [],
  }
  const chosen = tickedMachines(groups, options)
  const offered = plan.verified.length + plan.plausible.length + plan.rebootstrapping.length
  const superseded = chosen.reduce((sum, machine) => sum + machine.superseded.length, 0)
  const serving = chosen.filter(awaitsServing).length

  const isBusy = isUnderWay(current)
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
    if (isBusy) return { text: texts.runUnderWay }
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
      title={texts.title(chosen.length, offered)}
      description={
        <>
          {texts.description}
          {selection === 'safe' && <BeyondFilter chosen={chosen} />}
        </>
      }
      footer={
        <>
          <span className="mr-auto min-w-0 text-xs text-fg-3 max-tablet:basis-full">
            {isBusy ? (
              texts.runUnderWay
            ) : asked === 'unanswered' ? (
              <Unanswered />
            ) : (
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
            )}
          </span>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            look="primary"
            off={off}
            busy={asked === 'waiting'}
            onClick={() => onStart(groups, options)}
          >
            {texts.approve(chosen.length)}
          </Button>
        </>
      }
    >
      {plan.verified.length > 0 && (
        <PreflightGroup
          verdict="verified"
          title={texts.verified.title}
          text={texts.verified.text}
          count={plan.verified.length}
          checked={ticks.verified}
          onTick={tick('verified')}
        >
          {(most) => <MachineList machines={plan.verified} most={most} />}
        </PreflightGroup>
      )}
      {plan.plausible.length > 0 && (
        <PreflightGroup
          verdict="plausible"
          title={texts.plausible.title}
          text={texts.plausible.text(plan.plausible.length)}
          count={plan.plausible.length}
          checked={ticks.plausible}
          onTick={tick('plausible')}
        >
          {(most) => <MachineList machines={plan.plausible} most={most} />}
        </PreflightGroup>
      )}
      {plan.rebootstrapping.length > 0 && (
        <PreflightGroup
          title={texts.rebootstrapping.title}
          text={texts.rebootstrapping.text(plan.rebootstrapping.length)}
          count={plan.rebootstrapping.length}
          icon={<Icon of={RotateCcw} className="text-warn-fg" />}
          checked={ticks.rebootstrapping}
          onTick={tick('rebootstrapping')}
        >
          {(most) => <MachineList machines={plan.rebootstrapping} most={most} />}
        </PreflightGroup>
      )}
      {plan.heldBack.length > 0 && (
        <PreflightGroup
          title={texts.heldBack.title}
          text={texts.heldBack.text}
          count={plan.heldBack.length}
          icon={<Icon of={Lock} className="text-fg-3" />}
        >
          {(most) => <HeldBackList held={plan.heldBack} most={most} onReview={onClose} />}
        </PreflightGroup>
      )}
      {superseded > 0 && (
        <PreflightGroup
          title={texts.superseded.title}
          text={texts.superseded.text(chosen.length)}
          count={superseded}
          checked={ticks.superseded}
          onTick={tick('superseded')}
        />
      )}
      <Staying staying={stayingBeside(chosen)} onReview={onClose} />
      {serving > 0 && (
        <PreflightGroup
          title={texts.serving.title}
          text={texts.serving.text(serving, ticks.plausible)}
          checked={ticks.followServing}
          onTick={tick('followServing')}
        />
      )}
    </Dialog>
  )
}

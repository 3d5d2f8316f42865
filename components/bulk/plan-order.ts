import { useState } from 'react'
import {
  firstTicks,
  type GroupName,
  machinesOf,
  optionsOf,
  requestsOf,
  tickedGroups,
} from '#components/bulk/ticked.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { looksSwitchedOff } from '#lib/csr/machine/switched-off.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { useCannotDecide } from '#lib/query/live.ts'
import { useStartRun } from '#lib/query/mutations.ts'
import { FOLLOW_MINUTES, type PlanAnswer } from '#lib/wire/run-answers.ts'

/** Ticks of a person in a plan, and the start of its run. */
export function usePlanOrder(plan: PlanAnswer, isGone: boolean, onStarted: (run: string) => void) {
  const { bulk, common } = useMessages()
  const texts = bulk.preflight
  const whyNot = useCannotDecide()
  const start = useStartRun()
  const [ticks, setTicks] = useState(() => firstTicks(plan))
  const [withSuperseded, setSuperseded] = useState(true)
  const [knowsShutdown, setKnowsShutdown] = useState(false)
  /** Minutes to follow; null when not following. */
  const [follow, setFollow] = useState<number | null>(FOLLOW_MINUTES)
  const [note, setNote] = useState('')
  const isByRole = plan.roles !== null
  const ticked = tickedGroups(plan, ticks)
  const chosen = machinesOf(ticked)
  const superseded = ticked.reduce((sum, group) => sum + group.superseded, 0)
  const awaitsServing = ticked.some((group) => group.awaitsServing > 0)
  // A person agrees only to a time that is on screen.
  const followMinutes = awaitsServing ? follow : null

  const off = ((): OffReason | null => {
    const signer = ticked.flatMap(({ signers }) => signers)[0] ?? KUBE_APISERVER_CLIENT_KUBELET
    const why = whyNot(signer)
    if (why !== null && why !== 'noSigner') {
      return { text: why === 'noApproval' ? common.off.noApproval.spoken : common.off[why] }
    }
    if (isGone) return { text: texts.notRead }
    if (chosen === 0) return { text: texts.nothingTicked }
    const isShutdown = isByRole && looksSwitchedOff(chosen, ticks.has('controlPlane'))
    return isShutdown && !knowsShutdown ? { text: texts.byRole.shutdown.needed } : null
  })()

  const tick = (name: GroupName) => (on: boolean) =>
    setTicks(
      (before) => new Set(on ? [...before, name] : [...before].filter((one) => one !== name)),
    )

  function begin(): void {
    const options = optionsOf(plan, ticks, {
      superseded: withSuperseded,
      followMinutes,
      knowsShutdown,
    })
    const body = { plan: plan.id, options, note: note.trim() }
    start.mutate(body, { onSuccess: ({ id }) => onStarted(id) })
  }

  return {
    ...{ ticks, tick, ticked, chosen, off, begin, start, note, withSuperseded },
    sum: texts.sum(chosen, requestsOf(ticked, withSuperseded), followMinutes),
    /** The options besides the machines; null for one that this plan does not have. */
    also: {
      /** Whether the person has confirmed that they know of the shutdown. */
      shutdown: isByRole ? knowsShutdown : null,
      onShutdown: setKnowsShutdown,
      /** Number of older duplicates, and whether they are ticked. */
      superseded: superseded > 0 ? { count: superseded, on: withSuperseded } : null,
      onSuperseded: setSuperseded,
      /** `minutes` is null when not following. */
      follow: awaitsServing
        ? { minutes: follow, plausible: isByRole || ticks.has('plausible') }
        : null,
      onFollow: setFollow,
      note,
      onNote: setNote,
    },
  }
}

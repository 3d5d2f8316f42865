import { Lock, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { BeyondFilter } from '#components/bulk/beyond-filter.tsx'
import { PlanAlso } from '#components/bulk/plan-also.tsx'
import { PlanGroup } from '#components/bulk/plan-group.tsx'
import { HeldBackLine, MachineLine } from '#components/bulk/plan-lists.tsx'
import { ScriptButton } from '#components/bulk/script-button.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import {
  firstTicks,
  machinesOf,
  type OfferedGroup,
  offeredGroups,
  optionsOf,
  requestsOf,
  tickedGroups,
} from '#components/bulk/ticked.ts'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { Said } from '#components/said.tsx'
import { PrimaryKey } from '#components/shell/primary-key.tsx'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { looksSwitchedOff } from '#lib/csr/machine/switched-off.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { TRUST_LEVELS, type Trust } from '#lib/csr/policy/trust.ts'
import { problemOf } from '#lib/query/api.ts'
import { FOLLOW_MINUTES, type PlanAnswer, type PlanBody } from '#lib/query/domain-types.ts'
import { useCanDecide, useCluster } from '#lib/query/live.ts'
import { useStartRun } from '#lib/query/mutations.ts'
import { usePlan } from '#lib/query/run-queries.ts'

interface PlanDialogProps {
  readonly selection: PlanBody['selection']
  readonly onStarted: (run: string) => void
  readonly onClose: () => void
}

/** Shows what a bulk approval would do, before it starts. */
export function PlanDialog({ selection, onStarted, onClose }: PlanDialogProps) {
  const { bulk } = useMessages()
  const { plan, isGone } = usePlan(selection)
  if (plan !== null) {
    return <ReadPlan {...{ plan, isGone, onStarted, onClose }} isWhole={selection === 'safe'} />
  }
  return (
    <Dialog open onClose={onClose} width="wide" sheet title={bulk.preflight.title(0, 1)}>
      <p className="px-5 py-4 text-fg-2">
        {isGone ? bulk.preflight.notMade : bulk.preflight.making}
      </p>
    </Dialog>
  )
}

interface ReadPlanProps extends Omit<PlanDialogProps, 'selection'> {
  readonly plan: PlanAnswer
  readonly isGone: boolean
  /** Whether the plan covers the whole cluster, not only what the page shows. */
  readonly isWhole: boolean
}

const GROUP_ICONS = { ...VERDICT_ICONS, rebootstrapping: RotateCcw }
const GROUP_COLOURS = { ...VERDICT_COLOURS, rebootstrapping: 'text-warn-fg' }

function ReadPlan({ plan, isGone, isWhole, onStarted, onClose }: ReadPlanProps) {
  const { bulk, board, common } = useMessages()
  const texts = bulk.preflight
  const isByRole = plan.roles !== null
  const canDecide = useCanDecide()
  const cluster = useCluster()
  const start = useStartRun()
  const [ticks, setTicks] = useState(() => firstTicks(plan))
  const [withSuperseded, setSuperseded] = useState(true)
  const [knowsShutdown, setKnowsShutdown] = useState(false)
  /** Minutes to follow; null when not following. */
  const [follow, setFollow] = useState<number | null>(FOLLOW_MINUTES)
  const [note, setNote] = useState('')
  const ticked = tickedGroups(plan, ticks)
  const chosen = machinesOf(ticked)
  const groups = offeredGroups(plan)
  const offered = machinesOf(groups.map(({ group }) => group))
  const superseded = ticked.reduce((sum, group) => sum + group.superseded, 0)
  const awaitsServing = ticked.some((group) => group.awaitsServing > 0)
  // A person agrees only to a time that is on screen.
  const followMinutes = awaitsServing ? follow : null

  const off = ((): OffReason | null => {
    const signer = ticked.flatMap(({ signers }) => signers)[0] ?? KUBE_APISERVER_CLIENT_KUBELET
    const can = canDecide(signer)
    if (!can.ok && can.reason !== 'noSigner') {
      return {
        text: can.reason === 'noApproval' ? common.off.noApproval.spoken : common.off[can.reason],
      }
    }
    if (isGone) return { text: texts.notRead }
    if (chosen === 0) return { text: texts.nothingTicked }
    const isShutdown = isByRole && looksSwitchedOff(chosen, ticks.has('controlPlane'))
    return isShutdown && !knowsShutdown ? { text: texts.byRole.shutdown.needed } : null
  })()

  const tick = (name: OfferedGroup['name']) => (on: boolean) =>
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

  return (
    <Dialog
      open
      onClose={onClose}
      sticky={note !== ''}
      width="wide"
      sheet
      title={isByRole ? texts.byRole.title(offered) : texts.title(chosen, offered)}
      description={
        <>
          {isByRole ? texts.byRole.description : texts.description}
          {isWhole && <BeyondFilter names={ticked.flatMap(({ names }) => names ?? [])} />}
        </>
      }
      note={
        start.error !== null ? (
          <span role="alert" className="text-warn-fg">
            <Said of={problemOf(start.error)} />
          </span>
        ) : (
          <>
            <b className="block text-sm font-medium text-fg tabular-nums">
              {texts.sum(chosen, requestsOf(ticked, withSuperseded), followMinutes)}
            </b>
            <Words
              text={texts.asWhom}
              blanks={{ user: <ClusterText text={cluster?.user ?? ''} face="sans" /> }}
            />
          </>
        )
      }
      also={
        offered > 0 && (
          <PlanAlso
            shutdown={isByRole ? knowsShutdown : null}
            onShutdown={setKnowsShutdown}
            superseded={superseded > 0 ? { count: superseded, on: withSuperseded } : null}
            onSuperseded={setSuperseded}
            follow={
              awaitsServing
                ? { minutes: follow, plausible: isByRole || ticks.has('plausible') }
                : null
            }
            onFollow={setFollow}
            note={note}
            onNote={setNote}
          />
        )
      }
      footer={
        <>
          {chosen > 0 && <ScriptButton {...{ plan: plan.id, ticks, superseded: withSuperseded }} />}
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" off={off} busy={start.isPending} onClick={begin}>
            {texts.approve(chosen)}
            {off === null && <PrimaryKey />}
          </Button>
        </>
      }
    >
      {groups.map(({ name, group }, at) => {
        const { icon, title, text, trust } = isTrust(name)
          ? {
              icon: <Icon of={GROUP_ICONS[name]} className={GROUP_COLOURS[name]} />,
              title: texts[name].title,
              text: texts[name].text(group.count),
              trust: name,
            }
          : {
              icon: null,
              title: board.returning.roles[name].title,
              text: board.returning.roles[name].why,
              trust: 'rebootstrapping' as const,
            }
        return (
          <PlanGroup
            key={name}
            icon={icon}
            title={title}
            {...(name === 'verified' || name === 'plausible'
              ? { look: VERDICT_COLOURS[name] }
              : {})}
            text={text}
            listing={group}
            folded={name === 'plausible' && at > 0}
            checked={ticks.has(name)}
            onTick={tick(name)}
          >
            {(row) => <MachineLine key={row.name} row={row} trust={trust} isByRole={isByRole} />}
          </PlanGroup>
        )
      })}
      {plan.heldBack.count > 0 && (
        <PlanGroup
          title={texts.heldBack.title}
          listing={plan.heldBack}
          icon={<Icon of={Lock} className="text-fg-3" />}
        >
          {(held) => <HeldBackLine key={held.key} held={held} onReview={onClose} />}
        </PlanGroup>
      )}
      <Staying
        staying={{
          count: ticked.reduce((sum, { staying }) => sum + staying.count, 0),
          rows: ticked.flatMap(({ staying }) => staying.rows),
        }}
        onReview={onClose}
      />
    </Dialog>
  )
}

function isTrust(name: OfferedGroup['name']): name is Trust {
  return TRUST_LEVELS.some((level) => level === name)
}

import { Lock, RotateCcw } from 'lucide-react'
import { BeyondFilter } from '#components/bulk/beyond-filter.tsx'
import { PlanAlso } from '#components/bulk/plan-also.tsx'
import { PlanGroup } from '#components/bulk/plan-group.tsx'
import { HeldBackLine, MachineLine } from '#components/bulk/plan-lists.tsx'
import { usePlanOrder } from '#components/bulk/plan-order.ts'
import { ScriptButton } from '#components/bulk/script-button.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import { type GroupName, machinesOf, offeredGroups } from '#components/bulk/ticked.ts'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { Said } from '#components/said.tsx'
import { PrimaryKey } from '#components/shell/primary-key.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TRUST_LEVELS, type Trust } from '#lib/csr/policy/trust.ts'
import { problemOf } from '#lib/query/api.ts'
import { useCluster } from '#lib/query/live.ts'
import { usePlan } from '#lib/query/run-queries.ts'
import type { PlanAnswer, PlanBody } from '#lib/wire/run-answers.ts'

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

function ReadPlan({ plan, isGone, isWhole, onStarted, onClose }: ReadPlanProps) {
  const { bulk, common } = useMessages()
  const texts = bulk.preflight
  const cluster = useCluster()
  const order = usePlanOrder(plan, isGone, onStarted)
  const { ticks, ticked, chosen, off, start } = order
  const offered = machinesOf(offeredGroups(plan).map(({ group }) => group))
  const isByRole = plan.roles !== null
  return (
    <Dialog
      open
      onClose={onClose}
      sticky={order.note !== ''}
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
            <b className="block text-sm font-medium text-fg tabular-nums">{order.sum}</b>
            <Words
              text={texts.asWhom}
              blanks={{ user: <ClusterText text={cluster?.user ?? ''} face="sans" /> }}
            />
          </>
        )
      }
      also={offered > 0 && <PlanAlso {...order.also} />}
      footer={
        <>
          {chosen > 0 && (
            <ScriptButton {...{ plan: plan.id, ticks, superseded: order.withSuperseded }} />
          )}
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" off={off} busy={start.isPending} onClick={order.begin}>
            {texts.approve(chosen)}
            {off === null && <PrimaryKey />}
          </Button>
        </>
      }
    >
      <OfferedGroups plan={plan} ticks={ticks} tick={order.tick} />
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

const GROUP_ICONS = { ...VERDICT_ICONS, rebootstrapping: RotateCcw }
const GROUP_COLOURS = { ...VERDICT_COLOURS, rebootstrapping: 'text-warn-fg' }

interface OfferedGroupsProps {
  readonly plan: PlanAnswer
  readonly ticks: ReadonlySet<GroupName>
  readonly tick: (name: GroupName) => (on: boolean) => void
}

/** The groups that a person may tick. */
function OfferedGroups({ plan, ticks, tick }: OfferedGroupsProps) {
  const { bulk, board } = useMessages()
  const texts = bulk.preflight
  return offeredGroups(plan).map(({ name, group }, at) => {
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
        {...(name === 'verified' || name === 'plausible' ? { look: VERDICT_COLOURS[name] } : {})}
        text={text}
        listing={group}
        folded={name === 'plausible' && at > 0}
        checked={ticks.has(name)}
        onTick={tick(name)}
      >
        {(row) => (
          <MachineLine key={row.name} row={row} trust={trust} isByRole={plan.roles !== null} />
        )}
      </PlanGroup>
    )
  })
}

function isTrust(name: GroupName): name is Trust {
  return TRUST_LEVELS.some((level) => level === name)
}

import { Lock, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { BeyondFilter } from '#components/bulk/beyond-filter.tsx'
import { PlanGroup } from '#components/bulk/plan-group.tsx'
import { CountedList, HeldBackLine, MachineLine } from '#components/bulk/plan-lists.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import { machinesOf, requestsOf, tickedGroups } from '#components/bulk/ticked.ts'
import { NoteField } from '#components/decide/note-field.tsx'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { problemOf } from '#lib/query/api.ts'
import type { PlanAnswer, PlanBody } from '#lib/query/domain-types.ts'
import { useCanDecide, useCluster } from '#lib/query/live.ts'
import { useStartRun } from '#lib/query/mutations.ts'
import { usePlan } from '#lib/query/run-queries.ts'

interface PlanDialogProps {
  readonly selection: PlanBody['selection']
  readonly onStarted: (run: string) => void
  readonly onClose: () => void
}

/** Names what a bulk approval would do, before it does it. */
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
  /** All that are safe, whatever the page shows. */
  readonly isWhole: boolean
}

const GROUPS = ['verified', 'plausible', 'rebootstrapping'] as const
const GROUP_ICONS = { ...VERDICT_ICONS, rebootstrapping: RotateCcw }
const GROUP_COLOURS = { ...VERDICT_COLOURS, rebootstrapping: 'text-warn-fg' }
const MINUTES = ['15', '30', '60'] as const

function ReadPlan({ plan, isGone, isWhole, onStarted, onClose }: ReadPlanProps) {
  const { bulk, common } = useMessages()
  const texts = bulk.preflight
  const canDecide = useCanDecide()
  const cluster = useCluster()
  const start = useStartRun()
  const [ticks, setTicks] = useState({
    verified: true,
    plausible: false,
    rebootstrapping: false,
    superseded: true,
    followServing: true,
  })
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>('15')
  const [note, setNote] = useState('')
  const ticked = tickedGroups(plan, ticks)
  const chosen = machinesOf(ticked)
  const offered = machinesOf(GROUPS.map((name) => plan.groups[name]))
  const superseded = ticked.reduce((sum, group) => sum + group.superseded, 0)
  const serving = ticked.reduce((sum, group) => sum + group.awaitsServing, 0)

  const off = ((): Reason | null => {
    const signer = ticked.flatMap(({ signers }) => signers)[0] ?? KUBE_APISERVER_CLIENT_KUBELET
    const can = canDecide(signer)
    if (!can.ok && can.reason !== 'noSigner') {
      return {
        text: can.reason === 'noApproval' ? common.off.noApproval.spoken : common.off[can.reason],
      }
    }
    if (isGone) return { text: texts.notRead }
    return chosen === 0 ? { text: texts.nothingTicked } : null
  })()

  const tick = (name: keyof typeof ticks) => (on: boolean) =>
    setTicks((before) => ({ ...before, [name]: on }))

  function begin(): void {
    const { followServing, ...groups } = ticks
    const followMinutes = followServing ? Number(minutes) : null
    const body = { plan: plan.id, options: { ...groups, followMinutes }, note: note.trim() }
    start.mutate(body, { onSuccess: ({ id }) => onStarted(id) })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      sticky={note !== ''}
      width="wide"
      sheet
      title={texts.title(chosen, offered)}
      description={
        <>
          {texts.description}
          {isWhole && <BeyondFilter names={ticked.flatMap(({ names }) => names ?? [])} />}
        </>
      }
      note={
        start.error !== null ? (
          <span role="alert" className="text-warn-fg">
            <Said of={problemOf(start.error)} />
          </span>
        ) : (
          <Words
            text={texts.asWhom(requestsOf(ticked, ticks))}
            blanks={{
              user: (
                <b className="font-semibold">
                  {<ClusterText text={cluster?.user ?? ''} face="sans" />}
                </b>
              ),
            }}
          />
        )
      }
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" off={off} busy={start.isPending} onClick={begin}>
            {texts.approve(chosen)}
          </Button>
        </>
      }
    >
      {GROUPS.map((name) => {
        const { title, text } = texts[name]
        const { count } = plan.groups[name]
        if (count === 0) return null
        return (
          <PlanGroup
            key={name}
            icon={<Icon of={GROUP_ICONS[name]} className={GROUP_COLOURS[name]} />}
            title={title}
            text={text(count)}
            count={count}
            checked={ticks[name]}
            onTick={tick(name)}
          >
            {(most) => (
              <CountedList listing={plan.groups[name]} most={most}>
                {(row) => <MachineLine key={row.name} row={row} trust={name} />}
              </CountedList>
            )}
          </PlanGroup>
        )
      })}
      {plan.heldBack.count > 0 && (
        <PlanGroup
          title={texts.heldBack.title}
          text={texts.heldBack.text}
          count={plan.heldBack.count}
          icon={<Icon of={Lock} className="text-fg-3" />}
        >
          {(most) => (
            <CountedList listing={plan.heldBack} most={most}>
              {(held) => <HeldBackLine key={held.key} held={held} onReview={onClose} />}
            </CountedList>
          )}
        </PlanGroup>
      )}
      {superseded > 0 && (
        <PlanGroup
          title={texts.superseded.title}
          text={texts.superseded.text(chosen)}
          count={superseded}
          checked={ticks.superseded}
          onTick={tick('superseded')}
        />
      )}
      <Staying
        staying={{
          count: ticked.reduce((sum, { staying }) => sum + staying.count, 0),
          rows: ticked.flatMap(({ staying }) => staying.rows),
        }}
        onReview={onClose}
      />
      {serving > 0 && (
        <PlanGroup
          title={texts.serving.title}
          text={texts.serving.text(serving, ticks.plausible, Number(minutes))}
          checked={ticks.followServing}
          onTick={tick('followServing')}
          below={
            <ToggleGroup
              label={texts.serving.minutes}
              value={minutes}
              onChange={setMinutes}
              options={MINUTES.map((value) => ({ value, body: texts.serving.choice(value) }))}
            />
          }
        />
      )}
      {offered > 0 && (
        <div className="px-5 py-3">
          <NoteField
            label={texts.note.label}
            hint={texts.note.hint}
            value={note}
            onChange={setNote}
          />
        </div>
      )}
    </Dialog>
  )
}

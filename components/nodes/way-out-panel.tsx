import { Check, Lock } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { CommandItem } from '#components/machine/commands-panel.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { isOpenShift, wayCommands } from '#components/nodes/way-commands.ts'
import { POLICY_PATH } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { plainWords, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import {
  type Renewer,
  WAY_STEPS,
  type WayState,
  type WayStep,
  wayOut,
} from '#lib/csr/kubelets/way-out.ts'
import { usePolicy } from '#lib/query/document-queries.ts'
import { useCluster } from '#lib/query/live.ts'
import type { KubeletsCounts } from '#lib/wire/views.ts'

/** The four steps until metrics-server verifies kubelets; the one that is now is tinted. */
export function WayOutPanel({ counts }: { readonly counts: KubeletsCounts }) {
  const { way } = useMessages().kubelets
  const renewer = useRenewer()
  const cluster = useCluster()
  const onOpenShift = cluster !== null && isOpenShift(cluster)
  const states = wayOut(counts, renewer)
  const texts: Readonly<Record<WayStep, ReactNode>> = {
    ask: <AskText counts={counts} onOpenShift={onOpenShift} />,
    approve: <ApproveText counts={counts} />,
    renew: way.renew[renewer ?? 'noProgram'],
    dropFlag: <Words text={onOpenShift ? way.dropFlag.openshift : way.dropFlag.text} />,
  }
  return (
    <TitledPanel title={way.title} aside={way.aside} label={way.title} className="mb-4">
      <ol>
        {WAY_STEPS.map((step, index) => (
          <Step
            key={step}
            step={step}
            number={index + 1}
            state={states[step]}
            onOpenShift={onOpenShift}
            action={<StepAction step={step} counts={counts} />}
          >
            {texts[step]}
          </Step>
        ))}
      </ol>
    </TitledPanel>
  )
}

/** The program that approves renewals here; null for none, or while it is not known. */
function useRenewer(): Renewer {
  const { answer } = usePolicy()
  const machineApprover = useCluster()?.machineApprover
  if (answer !== null && answer.approver !== null && answer.paused !== true) {
    const isActing = answer.policy.automatic.mode === 'act' && answer.barred === null
    if (isActing) return 'approver'
  }
  return machineApprover?.presence === 'present' ? 'machineApprover' : null
}

const DOTS: Readonly<Record<WayState, string>> = {
  done: 'border-good-mark bg-good-mark text-surface',
  part: 'border-good-mark text-good-fg',
  now: 'border-accent text-accent-fg border-2',
  todo: 'border-line-control text-fg-3',
  locked: 'border-line-control text-fg-3',
}

interface StepProps {
  readonly step: WayStep
  readonly number: number
  readonly state: WayState
  readonly onOpenShift: boolean
  readonly action: ReactNode
  readonly children: ReactNode
}

function Step({ step, number, state, onOpenShift, action, children }: StepProps) {
  const { way } = useMessages().kubelets
  const [isOpen, setIsOpen] = useState(false)
  const commandsId = useId()
  const commands = wayCommands(step, onOpenShift)
  const { title } = way[step]
  return (
    <li
      aria-current={state === 'now' ? 'step' : undefined}
      className={classNames(
        'grid grid-cols-[22px_minmax(0,1fr)] gap-x-3 gap-y-1.5 border-b border-line-soft px-4 py-2.5 last:border-b-0 tablet:grid-cols-[22px_minmax(0,1fr)_auto]',
        state === 'now' && 'bg-accent-tint',
      )}
    >
      <span
        aria-hidden
        className={classNames(
          'grid size-[22px] place-items-center rounded-full border-[1.5px] text-2xs font-medium',
          DOTS[state],
        )}
      >
        {state === 'done' ? <Icon of={Check} size="small" /> : number}
      </span>
      <div className="min-w-0">
        <h3 className="font-medium">
          {title} <span className="sr-only">{way.states[state]}</span>
        </h3>
        <p className="text-xs text-pretty text-fg-2">{children}</p>
      </div>
      <div className="flex flex-wrap items-center gap-1.5 max-tablet:col-start-2 max-tablet:*:h-10">
        {commands.length > 0 && (
          <Button
            look="quiet"
            size="small"
            aria-expanded={isOpen}
            aria-controls={commandsId}
            aria-label={way.named(isOpen ? way.hide : way.show, title)}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? way.hide : way.show}
          </Button>
        )}
        {action}
      </div>
      <ul
        id={commandsId}
        hidden={!isOpen}
        className="col-start-2 rounded-md border border-line bg-surface tablet:col-span-2"
      >
        {commands.map(([name, line]) => (
          <CommandItem key={name} label={plainWords(way.commands[name])} line={line} />
        ))}
      </ul>
    </li>
  )
}

interface CountsProps {
  readonly counts: KubeletsCounts
}

function AskText({ counts, onOpenShift }: CountsProps & { readonly onOpenShift: boolean }) {
  const { joined, kubelets } = useMessages()
  const { ask } = kubelets.way
  const { nodes, filedNothing, unasked, silent } = counts
  const asking = nodes - filedNothing - unasked
  return (
    <Sentences>
      <Words text={onOpenShift ? ask.openshift : ask.text} />
      {asking === nodes ? ask.allAsk(nodes) : ask.some(asking, nodes)}
      {filedNothing > 0 && (
        <Words
          text={ask.silent(filedNothing - silent.length)}
          blanks={{ names: joined.list(silent) }}
        />
      )}
      {unasked > 0 && ask.unasked(unasked)}
    </Sentences>
  )
}

function ApproveText({ counts: { approvable, held } }: CountsProps) {
  const { approve } = useMessages().kubelets.way
  if (approvable + held === 0) return approve.none
  return (
    <Sentences>
      {approvable > 0 && approve.waiting(approvable)}
      {held > 0 && approve.held(held)}
      <Words text={approve.meaning} />
    </Sentences>
  )
}

function StepAction({ step, counts }: CountsProps & { readonly step: WayStep }) {
  const { way } = useMessages().kubelets
  const { bulk } = useDecideActions()
  const off = useOff()
  const { toApprove, left } = counts
  switch (step) {
    case 'ask':
      return null
    case 'approve':
      return (
        toApprove.length > 0 && (
          <Button size="small" off={off.serving} onClick={() => bulk(toApprove)}>
            {way.approve.button(toApprove.length)}
          </Button>
        )
      )
    case 'renew':
      return (
        <LinkButton look="quiet" size="small" href={POLICY_PATH} prefetch={false}>
          {way.renew.policy}
        </LinkButton>
      )
    case 'dropFlag':
      return (
        left > 0 && (
          <Button icon={Lock} size="small" off={{ text: way.dropFlag.reason(left) }}>
            {way.dropFlag.left(left)}
          </Button>
        )
      )
  }
}

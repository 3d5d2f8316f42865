import { Pause, Play, Square } from 'lucide-react'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { Button, type ButtonLook, type ButtonSize, type OffReason } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useCluster, useFeed } from '#lib/query/live.ts'
import { whyDecisionsOff } from '#lib/query/may-decide.ts'
import type { useActOnRun } from '#lib/query/mutations.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunButtonsProps {
  /** The run, which is under way. */
  readonly run: RunSummary
  readonly act: ReturnType<typeof useActOnRun>
  /** Look of the button that resumes the run. */
  readonly look?: ButtonLook
  readonly size?: ButtonSize
  /** Accessible names of the buttons where several runs are listed. */
  readonly nameOf?: (action: string) => string
}

/** Buttons that stop, pause and resume a run; absent for a person who may not. */
export function RunButtons({ run, act, look, size, nameOf }: RunButtonsProps) {
  const texts = useMessages().bulk.run
  const mayHalt = useMayHalt(run)
  const { mutate, isPending, variables } = act
  const asked = isPending ? variables.act : null
  const ask = (act: 'pause' | 'resume' | 'stop') => () => mutate({ id: run.id, act })
  const off = useResumeOff(run)
  const named = (action: string) => (nameOf === undefined ? {} : { 'aria-label': nameOf(action) })
  if (!mayHalt) return null
  return (
    <>
      <Button
        icon={Square}
        {...named(texts.stop)}
        size={size}
        busy={asked === 'stop'}
        onClick={ask('stop')}
      >
        {texts.stop}
      </Button>
      {run.status === 'paused' ? (
        <Button
          icon={Play}
          {...named(texts.resume)}
          look={look}
          size={size}
          off={off}
          busy={asked === 'resume'}
          onClick={ask('resume')}
        >
          {texts.resume}
        </Button>
      ) : (
        <Button
          icon={Pause}
          {...named(texts.pause)}
          size={size}
          busy={asked === 'pause'}
          onClick={ask('pause')}
        >
          {texts.pause}
        </Button>
      )}
    </>
  )
}

/** Whether the person may pause and stop the run: its owner, and every person who may approve. */
export function useMayHalt({ user }: Pick<RunSummary, 'user'>): boolean {
  const cluster = useCluster()
  return cluster === null || cluster.access.approval || cluster.user === user
}

/** Reason that a resumed run would be paused again at once; null for none. */
export function useResumeOff({ signers, user }: RunSummary): OffReason | null {
  const { bulk, common } = useMessages()
  const off = whyDecisionsOff(useFeed())
  const cluster = useCluster()
  const offReason = useOffReasons()
  if (off !== null) return { text: common.off[off] }
  if (signers.length > 0 && cluster?.user !== user) return { text: bulk.run.otherUser }
  return signers.map((name) => offReason(name)).find((reason) => reason !== null) ?? null
}

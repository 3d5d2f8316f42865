import { CirclePause, CirclePlay } from 'lucide-react'
import { useId, useState } from 'react'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { plainWords, useMessages, Words } from '#components/ui/messages.tsx'
import { WHY_LIMIT } from '#lib/csr/policy/stop-text.ts'
import { usePausePolicy } from '#lib/query/document-queries.ts'

interface KillSwitchProps {
  readonly paused: boolean
  readonly mayEdit: boolean | null
  /** True where no approver runs, so that there is nothing to stop. */
  readonly isAbsent: boolean
}

/** Stops the automatic approver, or lets it go on, after a confirmation. */
export function KillSwitch({ paused, mayEdit, isAbsent }: KillSwitchProps) {
  const { pause } = useMessages().policy
  /** The question of the open dialog. It stays while the server's answer changes the page. */
  const [asked, setAsked] = useState<'stop' | 'resume' | null>(null)
  const [why, setWhy] = useState('')
  const whyId = useId()
  const write = usePausePolicy()
  const off = isAbsent && !paused ? { text: pause.offAbsent } : offToWrite(mayEdit, pause)
  return (
    <>
      <Button
        icon={paused ? CirclePlay : CirclePause}
        look={paused ? 'plain' : 'deny'}
        off={off}
        onClick={() => setAsked(paused ? 'resume' : 'stop')}
        className="max-tablet:h-11 max-tablet:w-full"
      >
        {paused ? pause.resume : pause.stop}
      </Button>
      {asked !== null && (
        <ConfirmWrite
          look={asked === 'stop' ? 'danger' : 'primary'}
          title={asked === 'stop' ? pause.stopTitle : pause.resumeTitle}
          text={asked === 'stop' ? pause.stopText : pause.resumeText}
          confirm={asked === 'stop' ? pause.confirmStop : pause.confirmResume}
          writing={pause.writing}
          outcomes={{ ...pause, saved: asked === 'stop' ? pause.stopped : pause.resumed }}
          write={() => write(asked === 'stop', asked === 'stop' ? why : '')}
          onClose={() => {
            setAsked(null)
            setWhy('')
          }}
        >
          {asked === 'stop' && (
            <div className="grid gap-1">
              <label htmlFor={whyId} className="text-xs text-fg-2">
                {pause.why}
              </label>
              <input
                id={whyId}
                value={why}
                maxLength={WHY_LIMIT}
                autoComplete="off"
                onChange={(event) => setWhy(event.target.value)}
                className="h-9 rounded-md border border-line-control bg-surface px-2.5 max-tablet:h-11"
              />
            </div>
          )}
        </ConfirmWrite>
      )}
    </>
  )
}

/** Reason that the kill switch cannot be written; null when it can. */
export function offToWrite(
  mayEdit: boolean | null,
  { off, offUnknown }: { readonly off: string; readonly offUnknown: string },
): OffReason | null {
  if (mayEdit === true) return null
  return mayEdit === null
    ? { text: offUnknown }
    : { text: plainWords(off), more: <Words text={off} /> }
}

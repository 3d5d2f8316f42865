import { CirclePause, CirclePlay } from 'lucide-react'
import { useState } from 'react'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { plainWords, useMessages, Words } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { usePausePolicy } from '#lib/query/document-queries.ts'

interface KillSwitchProps {
  readonly paused: boolean
  readonly mayEdit: boolean | null
}

/** Stops the automatic approver, or lets it go on; asks before either. */
export function KillSwitch({ paused, mayEdit }: KillSwitchProps) {
  const { pause } = useMessages().policy
  /** Subject of the open dialog; it stays while the answer changes the page. */
  const [asked, setAsked] = useState<'stop' | 'resume' | null>(null)
  const write = usePausePolicy()
  const off = offToWrite(mayEdit, pause)
  return (
    <div className="mt-2">
      <Button
        look={paused ? 'plain' : 'deny'}
        off={off}
        onClick={() => setAsked(paused ? 'resume' : 'stop')}
        className="max-tablet:h-11 max-tablet:w-full"
      >
        <Icon of={paused ? CirclePlay : CirclePause} size="small" />
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
          write={() => write(asked === 'stop')}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  )
}

/** Why nothing can be written beside the policy; null when it can. */
export function offToWrite(
  mayEdit: boolean | null,
  { off, offUnknown }: { readonly off: string; readonly offUnknown: string },
): Reason | null {
  if (mayEdit === true) return null
  return mayEdit === null
    ? { text: offUnknown }
    : { text: plainWords(off), more: <Words text={off} /> }
}

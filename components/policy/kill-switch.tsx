'use client'

import { CirclePause, CirclePlay } from 'lucide-react'
import { useState } from 'react'
import { plainWords, useMessages, Words } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { usePausePolicy } from '#lib/query/policy.ts'

interface KillSwitchProps {
  readonly paused: boolean
  readonly mayEdit: boolean | null
}

/** Stops the automatic approver, or lets it go on; asks before either. */
export function KillSwitch({ paused, mayEdit }: KillSwitchProps) {
  const { pause } = useMessages().policy
  /** What is asked about: it stays so while the answer changes the page. */
  const [asked, setAsked] = useState<'stop' | 'resume' | null>(null)
  const off = offReason(mayEdit, pause)
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
      {asked !== null && <Ask what={asked} onClose={() => setAsked(null)} />}
    </div>
  )
}

function offReason(
  mayEdit: boolean | null,
  { off, offUnknown }: { readonly off: string; readonly offUnknown: string },
): Reason | null {
  if (mayEdit === true) return null
  return mayEdit === null
    ? { text: offUnknown }
    : { text: plainWords(off), more: <Words text={off} /> }
}

interface AskProps {
  readonly what: 'stop' | 'resume'
  readonly onClose: () => void
}

function Ask({ what, onClose }: AskProps) {
  const { policy, common } = useMessages()
  const { pause } = policy
  const [writing, setWriting] = useState(false)
  const write = usePausePolicy()
  const say = useSay()
  const stops = what === 'stop'

  async function confirm(): Promise<void> {
    setWriting(true)
    const { outcome, detail } = await write(stops)
    onClose()
    if (outcome === 'saved') {
      const title = stops ? pause.stopped : pause.resumed
      say(title)
      showToast({ tone: 'good', title })
      return
    }
    showToast({
      tone: 'bad',
      title: outcome === 'unknown' ? pause.unknown : pause.failed,
      ...(detail === null
        ? {}
        : { description: <Words text={pause.said} blanks={{ message: detail }} /> }),
    })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={stops ? pause.stopTitle : pause.resumeTitle}
      footer={
        <>
          <span className="mr-auto" />
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            look={stops ? 'danger' : 'primary'}
            off={writing ? { text: pause.writing } : null}
            onClick={() => void confirm()}
          >
            {writing ? pause.writing : stops ? pause.confirmStop : pause.confirmResume}
          </Button>
        </>
      }
    >
      <p className="px-5 py-4 text-pretty">
        <Words text={stops ? pause.stopText : pause.resumeText} />
      </p>
    </Dialog>
  )
}

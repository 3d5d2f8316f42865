import { useState } from 'react'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { Alarm } from '#lib/csr/model.ts'
import { useDismissAlarm } from '#lib/query/alarm.ts'

/**
 * `ask` opens the dialog that marks an alarm as seen, for everybody. Render `dialog` beside the
 * alarms: an alarm may go while its dialog is open.
 */
export function useDismissing() {
  const [asked, ask] = useState<Alarm | null>(null)
  const dialog = asked && <DismissAlarm alarm={asked} onClose={() => ask(null)} />
  return { ask, dialog }
}

function DismissAlarm({ alarm, onClose }: { readonly alarm: Alarm; readonly onClose: () => void }) {
  const { alarm: words } = useMessages()
  const dismiss = useDismissAlarm()
  const issued = alarm.machine === null ? words.dismissTextAlone : words.dismissText
  return (
    <ConfirmWrite
      look="danger"
      title={words.dismissTitle}
      text={alarm.kind === 'issuedOtherwise' ? issued : words.against.dismissText}
      confirm={words.confirmDismiss}
      writing={words.dismissing}
      outcomes={{
        saved: words.dismissed,
        failed: words.notDismissed,
        unknown: words.notDismissed,
      }}
      write={async () => {
        const failure = await dismiss(alarm)
        const { detail, causes } = failure ?? { detail: null, causes: [] }
        return { outcome: failure === null ? 'saved' : 'failed', detail, causes }
      }}
      onClose={onClose}
    />
  )
}

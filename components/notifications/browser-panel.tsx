import { useId } from 'react'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { useStore } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Switches this browser's notifications. The browser asks the person for permission only then. */
export function BrowserPanel() {
  const { browser: texts } = useMessages().notifications
  const { notifications } = useLiveClient()
  const state = useStore(notifications.state)
  const about = useId()
  return (
    <TitledPanel label={texts.title} title={texts.title} aside={texts.aside}>
      <div className="flex items-center gap-4 px-4 py-2.5">
        <div className="min-w-0 flex-1">
          <p>{texts.switch}</p>
          <p id={about} className="text-xs text-pretty text-fg-3">
            {texts[state]}
          </p>
        </div>
        <Switch
          label={texts.switch}
          describedBy={about}
          checked={state === 'on'}
          disabled={state === 'blocked' || state === 'unsupported'}
          onChange={(on) => void notifications.turn(on ? 'on' : 'off')}
        />
      </div>
    </TitledPanel>
  )
}

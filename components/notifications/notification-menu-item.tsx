import { Bell } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { MenuSwitch } from '#components/ui/menu.tsx'
import { useStore } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Switches the notifications of this browser; the browser asks the person for leave only then. */
export function NotificationMenuItem() {
  const { notifications: words } = useMessages()
  const { notifications } = useLiveClient()
  const state = useStore(notifications.state)
  const isOff = state === 'blocked' || state === 'unsupported'
  return (
    <MenuSwitch
      icon={Bell}
      checked={state === 'on'}
      onChange={(on) => void notifications.turn(on ? 'on' : 'off')}
      below={isOff ? words.off[state] : words.about}
      disabled={isOff}
    >
      {words.switch}
    </MenuSwitch>
  )
}

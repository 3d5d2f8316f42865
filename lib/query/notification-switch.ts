import type { BrowserApis } from '#lib/query/edges.ts'
import { createStore } from '#lib/query/store.ts'

/**
 * Notifications of this browser. `blocked`: the person has forbidden them for this address.
 * `unsupported`: this browser has none.
 */
export type NotificationState = 'on' | 'off' | 'blocked' | 'unsupported'

export type NotificationSwitch = ReturnType<typeof createNotificationSwitch>

const STORAGE_KEY = 'countersign.notifications'

export function createNotificationSwitch({
  storage,
  notifications,
}: Pick<BrowserApis, 'storage' | 'notifications'>) {
  const state = createStore<NotificationState>('off')

  /** Reads the state again: signing out has emptied the storage. */
  function read(): void {
    const isOn = storage?.get(STORAGE_KEY) === 'on'
    const permission = notifications.permission()
    if (permission === 'denied') state.change('blocked')
    else if (permission === 'unsupported' || storage === null) state.change('unsupported')
    else state.change(isOn && permission === 'granted' ? 'on' : 'off')
  }

  return {
    state,
    read,
    /** Turns notifications on or off. Asks for the browser's permission if it was never asked. */
    async turn(to: 'on' | 'off'): Promise<void> {
      if (to === 'off') storage?.remove(STORAGE_KEY)
      else if ((await notifications.ask()) === 'granted') storage?.set(STORAGE_KEY, 'on')
      read()
    },
    /** Follows the switch in other tabs; the returned function stops that. */
    start(): () => void {
      read()
      return storage?.onChange((key) => key === STORAGE_KEY && read()) ?? (() => {})
    },
  }
}

import type {
  BrowserApis,
  BrowserNotification,
  Channel,
  TabMessage,
  TabStorage,
} from '#lib/query/edges.ts'
import { dropHash, earlyAnswers, openedHash } from '#lib/query/launch.ts'

/** Changes when tabs of different builds would misunderstand each other. */
const CHANNEL = 'countersign.2'

/** The browser's APIs as a page uses them. Creating them touches nothing that a server lacks. */
export function browserApis(): BrowserApis {
  return {
    localNow: () => Date.now(),
    random: Math.random,
    setTimer,
    fetch: (path, init) => fetch(path, init),
    visibility: {
      isHidden: () => document.hidden,
      onChange: (listener) => listen(document, 'visibilitychange', listener),
    },
    onOnline: (listener) => listen(window, 'online', listener),
    address: {
      hash: openedHash,
      dropHash,
      leaveFor: (url) => location.assign(url),
    },
    early: earlyAnswers,
    storage: localStorageOrNone(),
    channel: broadcastChannel(),
    notifications: {
      permission: () => ('Notification' in window ? Notification.permission : 'unsupported'),
      ask: async () =>
        'Notification' in window ? Notification.requestPermission() : 'unsupported',
      show: showNotification,
    },
    newId: () => crypto.randomUUID(),
  }
}

function setTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

function listen(target: EventTarget, event: string, listener: () => void): () => void {
  target.addEventListener(event, listener)
  return () => target.removeEventListener(event, listener)
}

/** Some phones have the API for service workers only, which this product does not use. */
function showNotification({ title, body, tag, onClick }: BrowserNotification): void {
  try {
    const shown = new Notification(title, { body, tag })
    shown.onclick = () => {
      window.focus()
      shown.close()
      onClick()
    }
  } catch {
    // The page itself still shows the news.
  }
}

/** Private windows and strict settings throw on any access. */
function localStorageOrNone(): TabStorage | null {
  let storage: Storage
  try {
    storage = localStorage
    storage.getItem('')
  } catch {
    return null
  }
  return {
    get: (key) => storage.getItem(key),
    set(key, value) {
      try {
        storage.setItem(key, value)
        return true
      } catch {
        return false
      }
    },
    remove: (key) => storage.removeItem(key),
    clear() {
      storage.clear()
      sessionStorage.clear()
    },
    onChange(listener) {
      const onStorage = ({ key, newValue, storageArea }: StorageEvent) => {
        if (storageArea === storage && key !== null) listener(key, newValue)
      }
      window.addEventListener('storage', onStorage)
      return () => window.removeEventListener('storage', onStorage)
    },
  }
}

/** Opened at its first use: a page rendered on the server sends nothing. */
function broadcastChannel(): Channel {
  let opened: BroadcastChannel | null = null
  const channel = () => {
    opened ??= new BroadcastChannel(CHANNEL)
    return opened
  }
  return {
    post: (message) => channel().postMessage(message),
    onMessage(listener) {
      const onMessage = ({ data }: MessageEvent<TabMessage>) => listener(data)
      channel().addEventListener('message', onMessage)
      return () => channel().removeEventListener('message', onMessage)
    },
    close() {
      opened?.close()
      opened = null
    },
  }
}

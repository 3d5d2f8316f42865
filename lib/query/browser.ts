import type { Channel, Edges, Locks, TabStorage } from '#lib/query/edges.ts'

declare global {
  interface Window {
    /** The address's fragment with the launch key, until it is read (public/launch-key.js). */
    launchHash?: string
  }
}

/** Changes when tabs of different builds would misunderstand each other. */
const CHANNEL = 'countersign.2'

/** In a tab that nobody sees there are no frames: then this often, milliseconds. */
const HIDDEN_FRAME_MS = 250

/** The world as a browser's page sees it. Making it touches nothing that a server lacks. */
export function browserEdges(): Edges {
  return {
    localNow: () => Date.now(),
    random: Math.random,
    setTimer,
    nextFrame(run) {
      // Both: a frame that was asked for before the tab was hidden may never come.
      let done = false
      const once = () => {
        if (done) return
        cancel()
        run()
      }
      const cancelTimer = setTimer(once, HIDDEN_FRAME_MS)
      const frame = requestAnimationFrame(once)
      const cancel = () => {
        done = true
        cancelTimer()
        cancelAnimationFrame(frame)
      }
      return cancel
    },
    pause: turns(),
    fetch: (path, init) => fetch(path, init),
    visibility: {
      isHidden: () => document.hidden,
      onChange: (listener) => listen(document, 'visibilitychange', listener),
    },
    onOnline: (listener) => listen(window, 'online', listener),
    address: {
      hash: () => window.launchHash ?? location.hash,
      dropHash() {
        delete window.launchHash
        history.replaceState(history.state, '', location.pathname + location.search)
      },
    },
    storage: localStorageOrNone(),
    channel: broadcastChannel(),
    locks: webLocks(),
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

/**
 * Turns of the event loop. A timer would wait 4 ms from the fifth in a row on; a channel for each
 * turn would be more to collect than what a burst brings.
 */
function turns(): () => Promise<void> {
  const waiting: (() => void)[] = []
  let opened: MessageChannel | null = null
  const channel = () => {
    if (opened === null) {
      opened = new MessageChannel()
      opened.port1.onmessage = () => waiting.shift()?.()
    }
    return opened
  }
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      channel().port2.postMessage(null)
    })
}

/** Private windows and strict settings throw at the mere look at it. */
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

/** Opened when it is first used: a page that is only rendered has nothing to say. */
function broadcastChannel(): Channel {
  let opened: BroadcastChannel | null = null
  const channel = () => {
    opened ??= new BroadcastChannel(CHANNEL)
    return opened
  }
  return {
    post: (message) => channel().postMessage(message),
    onMessage(listener) {
      const onMessage = ({ data }: MessageEvent<unknown>) => listener(data)
      channel().addEventListener('message', onMessage)
      return () => channel().removeEventListener('message', onMessage)
    },
    close() {
      opened?.close()
      opened = null
    },
  }
}

/** Null outside a secure context; loopback counts as one. */
function webLocks(): Locks | null {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return null
  return {
    async request(name, options, until) {
      await navigator.locks.request(name, options, until)
    },
    async heard() {
      // Whatever the browser had to say before comes before its answer.
      await navigator.locks.query()
    },
  }
}

/**
 * Everything that the browser layer takes from the world around it. `browser.ts` makes the real
 * ones; tests bring their own, so that nothing waits and nothing is patched.
 */
export interface BrowserApis {
  /** This browser's milliseconds since the epoch. */
  readonly localNow: () => number
  readonly random: () => number
  /** The answer cancels it. */
  readonly setTimer: (run: () => void, ms: number) => () => void
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
  readonly visibility: {
    readonly isHidden: () => boolean
    /** The answer is the undo. */
    readonly onChange: (listener: () => void) => () => void
  }
  /** The network is back, says the browser. */
  readonly onOnline: (listener: () => void) => () => void
  readonly address: {
    /** With its `#`. */
    readonly hash: () => string
    /** Takes the fragment out of the address bar and the history entry. */
    readonly dropHash: () => void
    /** Opens another site's page in this tab. */
    readonly leaveFor: (url: string) => void
  }
  /** Answers that are under way before the page's code is there. Each is taken once. */
  readonly early: {
    /** Answer to the launch key; null without one. */
    readonly takeSession: () => Promise<Response> | null
    /** Null for another question. Resolves with null if asking failed, or the answers were dropped. */
    readonly take: (path: string) => Promise<object | null> | null
    /** The stream has begun: answers from before it may be older than what it says. */
    readonly drop: () => void
  }
  /** Shared by all tabs; null where the browser refuses it. */
  readonly storage: TabStorage | null
  readonly channel: Channel
  readonly notifications: Notifications
  readonly newId: () => string
}

export interface TabStorage {
  readonly get: (key: string) => string | null
  /** False when it does not fit. */
  readonly set: (key: string, value: string) => boolean
  readonly remove: (key: string) => void
  /** Everything of this origin: what all tabs share, and what this tab has for itself. */
  readonly clear: () => void
  /** Told when another tab changed a key. */
  readonly onChange: (listener: (key: string, value: string | null) => void) => () => void
}

/** To all other tabs of this browser, in order. */
export interface Channel {
  readonly post: (message: unknown) => void
  readonly onMessage: (listener: (message: unknown) => void) => () => void
  readonly close: () => void
}

/** The browser's notifications. */
export interface Notifications {
  readonly permission: () => NotificationPermission | 'unsupported'
  /** Asks the person, once: later calls give the same answer. */
  readonly ask: () => Promise<NotificationPermission | 'unsupported'>
  /** A later one of the same tag replaces it, also another tab's. */
  readonly show: (notification: BrowserNotification) => void
}

export interface BrowserNotification {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly onClick: () => void
}

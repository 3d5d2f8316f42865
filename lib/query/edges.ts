import type { Preferences } from '#lib/wire/preferences.ts'

/**
 * Everything that the browser layer takes from its surroundings. `browser-apis.ts` has the real
 * ones.
 * Tests bring their own, so that no test waits and nothing is patched.
 */
export interface BrowserApis {
  /** This browser's milliseconds since the epoch. */
  readonly localNow: () => number
  readonly random: () => number
  /** The returned function cancels the timer. */
  readonly setTimer: (run: () => void, ms: number) => () => void
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
  readonly visibility: {
    readonly isHidden: () => boolean
    /** Calls the listener on each change; the returned function undoes that. */
    readonly onChange: (listener: () => void) => () => void
  }
  /** Calls the listener when the browser says that the network is back. */
  readonly onOnline: (listener: () => void) => () => void
  readonly address: {
    /** The fragment with its `#`. */
    readonly hash: () => string
    /** Removes the fragment from the address bar and the history entry. */
    readonly dropHash: () => void
    /** Opens another site's page in this tab. */
    readonly leaveFor: (url: string) => void
  }
  /** Answers that were asked for before the page's code was loaded. Each can be taken once. */
  readonly early: {
    /** The answer to the launch key; null without one. */
    readonly takeSession: () => Promise<Response> | null
    /**
     * Null for a question without an early answer. Resolves with null if the question failed or the
     * answers were dropped.
     */
    readonly take: (path: string) => Promise<object | null> | null
    /** Drops the answers once the stream has begun: they may be older than its events. */
    readonly drop: () => void
  }
  /** The storage that all tabs share; null where the browser refuses it. */
  readonly storage: TabStorage | null
  readonly channel: Channel
  readonly notifications: {
    readonly permission: () => NotificationPermission | 'unsupported'
    /** Asks the person once; later calls return the same answer. */
    readonly ask: () => Promise<NotificationPermission | 'unsupported'>
    /** Shows a notification. A later one with the same tag replaces it, also one of another tab. */
    readonly show: (notification: BrowserNotification) => void
  }
  readonly newId: () => string
}

export interface TabStorage {
  readonly get: (key: string) => string | null
  /** Returns false when the value does not fit. */
  readonly set: (key: string, value: string) => boolean
  readonly remove: (key: string) => void
  /** Clears the origin's storage: that of all tabs, and this tab's own. */
  readonly clear: () => void
  /** Calls the listener when another tab has changed a key. */
  readonly onChange: (listener: (key: string, value: string | null) => void) => () => void
}

/** `signingOut`: a `session` message follows, unless the tab that sent it is closed before. */
export type TabMessage =
  | { readonly kind: 'session' | 'signingOut' }
  | { readonly kind: 'preferences'; readonly preferences: Preferences }

/** Sends messages to all other tabs of this browser and build, in order. */
export interface Channel {
  readonly post: (message: TabMessage) => void
  readonly onMessage: (listener: (message: TabMessage) => void) => () => void
  readonly close: () => void
}

export interface BrowserNotification {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly onClick: () => void
}

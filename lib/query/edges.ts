/**
 * Everything that the browser layer takes from the world around it. `browser.ts` makes the real
 * ones; tests bring their own, so that nothing waits and nothing is patched.
 */
export interface Edges {
  /** This browser's milliseconds since the epoch. */
  readonly localNow: () => number
  readonly random: () => number
  /** The answer cancels it. */
  readonly setTimer: (run: () => void, ms: number) => () => void
  /** Before the next painting, or soon where nothing is painted. The answer cancels it. */
  readonly nextFrame: (run: () => void) => () => void
  /** Lets the page do what waits: input, painting. */
  readonly pause: () => Promise<void>
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
  }
  /** Shared by all tabs; null where the browser refuses it. */
  readonly storage: TabStorage | null
  readonly channel: Channel
  /** Null where there are none: then each tab leads itself. */
  readonly locks: Locks | null
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

/** What is needed of Web Locks. */
export interface Locks {
  /**
   * Holds the lock until `until` settles. Rejects when it is stolen, or when `signal` aborts the
   * wait. `steal` takes it from whoever holds it.
   */
  readonly request: (
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    until: () => Promise<void>,
  ) => Promise<void>
  /** Resolves when this tab has heard of all that has become of its locks by now. */
  readonly heard: () => Promise<void>
}

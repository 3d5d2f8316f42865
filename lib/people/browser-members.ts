/** A thing that ends when its signal aborts. */
interface Ending {
  readonly ending: AbortSignal
}

/** Members of one browser. All but the newest have a run under way. */
export interface BrowserMembers<One extends Ending> {
  /** Call before the session of the earlier member ends. */
  follow(before: One, by: One): void
  /** The members of the same browser that have not ended. */
  all(member: One): readonly One[]
}

/** Forgets members when they end, however often a browser signs in. */
export function createBrowserMembers<One extends Ending>(): BrowserMembers<One> {
  const browsers = new WeakMap<One, Set<One>>()

  function put(member: One, living: Set<One>): Set<One> {
    if (member.ending.aborted) return living
    living.add(member)
    browsers.set(member, living)
    member.ending.addEventListener('abort', () => living.delete(member))
    return living
  }

  return {
    follow(before, by) {
      put(by, browsers.get(before) ?? put(before, new Set()))
    },
    all: (member) => [...(browsers.get(member) ?? [member])],
  }
}

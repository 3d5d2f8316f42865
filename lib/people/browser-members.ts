/** Whatever ends with its signal. */
interface Ending {
  readonly ending: AbortSignal
}

/** Members of one browser, of which all but the newest have a run that goes on. */
export interface BrowserMembers<One extends Ending> {
  /** Call before the session of the earlier member ends. */
  follow(before: One, by: One): void
  /** The members of this one's browser that have not ended. */
  all(member: One): readonly One[]
}

/** Remembers no member that has ended, however often a browser signs in. */
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

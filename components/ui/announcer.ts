/** At most one polite announcement in this time; what comes meanwhile is said together then. */
export const QUIET_MS = 10_000
/** More than this nobody follows: the newest are kept. */
const SENTENCES_AT_ONCE = 3

export interface AnnouncerEdges {
  readonly show: (text: string) => void
  readonly setTimer: (run: () => void, ms: number) => () => void
}

export interface Announcer {
  readonly say: (sentence: string) => void
  readonly stop: () => void
}

/** Lets sentences out at a pace that can be listened to. The first is said at once. */
export function createAnnouncer({ show, setTimer }: AnnouncerEdges): Announcer {
  let waiting: string[] = []
  let cancel: (() => void) | null = null

  function letOut(): void {
    cancel = null
    if (waiting.length === 0) return
    show(waiting.slice(-SENTENCES_AT_ONCE).join(' '))
    waiting = []
    cancel = setTimer(letOut, QUIET_MS)
  }

  return {
    say(sentence) {
      waiting = [...waiting.filter((earlier) => earlier !== sentence), sentence]
      if (cancel === null) letOut()
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}

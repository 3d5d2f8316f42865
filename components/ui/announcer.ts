/** At most one polite announcement in this time; what comes meanwhile is said together then. */
export const QUIET_MS = 10_000
/** More than this nobody follows: the newest are kept. */
const SENTENCES_AT_ONCE = 3

/** A sentence that takes the place of an earlier one about the same, when neither has been said. */
export interface SentenceAbout {
  readonly about: string
  /** Counted together with the earlier ones. */
  readonly count?: number
  readonly words: (count: number) => string
}

export type Sentence = string | SentenceAbout

export interface AnnouncerEdges {
  readonly show: (text: string) => void
  readonly setTimer: (run: () => void, ms: number) => () => void
}

export interface Announcer {
  readonly say: (sentence: Sentence) => void
  readonly stop: () => void
}

/** Lets sentences out at a pace that can be listened to. The first is said at once. */
export function createAnnouncer({ show, setTimer }: AnnouncerEdges): Announcer {
  let waiting: Required<SentenceAbout>[] = []
  let cancel: (() => void) | null = null

  function letOut(): void {
    cancel = null
    if (waiting.length === 0) return
    const said = waiting.slice(-SENTENCES_AT_ONCE).map(({ count, words }) => words(count))
    show(said.join(' '))
    waiting = []
    cancel = setTimer(letOut, QUIET_MS)
  }

  return {
    say(sentence) {
      const { about, count = 0, words } = aboutOf(sentence)
      const earlier = waiting.find((one) => one.about === about)
      const together = { about, count: count + (earlier?.count ?? 0), words }
      waiting = [...waiting.filter((one) => one !== earlier), together]
      if (cancel === null) letOut()
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}

/** One that is only about itself is said once, however often it comes. */
function aboutOf(sentence: Sentence): SentenceAbout {
  return typeof sentence === 'string' ? { about: sentence, words: () => sentence } : sentence
}

/** Least time between two polite announcements; sentences in between are announced together. */
export const QUIET_MS = 10_000
/** Most sentences of one announcement; the newest are kept. */
const SENTENCES_AT_ONCE = 3

/** A sentence that replaces an earlier, unannounced one about the same matter. */
export interface SentenceAbout {
  readonly about: string
  /** Added to the counts of earlier unannounced sentences. */
  readonly count?: number
  readonly words: (count: number) => string
}

export type Sentence = string | SentenceAbout

interface AnnouncerEdges {
  readonly show: (sentences: readonly string[]) => void
  readonly setTimer: (run: () => void, ms: number) => () => void
}

/** Announces sentences at a pace for listening, the first one at once. */
export function createAnnouncer({ show, setTimer }: AnnouncerEdges) {
  let waiting: Required<SentenceAbout>[] = []
  let cancel: (() => void) | null = null

  function letOut(): void {
    cancel = null
    if (waiting.length === 0) return
    show(waiting.slice(-SENTENCES_AT_ONCE).map(({ count, words }) => words(count)))
    waiting = []
    cancel = setTimer(letOut, QUIET_MS)
  }

  return {
    say(sentence: Sentence): void {
      const { about, count = 0, words } = aboutOf(sentence)
      const earlier = waiting.find((one) => one.about === about)
      const together = { about, count: count + (earlier?.count ?? 0), words }
      waiting = [...waiting.filter((one) => one !== earlier), together]
      if (cancel === null) letOut()
    },
    stop(): void {
      cancel?.()
      cancel = null
    },
  }
}

/** A sentence without a matter is its own: repeated, it is announced once. */
function aboutOf(sentence: Sentence): SentenceAbout {
  return typeof sentence === 'string' ? { about: sentence, words: () => sentence } : sentence
}

import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { createAnnouncer, type Sentence } from '#components/ui/announcer.ts'
import { useMessages } from '#components/ui/messages.tsx'

/**
 * Announces a sentence to screen readers. `assertive` interrupts: only for lost trust or control.
 */
export interface Say {
  (sentence: Sentence): void
  (sentence: string, urgency: 'assertive'): void
}

const SayContext = createContext<Say>(() => {})

export function useSay(): Say {
  return use(SayContext)
}

/** The page's one polite and one assertive live region. */
export function LiveRegions({ children }: { readonly children: ReactNode }) {
  const { joined } = useMessages()
  /** A sentence a line. */
  const [polite, setPolite] = useState('')
  const [assertive, setAssertive] = useState('')
  const [announcer] = useState(() =>
    createAnnouncer({
      show: (sentences) => setPolite((last) => unlike(last, sentences.join('\n'))),
      setTimer(run, ms) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }),
  )
  useEffect(() => announcer.stop, [announcer])

  const say = useCallback<Say>(
    (sentence: Sentence, urgency?: 'assertive') => {
      if (urgency === 'assertive' && typeof sentence === 'string')
        setAssertive((last) => unlike(last, sentence))
      else announcer.say(sentence)
    },
    [announcer],
  )

  return (
    <SayContext value={say}>
      {children}
      <div role="status" aria-live="polite" className="sr-only" data-live="polite">
        {joined.sentences(polite.split('\n'))}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only" data-live="assertive">
        {assertive}
      </div>
    </SayContext>
  )
}

/** Appends an inaudible space to a repeated text: screen readers announce only changes. */
function unlike(last: string, text: string): string {
  return text === last ? `${text}\u00a0` : text
}

'use client'

import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { createAnnouncer } from '#components/ui/announcer.ts'

/** Says a sentence to screen readers. `assertive` interrupts: keep it for lost trust or control. */
export type Say = (sentence: string, urgency?: 'polite' | 'assertive') => void

const SayContext = createContext<Say>(() => {})

export function useSay(): Say {
  return use(SayContext)
}

/** The page's one polite and one assertive live region. */
export function LiveRegions({ children }: { readonly children: ReactNode }) {
  const [polite, setPolite] = useState('')
  const [assertive, setAssertive] = useState('')
  const [announcer] = useState(() =>
    createAnnouncer({
      show: setPolite,
      setTimer(run, ms) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }),
  )
  useEffect(() => announcer.stop, [announcer])

  const say = useCallback<Say>(
    (sentence, urgency = 'polite') => {
      if (urgency === 'assertive') setAssertive(sentence)
      else announcer.say(sentence)
    },
    [announcer],
  )

  return (
    <SayContext value={say}>
      {children}
      <div role="status" aria-live="polite" className="sr-only" data-live="polite">
        {polite}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only" data-live="assertive">
        {assertive}
      </div>
    </SayContext>
  )
}

'use client'

import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

/** Says a sentence to screen readers. `assertive` interrupts: keep it for lost trust or control. */
export type Say = (sentence: string, urgency?: 'polite' | 'assertive') => void

const SayContext = createContext<Say>(() => {})

export function useSay(): Say {
  return use(SayContext)
}

/** At most one polite announcement in this time; what comes meanwhile is said together then. */
const QUIET_MS = 10_000
/** More than this nobody follows: the newest are kept. */
const SENTENCES_AT_ONCE = 3

/** The page's one polite and one assertive live region. */
export function LiveRegions({ children }: { readonly children: ReactNode }) {
  const [polite, setPolite] = useState('')
  const [assertive, setAssertive] = useState('')
  const waiting = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const flush = useCallback(() => {
    timer.current = null
    const sentences = waiting.current.splice(0).slice(-SENTENCES_AT_ONCE)
    if (sentences.length === 0) return
    setPolite(sentences.join(' '))
    timer.current = setTimeout(flush, QUIET_MS)
  }, [])

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
    },
    [],
  )

  const say = useCallback<Say>(
    (sentence, urgency = 'polite') => {
      if (urgency === 'assertive') {
        setAssertive(sentence)
        return
      }
      waiting.current = waiting.current.filter((earlier) => earlier !== sentence)
      waiting.current.push(sentence)
      if (timer.current === null) flush()
    },
    [flush],
  )

  return (
    <SayContext value={useMemo(() => say, [say])}>
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

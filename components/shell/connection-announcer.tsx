import { useEffect, useRef } from 'react'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useFeed } from '#lib/query/live.ts'
import { type DecisionsOff, whyDecisionsOff } from '#lib/query/may-decide.ts'

/** Announces once when the page stops being live, for each reason, and when it is live again. */
export function ConnectionAnnouncer() {
  const { shell } = useMessages()
  const say = useSay()
  const off = whyDecisionsOff(useFeed())
  const was = useRef<'before' | 'live' | DecisionsOff>('before')

  useEffect(() => {
    if (off === null) {
      if (was.current !== 'before' && was.current !== 'live') say(shell.spoken.back)
      was.current = 'live'
    } else if (was.current !== 'before' && was.current !== off) {
      was.current = off
      say(shell.spoken.off[off], 'assertive')
    }
  }, [off, say, shell])
  return null
}

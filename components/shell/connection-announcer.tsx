'use client'

import { useEffect, useRef } from 'react'
import { useMessages } from '#components/messages.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { useFeed } from '#lib/query/live.ts'

/** Says it aloud when the page is no longer live, and when it is again; once each. */
export function ConnectionAnnouncer() {
  const { shell } = useMessages()
  const say = useSay()
  const { state } = useFeed()
  const was = useRef<'before' | 'live' | 'lost'>('before')

  useEffect(() => {
    if (state === 'live') {
      if (was.current === 'lost') say(shell.spoken.back)
      was.current = 'live'
    } else if (was.current === 'live') {
      was.current = 'lost'
      const how = state === 'forbidden' || state === 'withheld' ? state : 'lost'
      say(shell.spoken[how], 'assertive')
    }
  }, [state, say, shell])
  return null
}

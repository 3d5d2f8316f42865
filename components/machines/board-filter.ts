'use client'

import { useMemo } from 'react'
import { useUrlParam } from '#components/shell/url-param.ts'
import type { BoardFilter } from '#lib/query/board.ts'

const VERDICTS = ['all', 'verified', 'plausible', 'heldBack'] as const

/** The filter of the Machines page, which lives in the address. */
export function useBoardFilter() {
  const [text, setText] = useUrlParam('q')
  const [verdictText, setVerdictText] = useUrlParam('verdict')
  const verdict = VERDICTS.find((known) => known === verdictText) ?? 'all'
  const filter = useMemo<BoardFilter>(() => ({ text, verdict }), [text, verdict])
  const set = useMemo(
    () => ({
      text: setText,
      verdict: (next: BoardFilter['verdict']) => setVerdictText(next === 'all' ? '' : next),
    }),
    [setText, setVerdictText],
  )
  return [filter, set] as const
}

import { createContext, type ReactNode, use } from 'react'
import { useSummary } from '#lib/query/live.ts'
import { isPartlyJudged } from '#lib/query/shown-feed.ts'

const PartlyJudgedContext = createContext(false)

/** Asked once for the page instead of once for each of its verdicts. */
export function PartlyJudgedProvider({ children }: { readonly children: ReactNode }) {
  const { summary } = useSummary()
  const isPartly = summary !== null && isPartlyJudged(summary)
  return <PartlyJudgedContext value={isPartly}>{children}</PartlyJudgedContext>
}

/** Whether something is lost that could speak against what looks sound: then nothing is called so. */
export function usePartlyJudged(): boolean {
  return use(PartlyJudgedContext)
}

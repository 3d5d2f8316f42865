import { createContext, type ReactNode, use } from 'react'
import { useSummary } from '#lib/query/live.ts'
import { isPartlyJudged } from '#lib/wire/known-by-sources.ts'

const PartlyJudgedContext = createContext(false)

/** Computes it once for the page instead of once for each verdict. */
export function PartlyJudgedProvider({ children }: { readonly children: ReactNode }) {
  const { summary } = useSummary()
  const isPartly = summary !== null && isPartlyJudged(summary.feed)
  return <PartlyJudgedContext value={isPartly}>{children}</PartlyJudgedContext>
}

/** True while a source of evidence is lost: no request is then called verified or plausible. */
export function usePartlyJudged(): boolean {
  return use(PartlyJudgedContext)
}

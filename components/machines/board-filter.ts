import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import { MACHINE_SORTS, type MachineSort, type MachinesQuery } from '#lib/query/domain-types.ts'
import { shownVerdict, shownVerdicts } from '#lib/query/shown-verdict.ts'

export type BoardFilter = Required<Pick<MachinesQuery, 'text' | 'verdict'>>

const VERDICTS = ['all', 'verified', 'plausible', 'heldBack'] as const

/** Verdicts that the filter offers now. */
export function useVerdictFilters() {
  return shownVerdicts(VERDICTS, usePartlyJudged())
}

/** The filter of the Machines page, stored in the address. */
export function useBoardFilter() {
  const [text, setText] = useUrlParam('q')
  const [verdictText, setVerdictText] = useUrlParam('verdict')
  const named = shownVerdict(verdictText, usePartlyJudged())
  const verdict = useVerdictFilters().find((known) => known === named) ?? 'all'
  const filter: BoardFilter = { text, verdict }
  const set = {
    text: setText,
    verdict: (next: BoardFilter['verdict']) => setVerdictText(next === 'all' ? '' : next),
  }
  return [filter, set] as const
}

/** The order of waiting machines, stored in the address. */
export function useBoardSort() {
  return useUrlChoice<MachineSort>('sort', MACHINE_SORTS, 'deadline')
}

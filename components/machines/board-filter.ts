import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import { shownVerdict, shownVerdicts } from '#lib/query/shown-verdict.ts'
import { MACHINE_SORTS, type MachineSort, type MachinesQuery } from '#lib/wire/views.ts'

export type BoardFilter = Required<Pick<MachinesQuery, 'text' | 'verdict'>>

const VERDICTS = ['all', 'verified', 'plausible', 'heldBack'] as const

/**
 * A verdict in the address, and those that can be chosen now: without a source of evidence two of
 * them are one. The usual verdict is not in the address.
 */
export function useVerdictChoice<Name extends string>(names: readonly Name[], usual: Name) {
  const isPartly = usePartlyJudged()
  const [text, setText] = useUrlParam('verdict')
  const offered = shownVerdicts(names, isPartly)
  const verdict = offered.find((known) => known === shownVerdict(text, isPartly)) ?? usual
  const set = (next: (typeof offered)[number]) => setText(next === usual ? '' : next)
  return [verdict, set, offered] as const
}

/** The filter of the Machines page, stored in the address, and the verdicts that it offers now. */
export function useBoardFilter() {
  const [text, setText] = useUrlParam('q')
  const [verdict, setVerdict, verdicts] = useVerdictChoice(VERDICTS, 'all')
  const filter: BoardFilter = { text, verdict }
  return [filter, { text: setText, verdict: setVerdict }, verdicts] as const
}

/** The order of waiting machines, stored in the address. */
export function useBoardSort() {
  return useUrlChoice<MachineSort>('sort', MACHINE_SORTS, 'deadline')
}

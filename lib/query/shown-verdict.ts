import { isSound } from '#lib/csr/policy/trust.ts'

/**
 * The verdict, or the group or filter named after it, as it is shown: while something is lost that could
 * speak against what looks sound, nothing is called so.
 */
export function shownVerdict<Name extends string | null>(
  name: Name,
  isPartly: boolean,
): Name | 'partlyJudged' {
  return isPartly && isSound(name) ? 'partlyJudged' : name
}

/** Verdicts that can be told apart meanwhile. */
export function shownVerdicts<Name extends string>(names: readonly Name[], isPartly: boolean) {
  return [...new Set(names.map((name) => shownVerdict(name, isPartly)))]
}

import { isSound } from '#lib/csr/policy/trust.ts'

/**
 * While a source of evidence is down, a verified or plausible request is shown as `partlyJudged`.
 * `name` is a verdict, or a group or filter named after one.
 */
export function shownVerdict<Name extends string | null>(
  name: Name,
  isPartly: boolean,
): Name | 'partlyJudged' {
  return isPartly && isSound(name) ? 'partlyJudged' : name
}

/** The verdicts that can be distinguished then. */
export function shownVerdicts<Name extends string>(names: readonly Name[], isPartly: boolean) {
  return [...new Set(names.map((name) => shownVerdict(name, isPartly)))]
}

import { isWarning, type RequestKind } from '#lib/csr/check-facts.ts'
import {
  type Answer,
  bounded,
  boundedTexts,
  type Context,
  LONGEST_SEEN,
  type Question,
} from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import type { CheckCode, CheckResult, Reason, Verdict } from '#lib/csr/model.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { cutText, fitting } from '#lib/csr/reading/cut-text.ts'
import { trimmed } from '#lib/csr/reading/trimmed.ts'
import { isIssued, isPending } from '#lib/csr/status.ts'
import { CHECKS, type Check } from '#lib/csr/verdict/check-table.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Longest value of a sentence: a seen value, or a few of them and their count. */
const LONGEST_VALUE = LONGEST_SEEN + 16

/** A check of the table with its result. */
export interface Answered {
  readonly check: Check
  readonly result: CheckResult
}

/**
 * The only place that makes a verdict of results: a refusing fail gives `refused`, any other fail
 * `suspicious`, otherwise a passed identity check `verified`, otherwise `plausible`.
 */
export function judge(claim: Claim, world: World, context: Context): Judgement {
  const known = claim.memo.judgement
  const { policy, now } = context
  const evidence = claim.nodeName === null ? null : world.evidence(claim.nodeName, now)
  const denial = world.denialAgainst(claim)
  const same = known?.policy === policy && known.evidence === evidence
  if (known !== null && same && known.denial === denial) return known
  const answered = answers(claim, world, context)
  const judgement = { policy, evidence, denial, ...conclude(answered) }
  claim.memo.judgement = judgement
  return judgement
}

/** Results of all applicable checks, in the order of the table. */
export function checkResults(claim: Claim, world: World, context: Context): CheckResult[] {
  return answers(claim, world, context).map(({ result }) => result)
}

/**
 * Whether a request may supersede older ones of its node and signer; a stranger's may not. An
 * issued request is judged by its contents alone, as its Node exists now.
 */
export function isTrustworthy(claim: Claim, world: World, context: Context): boolean {
  if (isPending(claim.csr)) return isSound(judge(claim, world, context).verdict)
  if (!isIssued(claim.csr)) return false
  return isSound(conclude(answers(claim, world, context, LASTING)).verdict)
}

/**
 * The reason why the request itself, whatever the cluster, was to be held back before its decision;
 * null for no failed check. Limits of the policy are left out: they may be newer than the decision.
 */
export function lastingDoubt(claim: Claim, world: World, context: Context): Concluded | null {
  const concluded = conclude(answers(claim, world, context, LASTING_UNLIMITED))
  return isSound(concluded.verdict) ? null : concluded
}

function answers(
  claim: Claim,
  world: World,
  context: Context,
  checks: ChecksByKind = APPLICABLE,
): Answered[] {
  const question: Question = { claim, world, ...context }
  return checks[claim.kind].map((check) => ask(check, question))
}

type ChecksByKind = Readonly<Record<RequestKind, readonly Check[]>>

const APPLICABLE = byKind(CHECKS)
const LASTING = byKind(CHECKS.filter(({ lasting }) => lasting))
const LASTING_UNLIMITED = byKind(
  CHECKS.filter(({ lasting, policy }) => lasting && policy !== 'limits'),
)

function byKind(checks: readonly Check[]): ChecksByKind {
  const of = (kind: RequestKind) => checks.filter(({ appliesTo }) => appliesTo.includes(kind))
  return {
    nodeBootstrapper: of('nodeBootstrapper'),
    selfNodeClient: of('selfNodeClient'),
    kubeletServing: of('kubeletServing'),
    other: of('other'),
  }
}

export function ask(check: Check, question: Question): Answered {
  return { check, result: checkResult(check.code, check.run(question)) }
}

/** A check's answer, bounded for display. */
export function checkResult(
  code: CheckCode,
  { outcome, finding, expected, observed, values }: Answer<CheckCode>,
): CheckResult {
  return {
    code,
    outcome,
    finding,
    expected: expected === undefined ? NO_TEXTS : boundedTexts(expected),
    observed: observed === undefined ? NOTHING_OBSERVED : bounded(observed),
    values: values === undefined ? NO_VALUES : boundedValues(values),
  }
}

const NO_TEXTS: CheckResult['expected'] = []
const NOTHING_OBSERVED: CheckResult['observed'] = []
const NO_VALUES: CheckResult['values'] = {}

function boundedValues(values: Readonly<Record<string, string>>): CheckResult['values'] {
  const fits = (value: string) => fitting(value, LONGEST_VALUE) === value.length
  // Fast path: ten thousand requests are judged in a row.
  if (Object.values(values).every(fits)) return values
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, cutText(value, LONGEST_VALUE)]),
  )
}

export type Concluded = Omit<Judgement, 'policy' | 'evidence' | 'denial'>

/** The verdict over all results, in the order of the table. */
export function conclude(answered: readonly Answered[]): Concluded {
  const failed = answered.filter(({ result }) => result.outcome === 'fail')
  const refusing = failed.find(({ check }) => check.severity === 'refused')
  const confirming = answered.find(
    ({ check, result }) => check.confirms === true && result.outcome === 'pass',
  )
  const decisive = refusing ?? failed[0] ?? confirming ?? undecided(answered)
  const verdict: Verdict =
    refusing !== undefined
      ? 'refused'
      : failed.length > 0
        ? 'suspicious'
        : confirming !== undefined
          ? 'verified'
          : 'plausible'
  return {
    verdict,
    failing: trimmed(failed.map(({ result }) => result.code)),
    unknown: trimmed(answered.filter(isOpen).map(({ result }) => result.code)),
    reason: reasonOf(decisive?.result),
    warning:
      failed.length > 0 ? null : reasonOf(answered.find(({ result }) => isWarning(result))?.result),
  }
}

/**
 * Whether the answer is unknown. Where only requests of other signers are missing, nothing waits
 * for the answer: a person who floods another signer would stop every automatic approval.
 */
function isOpen({ check, result }: Answered): boolean {
  return result.outcome === 'unknown' && check.excused?.includes(result.finding) !== true
}

/** The result that explains why no check confirms the machine. */
function undecided(answered: readonly Answered[]): Answered | undefined {
  return (
    answered.find(({ check, result }) => check.explains?.includes(result.finding) === true) ??
    answered.find(({ check }) => check.confirms === true)
  )
}

/** The result as a reason; null for none. */
export function reasonOf(result: CheckResult | undefined): Reason | null {
  if (result === undefined) return null
  const { code, finding, values } = result
  return { code, finding, values }
}

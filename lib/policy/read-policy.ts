import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy, Rule } from '#lib/csr/policy/policy.ts'
import { APPROVAL_POLICY, type ApprovalPolicy, policyOf } from '#lib/policy/approval-policy.ts'
import type * as CelRule from '#lib/policy/cel-rule.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { type ShapeIssue, shapeCause, unknownField } from '#lib/policy/policy-shape.ts'
import {
  keyAt,
  nodeAt,
  type Path,
  type Place,
  pathText,
  placeOf,
  placeWithin,
} from '#lib/policy/yaml-place.ts'
import { strangeTokens } from '#lib/policy/yaml-tokens.ts'

export type PolicyReading =
  | { readonly value: Policy }
  /** In the order of the text, never empty. One problem refuses the whole document. */
  | { readonly problems: readonly PolicyProblem[] }

/** Far more than a policy needs; the reader needs less than a frame for it. */
export const MAX_POLICY_BYTES = 64 * 1024
const MAX_PROBLEMS = 50
const START: Place = { line: 1, column: 1 }
/** Most steps of all rules together, as multiples of one rule's. */
const MOST_RULES_OF_MAX_COST = 3
const require = createRequire(import.meta.url)

/**
 * An ApprovalPolicy in YAML or JSON. Strict: an unknown field or a wrong value refuses it. Absent
 * fields have their value in `DEFAULT_POLICY`.
 */
export function readPolicy(text: string): PolicyReading {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    return refused(START, cause('policyTooLarge', { bytes: MAX_POLICY_BYTES }))
  }
  const plain = text.replace(/^\uFEFF/, '')
  const strange = strangeTokens(plain, MAX_PROBLEMS)
  if (strange.length > 0) return { problems: strange }
  const lines = new LineCounter()
  const document = parseDocument(plain, { lineCounter: lines, schema: 'core', version: '1.2' })
  const malformed = [...document.errors, ...document.warnings].map(
    ({ code, message, linePos }): PolicyProblem => ({
      line: linePos?.[0].line ?? 1,
      column: linePos?.[0].col ?? 1,
      path: '',
      // First line of the message: the parser draws the position in the rest.
      cause: cause('policyMalformed', { said: message.split(/ at line |\n/, 1)[0] ?? code }),
    }),
  )
  if (malformed.length > 0) return { problems: bounded(malformed) }

  const root = document.contents
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  const read = APPROVAL_POLICY.safeParse(value)
  if (!read.success) {
    const issues = read.error.issues.slice(0, MAX_PROBLEMS)
    return {
      problems: bounded(issues.flatMap((issue) => shapeProblems(issue, root, value, lines))),
    }
  }
  const rules = readRules(read.data, root, plain, lines)
  if ('problems' in rules) return { problems: bounded(rules.problems) }
  return { value: policyOf(read.data, generationOf(text), rules.rules) }
}

/** Identifier of this text: 12 hex digits of its SHA-256. */
function generationOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function shapeProblems(
  issue: ShapeIssue,
  root: ParsedNode | null,
  value: unknown,
  lines: LineCounter,
): readonly PolicyProblem[] {
  const path: Path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  const node = nodeAt(root, path)
  if (issue.code !== 'unrecognized_keys') {
    const why = shapeCause(issue, path, value)
    return [{ ...placeOf(node, lines), path: pathText(path), cause: why }]
  }
  return (issue.keys ?? []).slice(0, MAX_PROBLEMS).map((key) => ({
    ...placeOf(keyAt(node, key) ?? node, lines),
    path: pathText([...path, key]),
    cause: unknownField(key, path),
  }))
}

function readRules(
  { spec }: ApprovalPolicy,
  root: ParsedNode | null,
  text: string,
  lines: LineCounter,
): { readonly rules: readonly Rule[] } | { readonly problems: readonly PolicyProblem[] } {
  if (spec.rules.length === 0) return { rules: [] }
  // CEL takes 8 MB, so a policy without rules does not load it.
  const { MAX_COST, readRule }: typeof CelRule = require('./cel-rule.ts')
  const most = MOST_RULES_OF_MAX_COST * MAX_COST
  const rules: Rule[] = []
  const problems: PolicyProblem[] = []
  let total = 0
  for (const [index, { name, message, cel }] of spec.rules.entries()) {
    const path: Path = ['spec', 'rules', index, 'cel']
    const node = nodeAt(root, path)
    const read = readRule(cel)
    if ('problems' in read) {
      for (const { offset, cause } of read.problems) {
        problems.push({ ...placeWithin(node, offset, text, lines), path: pathText(path), cause })
      }
      continue
    }
    total += read.cost
    if (total > most) {
      const why = cause('rulesTooCostly', { steps: total, most })
      problems.push({ ...placeOf(node, lines), path: pathText(path), cause: why })
      break
    }
    rules.push({ name, message, cel, run: read.run })
  }
  return problems.length > 0 ? { problems } : { rules }
}

function refused(place: Place, why: Cause): PolicyReading {
  return { problems: [{ ...place, path: '', cause: why }] }
}

function bounded(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, MAX_PROBLEMS)
}

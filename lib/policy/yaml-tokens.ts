import { CST, Lexer } from 'yaml'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'

/** Lists within maps within lists: a policy has six. */
const MAX_DEPTH = 16
/** The parser compares every key of a map with every other. */
const MAX_FIELDS = 500
const MAX_VALUES = 2_000

/** What YAML has and a policy does not need: each is a way to say one thing and mean another. */
const STRANGE: Readonly<Partial<Record<string, Cause>>> = {
  anchor: cause('policyAnchor'),
  alias: cause('policyAlias'),
  tag: cause('policyTag'),
  'explicit-key-ind': cause('policyExplicitKey'),
  'directive-line': cause('policyDirective'),
}

const DEEPER: ReadonlySet<string | null> = new Set(['flow-seq-start', 'flow-map-start'])
const SHALLOWER: ReadonlySet<string | null> = new Set(['flow-seq-end', 'flow-map-end'])

/**
 * Looked for before anything is parsed, in one pass: the parser calls itself for every bracket, and
 * what it makes of aliases grows without bound.
 */
export function strangeTokens(text: string, most: number): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  let line = 1
  let column = 1
  let brackets = 0
  /** `- - - x` on one line. */
  let dashes = 0
  let fields = 0
  let values = 0
  let isScalar = false
  const refuse = (why: Cause) => problems.push({ line, column, path: '', cause: why })
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? 'scalar' : CST.tokenType(token)
    if (type === 'scalar' && !isScalar) {
      // Only announces the text that comes next.
      isScalar = true
      continue
    }
    isScalar = false
    if (type === 'doc-mode' || type === 'flow-error-end') continue
    if (DEEPER.has(type)) brackets += 1
    if (SHALLOWER.has(type)) brackets -= 1
    if (type === 'seq-item-ind') dashes += 1
    if (type === 'map-value-ind') fields += 1
    if (type === 'seq-item-ind' || type === 'comma') values += 1
    const strange = STRANGE[type ?? '']
    if (strange !== undefined) refuse(strange)
    if (brackets > MAX_DEPTH || dashes > MAX_DEPTH) {
      refuse(cause('policyTooDeep'))
      return problems
    }
    if (fields > MAX_FIELDS || values > MAX_VALUES) {
      refuse(cause('policyTooMuch', { fields: MAX_FIELDS, values: MAX_VALUES }))
      return problems
    }
    if (problems.length >= most) return problems
    const newlines = token.split('\n')
    line += newlines.length - 1
    column = newlines.length > 1 ? (newlines.at(-1)?.length ?? 0) + 1 : column + token.length
    if (newlines.length > 1) dashes = 0
  }
  return problems
}

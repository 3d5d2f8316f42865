import { CST, Lexer } from 'yaml'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'

/** Deepest nesting of maps and lists; a policy has six levels. */
const MAX_DEPTH = 16
/** Most fields of a map: the parser compares every key with every other. */
const MAX_FIELDS = 500
const MAX_VALUES = 2_000
/** Most lines: the parser copies all comments and blank lines before a field for each further one. */
const MAX_LINES = 5_000

/**
 * YAML features that a policy does not need: each can make a text mean something else than it seems
 * to.
 */
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
 * Finds refused tokens in one pass before parsing: the parser recurses into every bracket, and
 * aliases make its output grow without bound.
 */
export function strangeTokens(text: string, most: number): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  let line = 1
  let column = 1
  let brackets = 0
  /** Dashes of `- - - x` on one line. */
  let dashes = 0
  let fields = 0
  let values = 0
  let isScalar = false
  const refuse = (why: Cause) => problems.push({ line, column, path: '', cause: why })
  for (const token of new Lexer().lex(text)) {
    const type = isScalar ? 'scalar' : CST.tokenType(token)
    if (type === 'scalar' && !isScalar) {
      // This token announces a text; the text is the next token.
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
    if (line > MAX_LINES) {
      refuse(cause('policyTooLong', { lines: MAX_LINES }))
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

import { CST, Lexer } from 'yaml'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'

/** Deepest nesting of maps and lists; a policy has six levels, a list of machines five. */
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

/** The signs of `- - x`, `? ? x` and `: : x`: outside brackets each is one level within its line. */
const DEEPER_IN_LINE: ReadonlySet<string | null> = new Set([
  'seq-item-ind',
  'explicit-key-ind',
  'map-value-ind',
])

interface Token {
  readonly type: string | null
  readonly text: string
  /** Whether it is nested more deeply than any document of ours. */
  readonly isTooDeep: boolean
}

function* tokensOf(text: string): Generator<Token> {
  let brackets = 0
  let inLine = 0
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    const type: string | null = isScalar ? 'scalar' : CST.tokenType(token)
    // A token announces a text; the text is the next token.
    isScalar = type === 'scalar' && !isScalar
    if (isScalar) continue
    if (DEEPER.has(type)) brackets += 1
    // The lexer also names a bracket that closes nothing, and gives up those left open.
    if (SHALLOWER.has(type)) brackets = Math.max(0, brackets - 1)
    if (type === 'flow-error-end') brackets = 0
    if (brackets === 0 && DEEPER_IN_LINE.has(type)) inLine += 1
    yield { type, text: token, isTooDeep: brackets > MAX_DEPTH || inLine > MAX_DEPTH }
    if (token.includes('\n')) inLine = 0
  }
}

/**
 * The first line that is nested too deeply; null without one. The parser recurses into every
 * bracket: a megabyte of them would take it half a minute.
 */
export function tooDeepLine(text: string): number | null {
  let line = 1
  for (const token of tokensOf(text)) {
    if (token.isTooDeep) return line
    line += token.text.split('\n').length - 1
  }
  return null
}

/**
 * Finds refused tokens in one pass before parsing: the parser recurses into every bracket, and
 * aliases make its output grow without bound.
 */
export function strangeTokens(text: string, most: number): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  let line = 1
  let column = 1
  let fields = 0
  let values = 0
  const refuse = (why: Cause) => problems.push({ line, column, path: '', cause: why })
  for (const { type, text: token, isTooDeep } of tokensOf(text)) {
    if (type === 'doc-mode' || type === 'flow-error-end') continue
    if (type === 'map-value-ind') fields += 1
    if (type === 'seq-item-ind' || type === 'comma') values += 1
    const strange = STRANGE[type ?? '']
    if (strange !== undefined) refuse(strange)
    if (isTooDeep) {
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
  }
  return problems
}

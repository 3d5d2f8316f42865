import { CelScalar, celEnv, celMethod, isCelError, parse, plan } from '@bufbuild/cel'
import { ipInPrefix } from '#lib/csr/addresses/ip.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Rule, RuleDoubt, RuleInput, RuleOutcome } from '#lib/csr/policy/policy.ts'
import { type ExprProblem, weigh } from '#lib/policy/cel-cost.ts'
import { bind } from '#lib/policy/cel-variables.ts'

export type RuleReading =
  | { readonly run: Rule['run']; readonly cost: number }
  | {
      readonly problems: readonly {
        readonly offset: number
        readonly cause: Cause
      }[]
    }

const MAX_EXPRESSION = 1_000
/** Most nested brackets: the CEL parser recurses into each. */
const MAX_NESTING = 24
/**
 * Most steps of a rule, each 0.03 to 0.08 microseconds: less than 5 ms on the largest request. The
 * rule's length bounds the nodes of its syntax tree.
 */
export const MAX_COST = 60_000

/**
 * One CEL rule, compiled once. Its worst-case cost is computed before it runs, from the bounds of
 * VARIABLES. A value it cannot compute answers `unknown`, never a pass.
 */
export function readRule(source: string): RuleReading {
  const problem = (why: Cause, offset = 0): RuleReading => ({
    problems: [{ offset, cause: why }],
  })
  if (source.length > MAX_EXPRESSION) {
    return problem(cause('ruleTooLong', { most: MAX_EXPRESSION }), MAX_EXPRESSION)
  }
  const tooDeep = nestingBeyond(source, MAX_NESTING)
  if (tooDeep !== null) return problem(cause('ruleTooNested', { most: MAX_NESTING }), tooDeep)

  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(source)
  } catch (error) {
    return problem(...syntaxProblem(error))
  }
  const positions = parsed.sourceInfo?.positions ?? {}
  const offsetOf = (id: bigint | undefined) => positions[String(id)] ?? 0
  const at = ({ exprId, cause }: ExprProblem) => ({ offset: offsetOf(exprId), cause })

  const { cost, problems, patterns } = weigh(parsed.expr)
  if (problems.length > 0) return { problems: problems.map(at) }
  if (cost > MAX_COST) {
    return problem(cause('ruleTooCostly', { steps: cost, most: MAX_COST }))
  }

  const { STRING, BOOL } = CelScalar
  /** Whether a pattern met non-ASCII text in the current evaluation. */
  let metOther = false
  const environment = celEnv({
    funcs: [
      celMethod('inPrefix', STRING, [STRING], BOOL, function (prefix) {
        return ipInPrefix(this, prefix)
      }),
    ],
    // Only the patterns compiled above can be called.
    re2: {
      compile: (pattern) => ({
        test(text) {
          const found = patterns.get(pattern)?.test(text) ?? null
          if (found === null) {
            metOther = true
            throw new Error('not ASCII')
          }
          return found
        },
      }),
    },
  })
  const evaluate = plan(environment, parsed)

  function doubt(why: string): RuleDoubt {
    return metOther ? { finding: 'notAscii', values: {} } : { finding: 'untold', values: { why } }
  }

  function run(input: RuleInput): RuleOutcome {
    metOther = false
    try {
      const bound = boundOf(input)
      if ('tooMuch' in bound) return { outcome: 'unknown', why: bound.tooMuch }
      const value = evaluate(bound.bindings)
      if (isCelError(value)) return { outcome: 'unknown', why: doubt(value.message) }
      if (typeof value !== 'boolean') {
        return { outcome: 'unknown', why: { finding: 'neither', values: {} } }
      }
      return { outcome: value ? 'pass' : 'fail' }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { outcome: 'unknown', why: doubt(why) }
    }
  }

  // A type error or a missing argument fails for every value, so a sample finds it.
  const tried = evaluate(bindingsOf(SAMPLE))
  if (isCelError(tried) && /no matching overload/.test(tried.message)) {
    return problem(cause('ruleSaid', { said: tried.message }), offsetOf(tried.exprId))
  }
  if (!isCelError(tried) && typeof tried !== 'boolean') return problem(cause('ruleNotAFlag'))
  return { run, cost }
}

/** The last input with its bindings: every rule evaluates the same request in turn. */
let last: { readonly input: RuleInput; readonly bound: ReturnType<typeof bind> } | null = null

function boundOf(input: RuleInput): ReturnType<typeof bind> {
  if (last?.input !== input) last = { input, bound: bind(input) }
  return last.bound
}

function bindingsOf(input: RuleInput) {
  const bound = bind(input)
  return 'bindings' in bound ? bound.bindings : {}
}

/** Position at which brackets, also inside texts, first nest deeper than `most`. */
function nestingBeyond(source: string, most: number): number | null {
  let depth = 0
  for (let at = 0; at < source.length; at += 1) {
    const character = source.charAt(at)
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    if (depth > most) return at
  }
  return null
}

function syntaxProblem(error: unknown): [why: Cause, offset: number] {
  const fields: { rawMessage?: unknown; location?: { start?: { offset?: unknown } } } =
    typeof error === 'object' && error !== null ? error : {}
  const { rawMessage, location } = fields
  const offset = location?.start?.offset
  const why =
    typeof rawMessage === 'string' ? cause('ruleSaid', { said: rawMessage }) : cause('ruleNotCel')
  return [why, typeof offset === 'number' ? offset : 0]
}

const SAMPLE: RuleInput = {
  request: {
    name: 'csr-sample',
    signerName: 'kubernetes.io/kubelet-serving',
    username: 'system:node:sample',
    groups: ['system:nodes', 'system:authenticated'],
    usages: ['digital signature', 'server auth'],
    expirationSeconds: 3_600,
    nodeName: 'sample',
    dnsNames: ['sample'],
    ipAddresses: ['192.0.2.1'],
    keyAlgorithm: 'ECDSA',
    keyParameter: 'P-256',
  },
  node: {
    uid: 'sample',
    name: 'sample',
    resourceVersion: '1',
    createdAt: '2026-01-01T00:00:00Z',
    deletedAt: null,
    roles: ['worker'],
    version: 'v1.36.0',
    addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
    providerID: null,
    clusterApiMachine: null,
    kubeletPort: 10_250,
    ready: { status: 'True', reason: 'KubeletReady', message: '', since: '2026-01-01T00:00:00Z' },
    unschedulable: false,
    taints: ['sample'],
  },
  machine: {
    uid: 'sample',
    apiGroup: 'machine.openshift.io',
    namespace: 'openshift-machine-api',
    name: 'sample',
    cluster: null,
    resourceVersion: '1',
    createdAt: '2026-01-01T00:00:00Z',
    deletedAt: null,
    phase: 'Running',
    role: 'worker',
    providerID: null,
    nodeRef: { name: 'sample', uid: null },
    addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
  },
}

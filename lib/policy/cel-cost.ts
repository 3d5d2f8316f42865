import type { parse } from '@bufbuild/cel'
import { isPrefix } from '#lib/csr/addresses/ip.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { compilePattern, type Pattern } from '#lib/policy/cel-pattern.ts'
import { type Shape, VARIABLES } from '#lib/policy/cel-variables.ts'
import { nearest } from '#lib/policy/nearest.ts'

export type Expr = ReturnType<typeof parse>['expr']

/** Static facts of an expression, known before it is evaluated. */
export interface Weighed {
  /** Worst-case steps, see `MAX_COST`. */
  readonly cost: number
  readonly result: Shape
  readonly problems: readonly ExprProblem[]
  /** The regular expressions in it, by source text. */
  readonly patterns: ReadonlyMap<string, Pattern>
}

export interface ExprProblem {
  readonly exprId: bigint
  readonly cause: Cause
}

/**
 * Deepest nesting of loops: a third loop over lists of the largest request exceeds MAX_COST anyway.
 */
const MAX_DEPTH = 2

const FLAG: Shape = { kind: 'flag' }
const NUMBER: Shape = { kind: 'number' }
const OTHER: Shape = { kind: 'other' }
const NOTHING: Shape = { kind: 'list', most: 0, depth: 0, of: OTHER }

type Scope = ReadonlyMap<string, Shape>

/**
 * Walks a rule once with the largest value of each variable: its worst-case cost, and what in it
 * cannot work. Functions that FUNCTIONS does not name are refused.
 */
export function weigh(root: Expr): Weighed {
  const problems: ExprProblem[] = []
  const patterns = new Map<string, Pattern>()
  let cost = 0
  /** Worst-case number of evaluations of the expression being walked. */
  let times = 1
  let depth = 0

  const charge = (steps: number) => {
    cost += steps * times
  }
  const refuse = ({ id }: Expr, why: Cause): Shape => {
    problems.push({ exprId: id, cause: why })
    return OTHER
  }

  function walk(expr: Expr | undefined, scope: Scope): Shape {
    charge(1)
    if (expr === undefined) return OTHER
    const { exprKind } = expr
    switch (exprKind.case) {
      case 'constExpr':
        return constantShape(exprKind.value.constantKind)
      case 'identExpr': {
        const { name } = exprKind.value
        const shape = scope.get(name)
        if (shape !== undefined) return shape
        return refuse(expr, unknown('ruleUnknownName', name, [...scope.keys()]))
      }
      case 'selectExpr': {
        const { operand, field, testOnly } = exprKind.value
        const shape = fieldOf(expr, walk(operand, scope), field)
        return testOnly ? FLAG : shape
      }
      case 'listExpr': {
        charge(4)
        const elements = exprKind.value.elements.map((element) => walk(element, scope))
        const of = elements.reduce<Shape>(common, elements[0] ?? OTHER)
        return { kind: 'list', most: elements.length, depth: 0, of }
      }
      case 'callExpr': {
        const { target, function: name, args } = exprKind.value
        const all = target === undefined ? args : [target, ...args]
        return callShape(expr, name, all, scope)
      }
      case 'comprehensionExpr':
        return loopShape(expr, exprKind.value, scope)
      default:
        return refuse(expr, cause('ruleUnknownSyntax'))
    }
  }

  function fieldOf(expr: Expr, shape: Shape, field: string): Shape {
    if (shape.kind !== 'object') return refuse(expr, cause('ruleNoFields', { name: field }))
    const found = Object.hasOwn(shape.fields, field) ? shape.fields[field] : undefined
    if (found !== undefined) return found
    return refuse(expr, unknown('ruleUnknownField', field, Object.keys(shape.fields)))
  }

  function callShape(
    expr: Expr,
    name: string,
    args: readonly (Expr | undefined)[],
    scope: Scope,
  ): Shape {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (known === undefined) {
      return refuse(expr, unknown('ruleUnknownFunction', name, NAMED_FUNCTIONS))
    }
    const shapes = args.map((arg) => walk(arg, scope))
    const [first = OTHER, second = OTHER, third = OTHER] = shapes
    const constant = textOf(args[1])
    if (name === 'matches') lookAtPattern(expr, constant)
    if (name === 'inPrefix' && (constant === null || !isPrefix(constant))) {
      refuse(expr, cause('rulePrefix'))
    }
    if (name === '_[_]' && first.kind === 'object') {
      return constant === null
        ? refuse(expr, cause('ruleFieldNotText'))
        : fieldOf(expr, first, constant)
    }
    const { steps, result } = known(first, second, third)
    charge(steps)
    return result
  }

  function lookAtPattern(expr: Expr, source: string | null): void {
    if (source === null) {
      refuse(expr, cause('rulePatternNotConstant'))
      return
    }
    const pattern = compilePattern(source)
    if ('problem' in pattern) refuse(expr, pattern.problem)
    else patterns.set(source, pattern)
  }

  function loopShape(
    expr: Expr,
    loop: Extract<Expr['exprKind'], { readonly case: 'comprehensionExpr' }>['value'],
    scope: Scope,
  ): Shape {
    const range = walk(loop.iterRange, scope)
    if (range.kind !== 'list') return refuse(expr, cause('ruleNotAList'))
    if (depth === MAX_DEPTH) return refuse(expr, cause('ruleTooManyLoops', { most: MAX_DEPTH }))
    charge(readingOf(range))
    const start = walk(loop.accuInit, scope)
    // `map` and `filter` append to a list one value at a time; each list includes the one before.
    const accumulated: Shape =
      start.kind === 'list'
        ? { kind: 'list', most: range.most, depth: range.most, of: OTHER }
        : start
    const inner = new Map([
      ...scope,
      [loop.iterVar, range.of] as const,
      [loop.accuVar, accumulated] as const,
    ])
    const before = times
    times *= range.most
    depth += 1
    walk(loop.loopCondition, inner)
    const step = walk(loop.loopStep, inner)
    depth -= 1
    times = before
    const made: Shape =
      accumulated.kind === 'list'
        ? { ...accumulated, of: step.kind === 'list' ? step.of : OTHER }
        : accumulated
    return walk(loop.result, new Map([...scope, [loop.accuVar, made] as const]))
  }

  const result = walk(root, new Map(Object.entries(VARIABLES)))
  if (result.kind !== 'flag' && result.kind !== 'other' && problems.length === 0) {
    refuse(root, cause('ruleNotAFlag'))
  }
  return { cost: Math.ceil(cost), result, problems, patterns }
}

function unknown(
  code: 'ruleUnknownName' | 'ruleUnknownField' | 'ruleUnknownFunction',
  name: string,
  known: readonly string[],
): Cause {
  const meant = nearest(name, known)
  return meant === null ? cause(code, { name }) : cause(`${code}Near`, { name, meant })
}

function constantShape(
  constant: Extract<Expr['exprKind'], { readonly case: 'constExpr' }>['value']['constantKind'],
): Shape {
  switch (constant.case) {
    case 'stringValue':
      return { kind: 'text', most: constant.value.length }
    case 'boolValue':
      return FLAG
    case 'int64Value':
    case 'uint64Value':
    case 'doubleValue':
      return NUMBER
    default:
      return OTHER
  }
}

function textOf(expr: Expr | undefined): string | null {
  if (expr?.exprKind.case !== 'constExpr') return null
  const { constantKind } = expr.exprKind.value
  return constantKind.case === 'stringValue' ? constantKind.value : null
}

/** The shape that covers both, where either may be the value. */
function common(a: Shape, b: Shape): Shape {
  if (a.kind === 'text' && b.kind === 'text') return a.most > b.most ? a : b
  if (a.kind === 'list' && b.kind === 'list') {
    // An empty list fits a list of anything.
    const of = a.most === 0 ? b.of : b.most === 0 ? a.of : common(a.of, b.of)
    return {
      kind: 'list',
      most: Math.max(a.most, b.most),
      depth: Math.max(a.depth, b.depth),
      of: a.of === OTHER ? b.of : b.of === OTHER ? a.of : of,
    }
  }
  return a === b || a.kind === b.kind ? a : OTHER
}

/** Steps to read every element once. */
function readingOf(shape: Shape): number {
  if (shape.kind === 'list') return shape.most * (1 + shape.depth / 4)
  return shape.kind === 'text' ? shape.most / 100 : 1
}

function lengthOf(shape: Shape): number {
  return shape.kind === 'text' ? shape.most : 1
}

type Weight = (a: Shape, b: Shape, c: Shape) => { readonly steps: number; readonly result: Shape }

const plain =
  (result: Shape, steps = 0): Weight =>
  () => ({ steps, result })
const comparing: Weight = (a, b) => ({
  steps: Math.min(readingOf(a), readingOf(b)),
  result: FLAG,
})
const edge: Weight = (_, b) => ({ steps: lengthOf(b) / 200, result: FLAG })
const arithmetic: Weight = (a) => ({ steps: 1, result: a.kind === 'number' ? NUMBER : OTHER })

/** Every function a rule may call, by its name in the syntax tree. */
const FUNCTIONS: Readonly<Record<string, Weight>> = {
  '_&&_': plain(FLAG),
  '_||_': plain(FLAG),
  '!_': plain(FLAG),
  '@not_strictly_false': plain(FLAG),
  '_==_': comparing,
  '_!=_': comparing,
  '_<_': plain(FLAG, 1),
  '_<=_': plain(FLAG, 1),
  '_>_': plain(FLAG, 1),
  '_>=_': plain(FLAG, 1),
  '_?_:_': (_, b, c) => ({ steps: 1, result: common(b, c) }),
  '_+_': adding,
  '_-_': arithmetic,
  '_*_': arithmetic,
  '_/_': arithmetic,
  '_%_': arithmetic,
  '-_': arithmetic,
  '_[_]': (a) =>
    a.kind === 'list' ? { steps: a.depth + 1, result: a.of } : { steps: 1, result: OTHER },
  '@in': (a, b) => ({ steps: readingOf(b) * (0.3 + lengthOf(a) / 2_000), result: FLAG }),
  size: (a) => ({ steps: a.kind === 'text' ? a.most / 6 : 1, result: NUMBER }),
  contains: (a, b) => ({ steps: (lengthOf(a) * lengthOf(b)) / 40, result: FLAG }),
  startsWith: edge,
  endsWith: edge,
  matches: (a) => ({ steps: 2 + lengthOf(a) / 12, result: FLAG }),
  inPrefix: plain(FLAG, 30),
  int: (a) => ({ steps: 2 + lengthOf(a) / 20, result: NUMBER }),
  string: (a) => ({ steps: 2, result: { kind: 'text', most: Math.max(64, lengthOf(a)) } }),
  timestamp: plain(OTHER, 50),
  duration: plain(OTHER, 50),
}

const NAMED_FUNCTIONS: readonly string[] = [
  ...Object.keys(FUNCTIONS).filter((name) => /^[a-z]/i.test(name)),
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
  'has',
]

function adding(a: Shape, b: Shape): { readonly steps: number; readonly result: Shape } {
  if (a.kind === 'text' && b.kind === 'text') {
    return { steps: 1, result: { kind: 'text', most: a.most + b.most } }
  }
  if (a.kind === 'list' && b.kind === 'list') {
    const both = common(a, b)
    if (both.kind !== 'list') return { steps: 5, result: NOTHING }
    return {
      steps: 5,
      result: { ...both, most: a.most + b.most, depth: Math.max(a.depth, b.depth) + 1 },
    }
  }
  return { steps: 1, result: a.kind === 'number' ? NUMBER : OTHER }
}

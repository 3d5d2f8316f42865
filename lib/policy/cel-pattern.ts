import { RE2JS } from '@bufbuild/re2'
import { type Cause, cause } from '#lib/csr/cause.ts'

/** A regular expression as a table: one look-up a character, for any text. */
export interface Pattern {
  /** Null for a text that is not ASCII: the table covers ASCII only. */
  test(text: string): boolean | null
}

const MAX_LENGTH = 200
/** Most RE2 instructions; `(a{1,50}){1,20}` alone compiles to a thousand. */
const MAX_INSTRUCTIONS = 500
const MAX_STATES = 500

/** RE2's instruction codes, with its compiler's numbers. */
const OP = { alt: 1, altMatch: 2, capture: 3, emptyWidth: 4, match: 6, nop: 7 } as const
/** RE2's flags of an empty-width instruction; only the ends of the text are supported. */
const BEGIN_TEXT = 4
const END_TEXT = 8

const ASCII = 128
const DEAD = -1
const ACCEPT = -2

interface Program {
  readonly start: number
  getInst(pc: number): Instruction
  numInst(): number
}

interface Instruction {
  readonly op: number
  readonly out: number
  readonly arg: number
  matchRune(rune: number): boolean
}

/**
 * An RE2 pattern, unanchored, as a complete automaton. RE2's cost a character grows with the
 * pattern, so a pattern that needs a large automaton is refused when the policy is read.
 */
export function compilePattern(source: string): Pattern | { readonly problem: Cause } {
  if (source.length > MAX_LENGTH) {
    return { problem: cause('patternTooLong', { most: MAX_LENGTH }) }
  }
  // Nested repetitions multiply during compilation, so check them before.
  if (repetitions(source) > MAX_INSTRUCTIONS) return { problem: TOO_COMPLEX }
  let program: Program
  try {
    program = RE2JS.compile(source).re2().prog
  } catch (error) {
    return {
      problem: cause('patternSaid', {
        said: error instanceof Error ? error.message : String(error),
      }),
    }
  }
  if (program.numInst() > MAX_INSTRUCTIONS) return { problem: TOO_COMPLEX }
  if (asksForMore(program)) return { problem: cause('patternBoundary') }
  const automaton = layOut(program)
  return automaton === null ? { problem: TOO_COMPLEX } : { test: (text) => walk(automaton, text) }
}

const TOO_COMPLEX = cause('patternTooComplex')

/** Product of all counts in `{…}`: the worst case, if each were nested in the next. */
function repetitions(source: string): number {
  let product = 1
  for (const [, least = '', most = ''] of source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    product *= Math.max(1, Number(least), Number(most))
  }
  return product
}

function asksForMore(program: Program): boolean {
  for (let pc = 0; pc < program.numInst(); pc += 1) {
    const { op, arg } = program.getInst(pc)
    if (op === OP.emptyWidth && (arg & ~(BEGIN_TEXT | END_TEXT)) !== 0) return true
  }
  return false
}

interface Automaton {
  /** Class of each ASCII code; characters that no instruction tells apart share one. */
  readonly classOf: Uint8Array
  readonly classes: number
  /** Next state, by state and class. */
  readonly next: Int16Array
  /** Whether the text may end in this state. */
  readonly mayEnd: readonly boolean[]
}

function walk({ classOf, classes, next, mayEnd }: Automaton, text: string): boolean | null {
  let state = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= ASCII) return null
    if (state >= 0) state = next[state * classes + (classOf[code] ?? 0)] ?? DEAD
  }
  return state === ACCEPT || (state >= 0 && mayEnd[state] === true)
}

/** All reachable states, each a set of program positions; null when there are too many. */
function layOut(program: Program): Automaton | null {
  const { classOf, samples } = classesOf(program)
  const start = follow(program, [program.start], BEGIN_TEXT)
  // Positions after the first character are separate states: `^` no longer matches there.
  const found = new Map<string, number>()
  const states: (readonly number[])[] = [start]
  const next: number[] = []
  for (let at = 0; at < states.length; at += 1) {
    for (const character of samples) {
      const stepped = step(program, states[at] ?? [], character)
      next.push(stateOf(stepped))
      if (states.length > MAX_STATES) return null
    }
  }

  function stateOf(places: readonly number[]): number {
    if (places.some((pc) => program.getInst(pc).op === OP.match)) return ACCEPT
    if (places.length === 0) return DEAD
    const key = keyOf(places)
    const known = found.get(key) ?? states.length
    if (known === states.length) {
      found.set(key, known)
      states.push(places)
    }
    return known
  }

  const isMatch = (pc: number) => program.getInst(pc).op === OP.match
  return {
    classOf,
    classes: samples.length,
    // A pattern that matches the empty prefix matches every text.
    next: Int16Array.from(start.some(isMatch) ? next.fill(ACCEPT) : next),
    mayEnd: states.map((places, index) =>
      follow(program, places, END_TEXT | (index === 0 ? BEGIN_TEXT : 0)).some(isMatch),
    ),
  }
}

function step(program: Program, places: readonly number[], character: number): number[] {
  const taken = places
    .map((pc) => program.getInst(pc))
    .filter(({ op }) => op > OP.nop)
    .filter((instruction) => instruction.matchRune(character))
    .map(({ out }) => out)
  // A match may also start here, but no longer with `^`.
  return follow(program, [...taken, program.start], 0)
}

/** Positions reachable without a character under these conditions, sorted. */
function follow(program: Program, from: readonly number[], conditions: number): number[] {
  const reached = new Set<number>()
  const waiting = [...from]
  for (let pc = waiting.pop(); pc !== undefined; pc = waiting.pop()) {
    if (reached.has(pc)) continue
    reached.add(pc)
    const { op, out, arg } = program.getInst(pc)
    if (op === OP.alt || op === OP.altMatch) waiting.push(out, arg)
    if (op === OP.capture || op === OP.nop) waiting.push(out)
    if (op === OP.emptyWidth && (arg & ~conditions) === 0) waiting.push(out)
  }
  return [...reached].filter((pc) => tells(program.getInst(pc))).toSorted((a, b) => a - b)
}

/**
 * Whether a position distinguishes states: an instruction that consumes, waits for the end, or
 * matches.
 */
function tells({ op }: Instruction): boolean {
  return op > OP.nop || op === OP.match || op === OP.emptyWidth
}

function keyOf(places: readonly number[]): string {
  return places.join(' ')
}

function classesOf(program: Program): {
  readonly classOf: Uint8Array
  readonly samples: readonly number[]
} {
  const takers: Instruction[] = []
  for (let pc = 0; pc < program.numInst(); pc += 1) {
    const instruction = program.getInst(pc)
    if (instruction.op > OP.nop) takers.push(instruction)
  }
  const classOf = new Uint8Array(ASCII)
  const classes = new Map<string, number>()
  const samples: number[] = []
  for (let code = 0; code < ASCII; code += 1) {
    const signature = takers.map((taker) => (taker.matchRune(code) ? 1 : 0)).join('')
    const known = classes.get(signature) ?? samples.length
    if (known === samples.length) {
      classes.set(signature, known)
      samples.push(code)
    }
    classOf[code] = known
  }
  return { classOf, samples }
}

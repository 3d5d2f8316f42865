import { RE2JS } from '@bufbuild/re2'
import { type Cause, cause } from '#lib/csr/cause.ts'

/** A pattern as a table: whatever text it is held against, one look-up a character. */
export interface Pattern {
  /** Null for a text that is not ASCII: a pattern does not say what it thinks of it. */
  test(text: string): boolean | null
}

const MAX_LENGTH = 200
/** `(a{1,50}){1,20}` is a thousand steps of a program already. */
const MAX_INSTRUCTIONS = 500
const MAX_STATES = 500

/** Instructions of an RE2 program, as its compiler numbers them. */
const OP = { alt: 1, altMatch: 2, capture: 3, emptyWidth: 4, match: 6, nop: 7 } as const
/** What an empty width asks for: only the ends of the text are known here. */
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
 * A pattern of RE2's syntax, found anywhere in the text unless it is anchored. RE2 is linear, but
 * what it costs a character grows with the pattern, and the text is the claimant's to choose. So
 * the whole automaton is laid out when the policy is read, and a pattern that needs a large one is
 * refused then.
 */
export function compilePattern(source: string): Pattern | { readonly problem: Cause } {
  if (source.length > MAX_LENGTH) {
    return { problem: cause('patternTooLong', { most: MAX_LENGTH }) }
  }
  // Repetitions of repetitions multiply before anything could be counted.
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

/** The product of all counts in `{…}`: what they could multiply to if each stood in the next. */
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
  /** Characters that no instruction tells apart share a class. */
  readonly classOf: Uint8Array
  readonly classes: number
  /** By state and class: the next state. */
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

/** All states that can be reached, each a set of places in the program; null for too many. */
function layOut(program: Program): Automaton | null {
  const { classOf, samples } = classesOf(program)
  const start = follow(program, [program.start], BEGIN_TEXT)
  // The same places further on are another state: there a `^` can no longer come.
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
    // A pattern that is found at once is found whatever follows.
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
  // It may also begin here, only no longer at the beginning of the text.
  return follow(program, [...taken, program.start], 0)
}

/** Every place that is reached without a character, under these conditions; sorted. */
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

/** The places that a state is made of: those that take a character, wait for the end, or match. */
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

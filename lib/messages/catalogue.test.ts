import { describe, expect, it } from 'vitest'
import { CHECK_CODES, CHECK_FACTS } from '#lib/csr/check-facts.ts'
import { en } from '#lib/messages/en.ts'
import type { FindingWords } from '#lib/messages/grammar/check-words.ts'
import { ja } from '#lib/messages/ja.ts'
import { LANGUAGE_TAGS, LANGUAGES } from '#lib/messages/languages.ts'
import { messagesIn } from '#lib/messages/messages-in.ts'

/** Texts of each language by its own name; English is the first. */
const catalogues = await Promise.all(
  LANGUAGE_TAGS.map(async (tag) => [LANGUAGES[tag].name, await messagesIn(tag)] as const),
)
const blanksOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

describe('the sentences of the checks', () => {
  it.each(CHECK_CODES)('check %s has exactly one sentence for each case', (code) => {
    const { findings } = en.checks.table[code]
    const { pass, fail, unknown } = CHECK_FACTS[code]
    expect(Object.keys(findings).sort()).toEqual([...pass, ...fail, ...unknown].sort())
  })

  it.each(CHECK_CODES)('check %s fills only blanks for which it has values', (code) => {
    const known: readonly string[] = CHECK_FACTS[code].values
    const findings: Readonly<Record<string, FindingWords>> = en.checks.table[code].findings
    for (const { short, summary, decision, remedy = '' } of Object.values(findings)) {
      for (const text of [short, summary, decision ?? remedy]) {
        expect(blanksOf(text).filter((blank) => !known.includes(blank ?? ''))).toEqual([])
      }
    }
  })
})

it.each(catalogues)(
  'the board in %s tells a person who may not approve that machines wait for someone who may',
  (_, texts) => {
    const { summary, sections } = texts.board
    for (const { mine, others } of [summary.needs, sections.waiting, sections.waitingTable]) {
      expect(others).not.toBe(mine)
    }
  },
)

it('a remedy is a decision where it speaks of approving or denying, and nowhere else', () => {
  const cases: readonly Readonly<Record<string, FindingWords>>[] = Object.values(
    en.checks.table,
  ).map(({ findings }) => findings)
  const told = cases.flatMap((findings) => Object.values(findings))
  const decisions = told.flatMap(({ decision = [] }) => decision)
  const others = told.flatMap(({ remedy = [] }) => remedy)
  const decides = (text: string) => /\b(approve|deny)\b/i.test(text)
  expect(decisions.filter((text) => !decides(text))).toEqual([])
  expect(others.filter(decides)).toEqual([])
  expect([decisions.length, others.length]).not.toContain(0)
})

type Said = (...args: readonly unknown[]) => unknown
type Leaf = string | Said

/** Texts and functions of a catalogue by their place in it. */
function leavesOf(messages: object): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'string' || typeof value === 'function') leaves.set(path, value as Leaf)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) collect(inner, `${path}.${name}`)
    }
  }
  for (const [name, inner] of Object.entries(messages)) collect(inner, name)
  return leaves
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []

/** An argument that works as a count, a list of names, or an object of counts. */
function sample(count: number): unknown {
  return new Proxy(['one', 'two'], {
    get(names, key) {
      if (key === Symbol.toPrimitive) return () => count
      return Reflect.has(names, key) ? Reflect.get(names, key) : count
    },
  })
}

const WORDS = [null, 'mine', 'client', 'suspicious', 'nodes', 'waiting', true]
const ARGUMENTS = [
  ...[7, 1].map((count) => [1, 2, 3, 4, 5].map(() => sample(count))),
  [7, 7],
  ...WORDS.map((word) => [word, ...[1, 2, 3].map(() => sample(7))]),
  ...WORDS.map((word) => [sample(7), word, ...[1, 2].map(() => sample(7))]),
  ...WORDS.map((word) => [sample(7), sample(7), word, sample(7)]),
]

/** Texts of a function for arguments that it understands. */
function saidFor(say: Said, args: readonly unknown[]): string[] {
  try {
    const texts = textsIn(say(...args))
    return texts.some((text) => /undefined|NaN|\[object/.test(text)) ? [] : texts
  } catch {
    return []
  }
}

const english = leavesOf(en)

describe.each(catalogues)('the texts in %s', (_, messages) => {
  const leaves = leavesOf(messages)
  const texts = [...leaves].flatMap(([path, leaf]): [string, string][] => {
    if (typeof leaf === 'string') return [[path, leaf]]
    return ARGUMENTS.flatMap((args) => saidFor(leaf, args)).map((text) => [path, text])
  })

  it('no text has an exclamation mark, “please” or “successfully”', () => {
    expect(texts.length).toBeGreaterThan(2_000)
    const wrong = texts.filter(([, text]) => /[!！]|\bplease\b|successfully/i.test(text))
    expect(wrong).toEqual([])
  })

  it('every text closes its backticks', () => {
    expect(texts.filter(([, text]) => text.split('`').length % 2 === 0)).toEqual([])
  })

  it('every function gives a text for arguments of its kinds', () => {
    const functions = [...leaves].filter(([, leaf]) => typeof leaf === 'function')
    const told = new Set(texts.map(([path]) => path))
    expect(functions.map(([path]) => path).filter((path) => !told.has(path))).toEqual([])
  })
})

describe.each(catalogues.slice(1))('the translation %s', (_, messages) => {
  const translated = leavesOf(messages)
  const codeOf = (text: string) => text.match(/`[^`]+`/g) ?? []
  const held = (texts: readonly string[], of: (text: string) => readonly unknown[]) =>
    [...new Set(texts.flatMap(of))].sort()

  it('the translation has a text in each place of the English catalogue', () => {
    expect([...english.keys()].filter((path) => !translated.has(path))).toEqual([])
  })

  it.each([
    ['blanks', blanksOf],
    ['code', codeOf],
  ])('the translated text has the same %s as the English one', (_, of) => {
    const differing = [...english].flatMap(([path, leaf]) => {
      const other = translated.get(path)
      const pairs: [string[], string[]][] =
        typeof leaf === 'string' || other === undefined
          ? [[textsIn(leaf), textsIn(other ?? leaf)]]
          : ARGUMENTS.map((args) => [saidFor(leaf, args), saidFor(other as Said, args)])
      return pairs.flatMap(([texts, others]) => {
        const [theirs, ours] = [held(texts, of), held(others, of)]
        return theirs.join() === ours.join() ? [] : [`${path}: ${theirs} – ${ours}`]
      })
    })
    expect([...new Set(differing)]).toEqual([])
  })
})

it('no Japanese text has an English sentence or あなた', () => {
  const wrong = [...leavesOf(ja)].flatMap(([path, leaf]) => {
    const texts =
      typeof leaf === 'string' ? [leaf] : ARGUMENTS.flatMap((args) => saidFor(leaf, args))
    return texts
      .map((text) => text.replaceAll(/`[^`]+`|\{\w+\}/g, '…'))
      .filter((text) => /(?:[A-Za-z’]+[,.;]? +){3}[A-Za-z]/.test(text) || text.includes('あなた'))
      .map((text) => `${path}: ${text}`)
  })
  expect([...new Set(wrong)]).toEqual([])
})

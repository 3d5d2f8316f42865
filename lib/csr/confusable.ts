/**
 * Look-alike names: texts with equal skeletons look the same on screen. The tables hold Latin
 * look-alikes of Cyrillic, Greek and Armenian letters (Unicode TS 39), digits and pairs.
 */

/** Longest compared prefix: it bounds the work. */
const MAX_LENGTH = 512

/** A character, and the characters that look like it. */
const TABLE: readonly (readonly [string, string])[] = [
  ['-', '‐‑‒–—−'],
  ['.', '·。'],
  ['3', 'з'],
  [':', '։꞉∶：'],
  ['a', 'ɑаα'],
  ['b', 'ßвьβ'],
  ['c', 'сϲ'],
  ['d', 'đԁ'],
  ['e', 'еёҽε'],
  ['g', 'ɡց'],
  ['h', 'һнհ'],
  ['i', 'ıɩіїι'],
  ['j', 'јϳյ'],
  ['k', 'кқκ'],
  ['l', '1I|ℓłӏӀլ'],
  ['m', 'м'],
  ['n', 'пηո'],
  ['o', '0øоөοσօ'],
  ['p', 'þрρ'],
  ['q', 'ԛզ'],
  ['r', 'г'],
  ['s', 'ѕ'],
  ['t', 'тτ'],
  ['u', 'цμυս'],
  ['v', 'ѵν'],
  ['w', 'ԝшω'],
  ['x', 'хχ'],
  ['y', 'уүγ'],
  ['z', 'ζ'],
]

const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  TABLE.flatMap(([plain, alike]) => [...alike].map((character) => [character, plain] as const)),
)

const ASCII = /^[ -~]*$/
const INVISIBLE = /[\p{M}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu

/** A name's skeleton: equal for names that look alike. */
export function skeleton(name: string): string {
  const bounded = name.slice(0, MAX_LENGTH)
  if (ASCII.test(bounded)) return pairs(bounded.replace(/[01I|]/g, look).toLowerCase())
  const plain = bounded.normalize('NFKD').replace(INVISIBLE, '')
  // Before lower-casing for letters that only look alike as capitals (`I`), after it for the rest.
  const looks = [...plain].map(look).join('').toLowerCase()
  return pairs([...looks].map(look).join(''))
}

function look(character: string): string {
  return LOOKS_LIKE.get(character) ?? character
}

function pairs(text: string): string {
  return text.replaceAll('rn', 'm').replaceAll('vv', 'w')
}

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
]

/** Whether the name has letters of several scripts that no language mixes. */
export function hasMixedScripts(name: string): boolean {
  if (ASCII.test(name)) return false
  const bounded = name.slice(0, MAX_LENGTH)
  return SCRIPTS.filter((script) => script.test(bounded)).length > 1
}

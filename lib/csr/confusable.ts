/**
 * Names that look alike. Two texts whose skeletons are equal can be taken for one another on
 * screen. The tables cover what turns up in host names: the Latin look-alikes of Cyrillic, Greek
 * and Armenian letters (after Unicode TS 39), digits and letter pairs. Full-width and styled
 * letters fold by NFKD.
 */

/** Beyond a name's greatest length nothing is compared: the work is bounded. */
const MAX_LENGTH = 512

/** What it looks like, and the characters that look like it. */
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

/** What a name looks like: equal for names that can be taken for one another. */
export function skeleton(name: string): string {
  const bounded = name.slice(0, MAX_LENGTH)
  if (ASCII.test(bounded)) return pairs(bounded.replace(/[01I|]/g, look).toLowerCase())
  const plain = bounded.normalize('NFKD').replace(INVISIBLE, '')
  // Before lower case for letters that only look alike as capitals (`I`), after it for the rest.
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

/** Letters of more than one script that are not written together in any language. */
export function hasMixedScripts(name: string): boolean {
  if (ASCII.test(name)) return false
  const bounded = name.slice(0, MAX_LENGTH)
  return SCRIPTS.filter((script) => script.test(bounded)).length > 1
}

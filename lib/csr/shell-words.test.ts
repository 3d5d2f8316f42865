import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLine, shellWord } from '#lib/csr/shell-words.ts'

/** zsh where it is installed; the other two are a must. */
const SHELLS = ['dash', 'bash', 'zsh'].filter(
  (shell) => shell !== 'zsh' || spawnSync(shell, ['-c', 'exit']).error === undefined,
)

const NAMES = [
  'csr-4kz7p',
  'a b?x=1#y&z',
  "it's",
  '=ls',
  '~root',
  '-n',
  '--all',
  '!history',
  '$(touch /x)`id`;rm "x"',
  '<img src=x onerror=alert(1)>',
  'csr-\u202egnp.exe',
  'węzeł-1',
  'two\nlines',
  'ends in line feeds\n\n',
  '\n',
  '-\u200b %s %% \\n \\047',
  "both ' and \u200b\\",
  '\u200b!!"$HOME"`id`',
]
/** Characters of a name: most have a meaning to some shell. */
const ODD = fc.constantFrom(...'\'"\\$`!%~=-#&;|<>(){}[]*?^ \t\n\r\u0001\u007f\u200b\u202eé😀a0n')
const names = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ unit: ODD, minLength: 1, maxLength: 12 }),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .map((name) => name.replaceAll('\0', '')),
)

/** The arguments that the commands of these lists of names were given, one list a command. */
function givenTo(shell: string, lists: readonly (readonly string[])[]): readonly string[][] {
  const history =
    shell === 'dash' ? '' : shell === 'bash' ? 'set -o history; set -H\n' : 'setopt banghist\n'
  const show = 'show() { for word; do printf "%s\\0" "$word"; done; printf "\\0\\0"; }\n'
  const lines = lists.map((list) => commandLine(['show', 'end'], list))
  const input = `${history}${show}${lines.join('\n')}\n`
  // `end` and a NUL begin each list, so that an empty name is not the end of one.
  const { stdout } = spawnSync(shell, ['-s'], { input, encoding: 'utf8' })
  return stdout
    .split('end\0')
    .slice(1)
    .map((list) => list.slice(0, -3).split('\0'))
}

/** With the word that keeps flags from being flags, where there is one. */
const expected = (list: readonly string[]) => [
  ...(list.some((name) => name.startsWith('-')) ? ['--'] : []),
  ...list.map((name) => name.toWellFormed()),
]

describe.each(SHELLS)('a name as one word of a command in %s', (shell) => {
  it.each(NAMES)('%j comes back from the shell as it is', (name) => {
    expect(givenTo(shell, [[name]])).toEqual([expected([name])])
  })

  it('any name comes back from the shell as it is, alone or among others, and every line is of printable ASCII', () => {
    const lists = fc.sample(fc.array(names, { minLength: 1, maxLength: 4 }), { numRuns: 1_000 })
    for (const list of lists) expect(commandLine(['oc'], list)).toMatch(/^[\x20-\x7e]+$/)
    expect(givenTo(shell, lists)).toEqual(lists.map(expected))
  })
})

describe('a name as one word', () => {
  it.each([
    ['csr-4kz7p', 'csr-4kz7p'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['=ls', "'=ls'"],
    ["\u200b'\\!", `"$(printf '\\342\\200\\213\\047\\134\\041')"`],
    ['csr-1\0', "''"],
  ])('shellWord writes %j as %s', (name, word) => {
    expect(shellWord(name)).toBe(word)
  })

  it.each([
    [['csr-1'], 'oc describe csr csr-1'],
    [['csr-1', 'a b'], "oc describe csr csr-1 'a b'"],
    [['--all'], "oc describe csr -- '--all'"],
    [['a\n', 'b'], `name1="$(printf 'a\\012.')"; oc describe csr "\${name1%.}" b`],
  ])('commandLine writes the names %j as %s', (names, line) => {
    expect(commandLine(['oc', 'describe', 'csr'], names)).toBe(line)
  })
})

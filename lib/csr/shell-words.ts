/**
 * A word that no shell changes. `=` and `~` are left out: zsh expands a word that begins with one.
 */
const PLAIN = /^[A-Za-z0-9.:/_][A-Za-z0-9.:/_-]*$/
const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * A name as one word of a command for dash, bash and zsh. Names come from strangers: the copied line
 * must name that object and do nothing else, and show every character of the name. Other characters
 * than printable ASCII are octal bytes for `printf`; dash has no `$'…'`.
 */
export function shellWord(name: string): string {
  if (PLAIN.test(name)) return name
  // No shell passes on a NUL: the word would name another object, and an empty word names none.
  if (name.includes('\0')) return "''"
  return PRINTABLE.test(name) ? `'${name.replaceAll("'", `'\\''`)}'` : `"$(${printed(name)})"`
}

/** A command line of these words; a name that looks like a flag is kept from being one. */
export function commandLine(words: readonly string[], names: readonly string[]): string {
  const guard = names.some((name) => name.startsWith('-')) ? ['--'] : []
  const before: string[] = []
  const named = names.map((name) => {
    if (!name.endsWith('\n') || name.includes('\0')) return shellWord(name)
    // `$(…)` drops line feeds at the end: a full stop after them keeps them, and is cut off again.
    const variable = `name${before.length + 1}`
    before.push(`${variable}="$(${printed(`${name}.`)})"; `)
    return `"\${${variable}%.}"`
  })
  return before.join('') + [...words, ...guard, ...named].join(' ')
}

/** A command that prints the text. Only plain characters stand for themselves: `!` would be history. */
function printed(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte, index) => {
    const character = String.fromCharCode(byte)
    // A first `-` would be an option of printf.
    const isPlain = PLAIN.test(character) || character === ' ' || (character === '-' && index > 0)
    return isPlain ? character : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `printf '${bytes.join('')}'`
}

const PLAIN = /^[A-Za-z0-9@%+=:,./_-]+$/
const NEEDS_ESCAPES = /[^\x20-\x7e]/

/**
 * A name as one word of a POSIX shell command. Names come from strangers: what is copied from here
 * must name that object and do nothing else. Characters that cannot be seen are written as bytes in
 * `$'…'` (bash, zsh, and POSIX since 2024), so that what is pasted is what is read.
 */
export function shellWord(name: string): string {
  if (name !== '' && PLAIN.test(name) && !name.startsWith('-')) return name
  if (!NEEDS_ESCAPES.test(name)) return `'${name.replaceAll("'", `'\\''`)}'`
  const bytes = new TextEncoder().encode(name)
  const escaped = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    if (character === "'" || character === '\\') return `\\${character}`
    return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `$'${escaped.join('')}'`
}

/** A command line of these words; a name that looks like a flag is kept from being one. */
export function commandLine(words: readonly string[], names: readonly string[]): string {
  const guard = names.some((name) => name.startsWith('-')) ? ['--'] : []
  return [...words, ...guard, ...names.map(shellWord)].join(' ')
}

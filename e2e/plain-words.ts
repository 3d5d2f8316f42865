import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Folders whose comments begin with their subject. Add a folder once it is reworded. */
const PLAIN_FOLDERS = [
  'app/',
  'approver/',
  'bench/',
  'bin/',
  'cli/',
  'components/',
  'e2e/',
  'deploy/',
  'lib/',
  'sandbox/',
]

const FIRST_WORD = /^(?:What|Whoever|Who|Of|That)\b/

/** First words of a doc comment that needs the line before it. */
const PRONOUN = /^(?:As|It|Its|Likewise|Nobody|Somebody|Anybody)\b/
/** First words of a test title that needs its `describe`. */
const FRAGMENT = /^(?:as|its|whether|of|that|whose|whoever|and|nor|whom)\b/i
/** Words that hide the actor of a text for users. */
const NO_ACTOR = /\b(?:whoever|nobody|somebody|anybody)\b/i
const EXEMPT = /\.(?:test|spec|contract|config)\.|(?:^|\/)fixtures\/|^lib\/messages\/|^app\//

/** Comments without a subject in front, as `path:line: text`. */
export function riddles(path: string, source: string): string[] {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const text = openingOf(line, lines[index - 1] ?? '')
    return FIRST_WORD.test(text) ? [`${path}:${index + 1}: ${text}`] : []
  })
}

/** The text that begins a comment on this line; '' for code and for a comment's later lines. */
function openingOf(line: string, before: string): string {
  const block = /^\s*\/\*\*? *(.*)$/.exec(line)?.[1]
  if (block !== undefined) return block
  if (/^\s*\/\*\*?$/.test(before)) return /^\s*\* (.*)$/.exec(line)?.[1] ?? ''
  if (/^\s*\/\/ /.test(line) && /^\s*\/\/ /.test(before)) return ''
  return /(?:^|\s)\/\/ (.*)$/.exec(line)?.[1] ?? ''
}

/** Doc comments, test titles and texts for users that a stranger cannot read alone. */
function fragments(path: string, source: string): string[] {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const before = lines[index - 1] ?? ''
    const isDoc = /^\s*\/\*\*/.test(line) || /^\s*\/\*\*$/.test(before)
    const found =
      (isDoc && PRONOUN.test(openingOf(line, before))) ||
      FRAGMENT.test(titleOf(line, before)) ||
      (path.startsWith('lib/messages/en/') && NO_ACTOR.test(line))
    return found ? [`${path}:${index + 1}: ${line.trim()}`] : []
  })
}

/** The title of a test whose call begins on this line or the one before; '' for other code. */
function titleOf(line: string, before: string): string {
  const own = /^\s*(?:it|test)\((['`].*)$/.exec(line)?.[1]
  const later = /^\s*(?:it|test)\($/.test(before) ? line.trim() : undefined
  const ofTable = /^\s*\].*\)\((['`].*)$/.exec(line)?.[1]
  return (own ?? later ?? ofTable ?? '').slice(1)
}

/** File names, without extension, that occur in several folders. */
export function twins(paths: readonly string[]): string[] {
  const stems = paths
    .filter((path) => !EXEMPT.test(path))
    .map((path) => basename(path).replace(/\..*$/, ''))
  const again = stems.filter((stem, index) => stems.indexOf(stem) !== index)
  return [...new Set(again)].sort()
}

/** All violations in these files. */
export function violations(
  paths: readonly string[],
  read: (path: string) => string,
): readonly string[] {
  const plain = paths.filter((path) => PLAIN_FOLDERS.some((folder) => path.startsWith(folder)))
  return [
    ...plain.flatMap((path) => [...riddles(path, read(path)), ...fragments(path, read(path))]),
    ...twins(paths).map((stem) => `${stem}: a file name in two folders`),
  ]
}

if (import.meta.main) {
  const paths = globSync('{app,approver,bench,bin,components,e2e,lib,sandbox}/**/*.{ts,tsx}')
  const found = violations(paths, (path) => readFileSync(path, 'utf8'))
  for (const line of found) console.error(line)
  process.exitCode = found.length === 0 ? 0 : 1
}

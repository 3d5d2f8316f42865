import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const IMPORTED = /from '(?:#|\.\/)([\w./[\]-]+)'/g

/** Imports of each file, which may tie it to the next file of a way. */
const imports = new Map(
  globSync('{app,bin,components,lib}/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !/\.test\.|\/fixtures\//.test(path))
    .map((path) => [path, importsOf(path)]),
)

it.each(['from an event of the watch to a painted row', 'from a click on Approve to the PUT'])(
  'in %s each named file exists and is tied to the next',
  (way) => {
    const rows = rowsOf(way)
    const files = rows.flatMap(({ files }) => files)
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const loose = rows.flatMap(({ files, does }, at) => {
      const alone = files.filter((file) => files.length > 1 && !isTiedToOther(file, files))
      const next = does.includes('over HTTP') ? [] : (rows[at + 1]?.files ?? [])
      const isLoose = next.length > 0 && !files.some((file) => isTiedToOther(file, next))
      return isLoose ? [...alone, `${files.at(-1)} to ${next[0]}`] : alone
    })
    expect(loose).toEqual([])
  },
)

function isTiedToOther(file: string, others: readonly string[]): boolean {
  return others.some((other) => other !== file && areTied(file, other))
}

/**
 * True where one file imports the other, directly or through one file, or where a third file
 * imports both.
 */
function areTied(a: string, b: string): boolean {
  if (reaches(a, b) || reaches(b, a)) return true
  return [...imports.values()].some((known) => known.has(a) && known.has(b))
}

function reaches(from: string, to: string): boolean {
  const known = imports.get(from) ?? new Set()
  return known.has(to) || [...known].some((through) => imports.get(through)?.has(to) === true)
}

function rowsOf(way: string) {
  const [, after = ''] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split(`| ${way} |`)
  const [table = ''] = after.split('\n\n')
  return table
    .split('\n')
    .slice(2)
    .map((line) => {
      const [, names = '', does = ''] = line.split('|')
      return { does, files: [...names.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file) }
    })
}

function importsOf(path: string): ReadonlySet<string> {
  const text = readFileSync(join(root, path), 'utf8')
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return new Set(
    [...text.matchAll(IMPORTED)].map(([whole, file = '']) =>
      whole.includes("'./") ? folder + file : file,
    ),
  )
}

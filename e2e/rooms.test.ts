import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const FOLDERS = ['approver', 'components', 'lib']
const IMPORTED = /\bfrom '([^']+)'|\bimport\('([^']+)'\)/g

it('no folders import each other, directly or through other folders', () => {
  const edges = importsOfFolders()
  expect(edges.length).toBeGreaterThan(100)
  expect(ringsAmong(edges)).toEqual([])
})

type Edge = readonly [from: string, to: string]

/** The edges of rings, and of ways between rings: an edge with an end that leads nowhere is in none. */
function ringsAmong(edges: readonly Edge[]): readonly Edge[] {
  const importing = new Set(edges.map(([from]) => from))
  const imported = new Set(edges.map(([, to]) => to))
  const rest = edges.filter(([from, to]) => imported.has(from) && importing.has(to))
  return rest.length === edges.length ? rest : ringsAmong(rest)
}

/** Two folders each, types included: the first has a file that imports one of the second. */
function importsOfFolders(): readonly Edge[] {
  const pattern = `{${FOLDERS.join(',')}}/**/*.{ts,tsx}`
  const files = globSync(pattern, { cwd: root }).filter(
    (file) => !/\.test\.|\/fixtures\//.test(file),
  )
  const edges = new Map<string, Edge>()
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, named, loaded = ''] of text.matchAll(IMPORTED)) {
      const from = named ?? loaded
      const target = from.startsWith('#') ? from.slice(1) : normalize(join(dirname(file), from))
      const isOurs = /^[#.]/.test(from) && FOLDERS.includes(target.split('/')[0] ?? '')
      if (isOurs && dirname(target) !== dirname(file)) {
        edges.set(`${dirname(file)}, ${dirname(target)}`, [dirname(file), dirname(target)])
      }
    }
  }
  return [...edges.values()]
}

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const FOLDERS = ['approver', 'components', 'lib']
const IMPORTED = /\bfrom '([^']+)'|\bimport\('([^']+)'\)/g

/**
 * Folders that still import each other, types included. A pair that is gone leaves this list, and
 * none is added: a reader of one folder must not have to read the other as well.
 */
const STILL = []

it('no two folders import each other, but for the pairs that are listed', () => {
  const edges = importsOfFolders()
  expect(edges.size).toBeGreaterThan(100)
  const pairs = [...edges].flatMap((edge) => {
    const [from = '', to = ''] = edge.split(', ')
    return from < to && edges.has(`${to}, ${from}`) ? [edge] : []
  })
  expect(pairs.sort()).toEqual(STILL)
})

/** Each `from, to` of two folders, by the imports of their files. */
function importsOfFolders(): Set<string> {
  const pattern = `{${FOLDERS.join(',')}}/**/*.{ts,tsx}`
  const files = globSync(pattern, { cwd: root }).filter(
    (file) => !/\.test\.|\/fixtures\//.test(file),
  )
  const edges = new Set<string>()
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, named, loaded = ''] of text.matchAll(IMPORTED)) {
      const from = named ?? loaded
      const target = from.startsWith('#') ? from.slice(1) : normalize(join(dirname(file), from))
      const isOurs = /^[#.]/.test(from) && FOLDERS.includes(target.split('/')[0] ?? '')
      if (isOurs && dirname(target) !== dirname(file)) {
        edges.add(`${dirname(file)}, ${dirname(target)}`)
      }
    }
  }
  return edges
}

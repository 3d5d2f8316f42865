import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Statements that load a module at run time; `import type` loads nothing. */
const LOADS = /^(?:import|export)\s+(?!type\b)(?:([^'";]*?)\bfrom\s+)?'([^']+)'/gm

it('no module that the browser loads imports one of Node’s', () => {
  const files = globSync('{components,lib/query}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.|\/fixtures\//.test(file))
    .map((file) => join(root, file))
  const importers = new Map<string, string | null>(files.map((file) => [file, null]))
  const found: string[] = []
  for (const [file] of importers) {
    for (const from of loadedBy(file)) {
      if (from.startsWith('node:')) found.push(`${from} ← ${pathTo(file, importers).join(' ← ')}`)
      const target = from.startsWith('#') ? join(root, from.slice(1)) : join(dirname(file), from)
      if (/^[#.]/.test(from) && existsSync(target) && !importers.has(target)) {
        importers.set(target, file)
      }
    }
  }
  expect(importers.size).toBeGreaterThan(files.length)
  expect(found).toEqual([])
})

function loadedBy(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(LOADS)].flatMap(([, names = '', from = '']) =>
    onlyTypes(names) ? [] : [from],
  )
}

/** Names such as `{ type A, type B }`. */
function onlyTypes(names: string): boolean {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  const each = inner?.split(',').filter((name) => name.trim() !== '') ?? []
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name))
}

function pathTo(file: string, importers: ReadonlyMap<string, string | null>): string[] {
  const path: string[] = []
  for (let at: string | null = file; at !== null; at = importers.get(at) ?? null) {
    path.push(relative(root, at))
  }
  return path
}

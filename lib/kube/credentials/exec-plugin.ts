import { execFile } from 'node:child_process'
import { isAbsolute, resolve } from 'node:path'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import { noCredential } from '#lib/kube/transport/errors.ts'

/** `users[].user.exec` of a kubeconfig: a program that prints a credential. */
export interface ExecPlugin {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly installHint: string
  readonly provideClusterInfo: boolean
}

export interface ExecCredential {
  readonly token: string | null
  readonly certificate: { readonly cert: string; readonly key: string } | null
  /** Milliseconds since the epoch; null when the plugin gives no expiry. */
  readonly expiresAt: number | null
}

export interface ExecSurroundings {
  /** Folder of the kubeconfig file, to which a command with a slash is relative. */
  readonly directory: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly endpoint: Endpoint
}

/** A plugin may call a cloud, or wait for a person in a browser. */
const TIMEOUT_MS = 60_000

/**
 * Runs the plugin as kubectl does, without a terminal: KUBERNETES_EXEC_INFO is always set (client
 * libraries of plugins refuse to start without), stdin is closed. Rejects with `noCredential`.
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  surroundings: ExecSurroundings,
): Promise<ExecCredential> {
  const output = await run(plugin, surroundings)
  const { command } = plugin
  let printed: unknown
  try {
    printed = JSON.parse(output)
  } catch {
    throw noCredential(cause('pluginNotJson', { command }))
  }
  const credential = readExecCredential(printed)
  if (credential === null) throw noCredential(cause('pluginNoCredential', { command }))
  return credential
}

function run(plugin: ExecPlugin, { directory, env, endpoint }: ExecSurroundings): Promise<string> {
  const { command } = plugin
  const isPath = /[/\\]/.test(command) && !isAbsolute(command)
  const info = JSON.stringify(execInfo(plugin, endpoint))
  const pluginEnv: ExecSurroundings['env'] = { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: info }
  const options = {
    env: pluginEnv as NodeJS.ProcessEnv,
    timeout: TIMEOUT_MS,
    maxBuffer: 1024 * 1024,
    windowsHide: true,
  }
  return new Promise((resolvePromise, reject) => {
    const file = isPath ? resolve(directory, command) : command
    const child = execFile(file, [...plugin.args], options, (error, stdout, stderr) => {
      if (error === null) {
        resolvePromise(stdout)
      } else if (error.code === 'ENOENT') {
        reject(noCredential(missing(plugin)))
      } else if (error.killed) {
        reject(noCredential(cause('pluginTooSlow', { command, seconds: TIMEOUT_MS / 1_000 })))
      } else {
        const said = lastLine(stderr)
        const why =
          said === ''
            ? cause('pluginFailed', { command, code: String(error.code) })
            : cause('pluginSaid', { command, said })
        reject(noCredential(why))
      }
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end()
  })
}

function execInfo(plugin: ExecPlugin, endpoint: Endpoint): unknown {
  const cluster = {
    server: endpoint.origin + endpoint.prefix,
    ...(endpoint.ca === null
      ? {}
      : { 'certificate-authority-data': Buffer.from(endpoint.ca).toString('base64') }),
    ...(endpoint.servername === null ? {} : { 'tls-server-name': endpoint.servername }),
    ...(endpoint.insecure ? { 'insecure-skip-tls-verify': true } : {}),
  }
  return {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster } : {}) },
  }
}

/** Null unless the output is an ExecCredential with a token or a key pair. */
function readExecCredential(printed: unknown): ExecCredential | null {
  if (typeof printed !== 'object' || printed === null || !('status' in printed)) return null
  const status = printed.status
  if (typeof status !== 'object' || status === null) return null
  const text = (name: string): string | null => {
    const value: unknown = Reflect.get(status, name)
    return typeof value === 'string' && value !== '' ? value : null
  }
  const cert = text('clientCertificateData')
  const key = text('clientKeyData')
  const token = text('token')
  if (token === null && (cert === null || key === null)) return null
  const expiresAt = Date.parse(text('expirationTimestamp') ?? '')
  return {
    token,
    certificate: cert === null || key === null ? null : { cert, key },
    expiresAt: Number.isNaN(expiresAt) ? null : expiresAt,
  }
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
}

function missing({ command, installHint }: ExecPlugin): Cause {
  return installHint === ''
    ? cause('pluginMissing', { command })
    : cause('pluginMissingHint', { command, said: installHint })
}

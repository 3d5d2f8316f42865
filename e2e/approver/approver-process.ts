import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { npmScript } from '#sandbox/npm-script.ts'
import { type Asking, liveEnv } from '../fixtures/live-env.ts'
import { readWhole } from '../fixtures/read-whole.ts'
import { expectNoSecrets } from '../fixtures/secrets.ts'

export type LogEntry = Readonly<Record<string, unknown>> & { readonly event: string }

type Labels = Readonly<Record<string, string>>

/** One sample of /metrics. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
}

export interface ApproverOptions {
  readonly kubeconfig: string
  /** A file, or `configmap:<namespace>/<name>`. */
  readonly policy: string
  readonly expected?: string
  readonly lease?: string
  /** Prefix of its identity in the Lease. */
  readonly identity?: string
  /** Asks kubelets; only where every Node's address is this machine's. Default false. */
  readonly liveCertificates?: Asking
  /** File for its standard output; `log` reads it. */
  readonly output?: string
}

/** The shipped approver in a process of its own. */
export interface ApproverProcess {
  readonly pid: number
  readonly log: readonly LogEntry[]
  /** Standard error so far. */
  readonly errors: string
  readonly address: string
  get(path: '/livez' | '/readyz' | '/metrics'): Promise<{ status: number; text: string }>
  /** Sum of a metric's samples with these labels. */
  metric(name: string, labels?: Labels): Promise<number>
  samples(name: string): Promise<readonly Sample[]>
  /**
   * Resolves with the exit code, or null for a signal. Rejects when its output contains a secret.
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Fills the compile cache: a process that compiles TypeScript keeps the compiler in memory, 20 MB.
 */
export function compileApprover(): void {
  const { command, args, ...options } = npmScript('approver', ['--help'])
  execFileSync(command, args, options)
}

/** Resolves when it answers on its port, whether it leads or not. */
export async function startApprover(options: ApproverOptions): Promise<ApproverProcess> {
  const { kubeconfig, policy, expected, lease, identity } = options
  const script = npmScript('approver', [
    ...['--kubeconfig', kubeconfig, '--policy', policy, '--metrics-port', '0'],
    ...(expected === undefined ? [] : ['--expected', expected]),
    ...(lease === undefined ? [] : ['--lease', lease]),
    ...(identity === undefined ? [] : ['--identity', identity]),
  ])
  const output = options.output === undefined ? 'pipe' : openSync(options.output, 'a')
  const child: ChildProcess = spawn(script.command, script.args, {
    cwd: script.cwd,
    stdio: ['ignore', output, 'pipe'],
    env: { ...script.env, ...liveEnv(options.liveCertificates ?? false) },
  })
  if (typeof output === 'number') closeSync(output)
  const closed = once(child, 'close')
  const printed: LogEntry[] = []
  let errors = ''
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => printed.push(JSON.parse(line)))
  }
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const logNow = () => (options.output === undefined ? printed : entriesOf(options.output))
  const started = await until('the approver to start', () => {
    if (child.exitCode !== null) throw new Error(`the approver ended: ${errors}`)
    return logNow().find(({ event }) => event === 'started')
  })
  const address = `http://127.0.0.1:${started.metricsPort}`

  async function get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(address + path)
    return { status: response.status, text: await response.text() }
  }

  async function samples(name: string): Promise<readonly Sample[]> {
    return (await get('/metrics')).text.split('\n').flatMap((line) => sampleOf(line, name))
  }

  return {
    pid: child.pid ?? 0,
    get log() {
      return logNow()
    },
    get errors() {
      return errors
    },
    address,
    get,
    samples,
    async metric(name, labels = {}) {
      const wanted = Object.entries(labels)
      const matching = (await samples(name)).filter((sample) =>
        wanted.every(([key, label]) => sample.labels[key] === label),
      )
      return matching.reduce((sum, { value }) => sum + value, 0)
    },
    async stop(signal = 'SIGTERM') {
      const told = await fetch(`${address}/metrics`, { signal: AbortSignal.timeout(2_000) })
        .then((answer) => answer.text())
        .catch(() => '')
      child.kill(signal)
      await closed
      expectNoSecrets(
        'the approver’s log',
        logNow()
          .map((entry) => JSON.stringify(entry))
          .join('\n'),
      )
      expectNoSecrets('the approver’s standard error', errors)
      expectNoSecrets('the approver’s metrics', told)
      return child.exitCode
    },
  }
}

/** Log entries, without an incomplete last line. */
function entriesOf(file: string): readonly LogEntry[] {
  const lines = readWhole(file).split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line))
}

function sampleOf(line: string, name: string): readonly Sample[] {
  const [, metric, given = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  if (metric !== name) return []
  const labels = [...given.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', label = '']) => [
    key,
    label,
  ])
  return [{ labels: Object.fromEntries(labels), value: Number(value) }]
}

/** A kubeconfig for a service account's token, with the server and CA of another one. */
export function tokenKubeconfig(
  directory: string,
  server: string,
  ca: string,
  token: string,
): string {
  const path = join(directory, 'approver-service-account.kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'approver',
    contexts: [{ name: 'approver', context: { cluster: 'cluster', user: 'approver' } }],
    clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': ca } }],
    users: [{ name: 'approver', user: { token } }],
  }
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  return path
}

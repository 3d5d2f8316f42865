import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { npmScript } from '#sandbox/npm-script.ts'
import { type Asking, liveEnv } from '../fixtures/live-env.ts'
import { startScript } from '../fixtures/script-process.ts'
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
  const flags = { kubeconfig, policy, 'metrics-port': '0', expected, lease, identity }
  const child = startScript('approver', {
    args: Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    ),
    env: liveEnv(options.liveCertificates ?? false),
    output: options.output,
  })
  const log: LogEntry[] = []
  const logNow = () => {
    for (const line of child.lines.slice(log.length)) log.push(JSON.parse(line))
    return log
  }
  const started = await until('the approver to start', () => {
    if (child.exitCode !== null) throw new Error(`the approver ended: ${child.errors.join('\n')}`)
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
    pid: child.pid,
    get log() {
      return logNow()
    },
    get errors() {
      return child.errors.join('\n')
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
    async stop(signal) {
      const answered = await fetch(`${address}/metrics`, { signal: AbortSignal.timeout(2_000) })
        .then((answer) => answer.text())
        .catch(() => '')
      await child.end(signal)
      expectNoSecrets('the approver’s metrics', answered)
      return child.exitCode
    },
  }
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

/** The cluster of a kubeconfig, read as the dashboard reads it, and never written. */

import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { readKubeconfig } from '#lib/kube/credentials/config.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { readSettings } from '#lib/settings/settings.ts'
import { start } from '#lib/web/start.ts'

export interface ReadCluster {
  /**
   * Resolves once the cluster is read whole: only then is what it lacks known to be missing. Rejects
   * with the reason where `over` comes first; `within` says that time in words.
   */
  untilRead(over: Promise<'over'>, within: string): Promise<void>
  machine(name: string): JudgedMachine | null
  /** Everything known, by key; empty until it is read. */
  rows(): ReturnType<RunningFeed['moment']>['rows']
  /** Whether the rows are what the API server has now. */
  isLive(): boolean
  /** Why Nodes are not seen, in English; null while they are. */
  whyNoNodes(): string | null
  /** Calls back after each change, at most once in each turn of the process. */
  onChange(listener: () => void): void
  stop(): Promise<void>
}

/** Resolves after so many milliseconds, for which the process does not stay. */
export function timer(ms: number): Promise<'over'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'over').unref())
}

/**
 * `args`: options of the dashboard, such as `--context`. Throws where they, the environment or the
 * kubeconfig cannot be read.
 */
export function readCluster(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadCluster {
  // Neither is listened on, recorded or told.
  const { HOST: _, COUNTERSIGN_WEBHOOK_URL: __, ...rest } = env
  const reading = readSettings(args, { ...rest, COUNTERSIGN_RECORD: 'off' })
  if (!('settings' in reading)) throw new Error('problem' in reading ? reading.problem : '')
  const { settings } = reading
  const config = readKubeconfig({
    kubeconfig: settings.kubeconfig ?? undefined,
    context: settings.context ?? undefined,
    env: settings.env,
  })
  // Standard output has the command's own lines.
  const { running, stop } = start(settings, config, null, () => {})
  const { feed } = running
  const read = Promise.withResolvers<void>()
  const settle = () => {
    if (feed.isLive()) read.resolve()
  }
  feed.subscribe(settle)
  settle()
  return {
    async untilRead(over, within) {
      if ((await Promise.race([read.promise, over])) !== 'over') return
      const readiness = feed.readiness()
      const why = readiness.ready ? '' : `${readiness.why} ${inEnglish(readiness.causes)}`.trim()
      throw new Error(`The cluster was not read within ${within}: ${why}`)
    },
    machine: (name) => feed.moment().rows.machines.get(name) ?? null,
    rows: () => feed.moment().rows,
    isLive: () => feed.isLive(),
    whyNoNodes() {
      const { state, causes } = feed.moment().feed.sources.nodes
      return state === 'live' ? null : `${state} ${inEnglish(causes)}`.trim()
    },
    onChange(listener) {
      let isPlanned = false
      feed.subscribe(() => {
        if (isPlanned) return
        isPlanned = true
        setImmediate(() => {
          isPlanned = false
          listener()
        })
      })
    },
    stop,
  }
}

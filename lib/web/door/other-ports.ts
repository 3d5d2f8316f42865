import type { RunningFeed } from '#lib/cluster/feed.ts'
import { serveMetrics } from '#lib/metrics/metrics-server.ts'
import { unboundPort } from '#lib/metrics/unbound-port.ts'
import type { Settings } from '#lib/settings/settings.ts'
import type { Metrics } from '#lib/web/metrics/metrics.ts'

/** Serves `/metrics` and probes at ports of their own, where the settings name them. */
export async function serveOtherPorts(
  { metrics: metricsAt, service }: Pick<Settings, 'metrics' | 'service'>,
  metrics: Pick<Metrics, 'contentType' | 'text'>,
  feed: Pick<RunningFeed, 'readiness'>,
): Promise<{ readonly problem: string } | null> {
  const ready = () => {
    const readiness = feed.readiness()
    return readiness.ready ? { ok: true, why: 'ok' } : { ok: false, why: readiness.why }
  }
  const probes = { live: () => ({ ok: true, why: 'ok' }), ready }
  const ports = [
    { name: 'COUNTERSIGN_METRICS', at: metricsAt, serves: { metrics } },
    { name: 'COUNTERSIGN_PROBES', at: service?.probes ?? null, serves: { probes } },
  ]
  for (const { name, at, serves } of ports) {
    try {
      if (at !== null) await serveMetrics({ ...at, ...serves })
    } catch (error) {
      return { problem: unboundPort(name, error) }
    }
  }
  return null
}

#!/usr/bin/env node
import { RunningApprover } from '#approver/start-approver.ts'
import { ownCluster } from '#lib/kube/credentials/own-cluster.ts'
import { writeLine } from '#lib/kube/log/process-log.ts'
import { writeHelp } from '#lib/kube/log/standard-output.ts'
import { serveMetrics } from '#lib/metrics/metrics-server.ts'
import { unboundPort } from '#lib/metrics/unbound-port.ts'
import { readSettings, type Settings } from '#lib/settings/approver-settings.ts'

const reading = readSettings(process.argv.slice(2), process.env)
if ('help' in reading) writeHelp(reading.help)
else if ('problem' in reading) fail(reading.problem)
else await run(reading.settings)

async function run(settings: Settings): Promise<void> {
  const config = ownCluster(settings, settings.context === null)
  if ('problem' in config) return fail(config.problem)
  const started = new RunningApprover(settings, config)
  let stopping = false
  const stop = async (code: number) => {
    if (stopping) return
    stopping = true
    // Milliseconds until the process exits, even with open connections.
    setTimeout(() => process.exit(code), 5_000).unref()
    await started.stop()
    process.exit(code)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(0))
  }
  try {
    const { port } = await serveMetrics({
      host: settings.metricsHost,
      port: settings.metricsPort,
      probes: started,
      metrics: started.metrics,
    })
    const { identity, lease } = settings
    void writeLine({ event: 'started', server: config.server, identity, lease, metricsPort: port })
  } catch (error) {
    fail(unboundPort('--metrics-host, --metrics-port', error))
    await stop(1)
  }
}

function fail(message: string): void {
  process.stderr.write(`countersign-approver: ${message}\n`)
  process.exitCode = 1
}

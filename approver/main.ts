#!/usr/bin/env node
import { type StartOptions, start } from '#approver/start-approver.ts'
import { type ClusterConfig, readKubeconfig } from '#lib/kube/credentials/config.ts'
import { ConfigError } from '#lib/kube/credentials/config-error.ts'
import { isInCluster, readInCluster } from '#lib/kube/credentials/in-cluster.ts'
import { toLogLine } from '#lib/kube/log/log-line.ts'
import { writeHelp, writeOut } from '#lib/kube/log/standard-output.ts'
import { serveMetrics } from '#lib/metrics/metrics-server.ts'
import { unboundPort } from '#lib/metrics/unbound-port.ts'
import { createExpectedReader } from '#lib/policy/expected-reader.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import { readSettings, type Settings } from '#lib/settings/approver-settings.ts'

const reading = readSettings(process.argv.slice(2), process.env)
if ('help' in reading) writeHelp(reading.help)
else if ('problem' in reading) fail(reading.problem)
else await run(reading.settings)

async function run(settings: Settings): Promise<void> {
  const config = clusterOf(settings)
  if (config === null) return
  const parseExpected = createExpectedReader().read
  const started = start({ settings, config, parsePolicy: readPolicy, parseExpected, writeLog })
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
      probes: { live: started.live, ready: started.ready },
      metrics: async () => ({
        contentType: started.metrics.contentType,
        text: await started.metrics.text(),
      }),
    })
    const { identity, lease } = settings
    void writeLog({ event: 'started', server: config.server, identity, lease, metricsPort: port })
  } catch (error) {
    fail(unboundPort('--metrics-host, --metrics-port', error))
    await stop(1)
  }
}

/** The kubeconfig of the settings, or else the Pod's own account; one never replaces the other. */
function clusterOf(settings: Settings): ClusterConfig | null {
  const { kubeconfig, context, env } = settings
  const isNamed = kubeconfig !== null || context !== null || Boolean(env.KUBECONFIG)
  try {
    return !isNamed && isInCluster(env)
      ? readInCluster({ env })
      : readKubeconfig({ kubeconfig: kubeconfig ?? undefined, context: context ?? undefined, env })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    fail(error.message)
    return null
  }
}

/** Writes one JSON line for each event; standard output has nothing else. */
function writeLog(entry: Parameters<StartOptions['writeLog']>[0]): Promise<void> {
  return writeOut(`${toLogLine({ time: new Date().toISOString(), ...entry })}\n`)
}

function fail(message: string): void {
  process.stderr.write(`countersign-approver: ${message}\n`)
  process.exitCode = 1
}

/** Starts a sandbox and prints the paths of its kubeconfigs; ends with Ctrl-C. */
import { startSandbox } from '#sandbox/sandbox.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'

const speed = Number(process.argv[2] ?? '1')
const sandbox = await startSandbox({ scenario: RACK2, speed })
for (const [identity, path] of Object.entries(sandbox.kubeconfigs))
  console.log(`${identity}\t${path}`)

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await sandbox.stop()
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop())
}

/** Starts a sandbox to play with and prints where its kubeconfigs are; ends with Ctrl-C. */
import { startSandbox } from '#sandbox/sandbox.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'

const speed = Number(process.argv[2] ?? '1')
const sandbox = await startSandbox({ scenario: RACK2, speed })
for (const [identity, path] of Object.entries(sandbox.kubeconfigs))
  console.log(`${identity}\t${path}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sandbox.stop().then(() => process.exit(0))
  })
}

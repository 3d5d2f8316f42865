/** A current kubectl against the sandbox, as used beside `npm run demo`. */
import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { type KubeClient, kubeClient } from '../fixtures/kube-client.ts'
import { fileOn } from '../fixtures/real-requests.ts'

const run = promisify(execFile)
/** Limit for states of a busy machine. */
const LONG = { timeout: 60_000 }

let sandbox: Sandbox
let kube: KubeClient
let binary: string

beforeAll(async () => {
  binary = await buildBinary()
  sandbox = await startSandbox({ scenario: RACK2 })
  kube = kubeClient(sandbox.kubeconfigs.admin)
})
afterAll(async () => {
  await kube.close()
  await sandbox.stop()
})

/** Command line and environment of kubectl, without settings of this machine. */
const commandLine = (args: readonly string[]) =>
  [
    binary,
    ['kubectl', '--kubeconfig', sandbox.kubeconfigs.admin, '--cache-dir', '/dev/null', ...args],
  ] as const

async function kubectl(...args: readonly string[]): Promise<string> {
  return (await run(...commandLine(args))).stdout
}

it('kubectl get csr prints the columns that it prints for a real API server', async () => {
  const { metadata, spec } = await fileOn(kube, { nodeName: 'worker-20' })
  const [head = '', ...rows] = (await kubectl('get', 'csr')).trimEnd().split('\n')
  expect(head.split(/\s+/)).toEqual([
    ...['NAME', 'AGE', 'SIGNERNAME', 'REQUESTOR', 'REQUESTEDDURATION', 'CONDITION'],
  ])
  expect(rows.length).toBeGreaterThan(40)
  const row = rows.find((line) => line.startsWith(`${metadata.name} `)) ?? ''
  expect(row.split(/\s+/)).toEqual([
    ...[metadata.name, expect.stringMatching(/^\d+s$/), spec.signerName, spec.username],
    ...['<none>', 'Pending'],
  ])
  expect(await kubectl('describe', 'csr', metadata.name)).toMatch(
    /Common Name: +system:node:worker-20\n/,
  )
})

it.each([
  ['approve', 'Approved,Issued'],
  ['deny', 'Denied'],
])(
  'kubectl certificate %s is obeyed, and a watching kubectl prints %s',
  async (verb, condition) => {
    const { metadata } = await fileOn(kube, { nodeName: `worker-${verb}` })
    const watching = spawn(...commandLine(['get', 'csr', '--watch', '--no-headers']))
    const conditions: string[] = []
    createInterface({ input: watching.stdout }).on('line', (line) => {
      const [name, ...cells] = line.trimEnd().split(/\s+/)
      if (name === metadata.name) conditions.push(cells.at(-1) ?? '')
    })
    await expect.poll(() => conditions, LONG).toEqual(['Pending'])
    expect(await kubectl('certificate', verb, metadata.name)).toMatch(/ (approved|denied)\n$/)
    await expect.poll(() => conditions, LONG).toContain(condition)
    watching.kill()
    expect(await kubectl('get', 'csr', metadata.name)).toContain(` ${condition}\n`)
  },
)

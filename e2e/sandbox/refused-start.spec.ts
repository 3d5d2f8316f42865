/** Refused starts: an unsafe setting stops either program, and neither prints a key. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startApprover } from '../approver/approver-process.ts'
import { policyText } from '../approver/policy-text.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Exit code and output of a program. */
async function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
  }
  const [code] = await once(child, 'close')
  return { code, said }
}

const WEAK: readonly (readonly [string, string])[] = [
  ['none at all', ''],
  ['31 characters', 'weak-key-of-only-31-characters!'.replace('!', '0')],
  ['a space in it', 'weak-key of more than thirty-two characters'],
  ['a letter that no header can have', 'weak-key-é-of-more-than-thirty-two-characters'],
]

for (const [what, key] of WEAK) {
  test(`the dashboard does not start with a weak launch key: ${what}`, async ({ sandbox }) => {
    const env = { KUBECONFIG: sandbox.kubeconfigs.admin, COUNTERSIGN_LAUNCH_KEY: key }
    const { code, said } = await run('bin/countersign.ts', [], env)
    expect(code).toBe(1)
    expect(said).toMatch(/^countersign: COUNTERSIGN_LAUNCH_KEY must be at least 32 characters/)
    expect(said.trimEnd().split('\n')).toHaveLength(1)
    expect(said).not.toContain('weak')
  })
}

test('the dashboard does not listen on another address than this machine’s', async ({
  sandbox,
}) => {
  const env = { KUBECONFIG: sandbox.kubeconfigs.admin }
  const { code, said } = await run('bin/countersign.ts', ['--host', '0.0.0.0'], env)
  expect([code, said]).toEqual([1, expect.stringMatching(/^countersign: Will not listen on/)])
})

test('the approver does not start without a policy', async ({ sandbox }) => {
  const { code, said } = await run('approver/main.ts', ['--kubeconfig', sandbox.kubeconfigs.admin])
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/^countersign-approver: There is no policy/),
  ])
})

for (const [what, limits] of [
  ['no number', { total: Number.NaN }],
  ['nothing allowed', { perNode: 0 }],
  ['more than any cluster has', { total: 1e9 }],
  ['half a node', { perNode: 0.5 }],
] as const) {
  test(`the approver does nothing by a policy that acts without a bound: ${what}`, async ({
    cluster,
  }, testInfo) => {
    const sandbox = await cluster()
    const policy = testInfo.outputPath('policy.yaml')
    writeFileSync(policy, policyText({ mode: 'act', accept: 'plausible', limits }))
    const kubeconfig = sandbox.kubeconfigs.admin
    const csr = fileIn(sandbox, { nodeName: 'worker-1' })
    const approver = await startApprover({ kubeconfig, policy, lease: 'default/one' })
    await expect.poll(() => approver.log.map(({ event }) => event)).toContain('policyProblem')
    const { status, text } = await approver.get('/readyz')
    expect([status, text]).toEqual([
      503,
      expect.stringMatching(/^no policy: line 1: (perNode|total) /),
    ])
    expect(conditionsIn(sandbox, csr)).toEqual([])
    await approver.stop()
  })
}

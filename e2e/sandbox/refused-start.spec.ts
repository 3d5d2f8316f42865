/** Refused starts: an unsafe setting stops either program, and neither prints a key. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
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

// `settings.test.ts` has every refused setting, `policy-schema.test.ts` every refused limit.
test('the dashboard starts neither with a weak launch key nor on another address than this machine’s', async ({
  sandbox,
}) => {
  const KUBECONFIG = sandbox.kubeconfigs.admin
  const weak = { KUBECONFIG, COUNTERSIGN_LAUNCH_KEY: 'weak-key of more than thirty-two characters' }
  const { code, said } = await run('bin/countersign.ts', [], weak)
  expect(code).toBe(1)
  expect(said).toMatch(/^countersign: COUNTERSIGN_LAUNCH_KEY must be at least 32 characters/)
  expect(said.trimEnd().split('\n')).toHaveLength(1)
  expect(said).not.toContain('weak')

  const elsewhere = await run('bin/countersign.ts', ['--host', '0.0.0.0'], { KUBECONFIG })
  expect(elsewhere).toEqual({
    code: 1,
    said: expect.stringMatching(/^countersign: Will not listen on/),
  })
})

test('a team’s service does not start where any server could pose as the API server', async ({
  sandbox,
}, testInfo) => {
  const secure = readFileSync(sandbox.kubeconfigs.admin, 'utf8')
  const KUBECONFIG = testInfo.outputPath('insecure.yaml')
  const insecure = secure.replace(
    /"certificate-authority-data": "[^"]*"/,
    '"insecure-skip-tls-verify": true',
  )
  expect(insecure).not.toBe(secure)
  writeFileSync(KUBECONFIG, insecure)
  const COUNTERSIGN_SIGN_IN = 'token'
  const args = ['--public-url', 'https://countersign.example.com']
  const { code, said } = await run('bin/countersign.ts', args, { KUBECONFIG, COUNTERSIGN_SIGN_IN })
  expect(code).toBe(1)
  expect(said).toMatch(/not to check the certificate .* put the cluster’s CA into it instead/)
})

// `setting-files.test.ts` has every file, and what may be wrong with it.
test('a missing file ends either program with one line: which setting, which file, what to do', async ({
  sandbox,
}, testInfo) => {
  const absent = testInfo.outputPath('absent')
  const [KUBECONFIG, withoutCa] = [sandbox.kubeconfigs.admin, testInfo.outputPath('no-ca.yaml')]
  const named = `"certificate-authority": ${JSON.stringify(absent)}`
  const text = readFileSync(KUBECONFIG, 'utf8')
  writeFileSync(withoutCa, text.replace(/"certificate-authority-data": "[^"]*"/, named))
  const team = {
    KUBECONFIG,
    COUNTERSIGN_PUBLIC_URL: 'https://countersign.example.com',
    COUNTERSIGN_SIGN_IN: 'oidc',
    COUNTERSIGN_OIDC_ISSUER: 'https://login.example.com',
    COUNTERSIGN_OIDC_CLIENT_ID: 'countersign',
  }
  const remedy = `"${absent}" is not there. Correct the path, or put the file there.\n`
  const ends = await Promise.all([
    run('bin/countersign.ts', [], { ...team, COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: absent }),
    run('bin/countersign.ts', ['--tls-cert', absent, '--tls-key', absent], team),
    run('approver/main.ts', ['--kubeconfig', withoutCa, '--policy', absent]),
  ])
  expect(ends).toEqual([
    { code: 1, said: `countersign: COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: ${remedy}` },
    { code: 1, said: `countersign: COUNTERSIGN_TLS_CERT: ${remedy}` },
    { code: 1, said: `countersign-approver: The CA of cluster prod-edge-1: ${remedy}` },
  ])
})

test('the approver starts neither without a policy nor without its port', async ({ sandbox }) => {
  const kubeconfig = ['--kubeconfig', sandbox.kubeconfigs.admin]
  const { code, said } = await run('approver/main.ts', kubeconfig)
  expect([code, said]).toEqual([
    1,
    expect.stringMatching(/^countersign-approver: There is no policy/),
  ])

  const elsewhere = ['--policy', 'default/policy.yaml', '--metrics-host', '192.0.2.1']
  const ended = await run('approver/main.ts', [...kubeconfig, ...elsewhere])
  expect(ended).toEqual({
    code: 1,
    said: expect.stringMatching(
      /^countersign-approver: --metrics-host, --metrics-port: .* address not available 192\.0\.2\.1:8431\. Name an address/m,
    ),
  })
})

test('the approver does nothing by a policy that acts without a bound', async ({
  cluster,
}, testInfo) => {
  const sandbox = await cluster()
  const policy = testInfo.outputPath('policy.yaml')
  writeFileSync(policy, policyText({ mode: 'act', accept: 'plausible', limits: { total: 1e9 } }))
  const kubeconfig = sandbox.kubeconfigs.admin
  const csr = fileIn(sandbox, { nodeName: 'worker-1' })
  const approver = await startApprover({ kubeconfig, policy, lease: 'default/one' })
  await expect.poll(() => approver.log.map(({ event }) => event)).toContain('policyProblem')
  const { status, text } = await approver.get('/readyz')
  expect([status, text]).toEqual([
    503,
    expect.stringMatching(/^no policy: Line 1, column \d+: [\w.]+: total /),
  ])
  expect(conditionsIn(sandbox, csr)).toEqual([])
  await approver.stop()
})

/**
 * `npm run versions [-- 1.33 1.37]`: runs the whole contract and the main flow on the API server,
 * signer and kubelet of each Kubernetes minor, one after the other, and writes the result into
 * docs/versions.md. A version that has not been built takes 5 to 10 minutes.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReportKind, readReport } from '../test-report.ts'
import { MINORS, type Minor, minorOf, moduleWith } from './kubernetes-module.ts'
import { type Tried, withTried } from './versions-table.ts'

const DOCUMENT = fileURLToPath(new URL('../../docs/versions.md', import.meta.url))
const MAIN_FLOW = 'e2e/real/join.spec.ts'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((minor) => !MINORS.some((known) => minorOf(known) === minor))
if (unknown.length > 0) {
  console.error(`versions: ${unknown.join(', ')} is not among ${MINORS.map(minorOf).join(', ')}`)
  process.exit(2)
}
const reports = mkdtempSync(join(tmpdir(), 'countersign-versions-'))
let failed = false
for (const minor of MINORS.filter((one) => wanted.length === 0 || wanted.includes(minorOf(one)))) {
  console.log(`── Kubernetes ${minor.version}`)
  const tried = await tryOn(minor)
  failed ||= tried.failed > 0
  writeFileSync(DOCUMENT, withTried(readFileSync(DOCUMENT, 'utf8'), tried))
  console.log(`   contract ${tried.contract}, main flow ${tried.mainFlow}, ${tried.failed} failed`)
}
rmSync(reports, { recursive: true, force: true })
process.exit(failed ? 1 : 0)

async function tryOn(minor: Minor): Promise<Tried> {
  const module = await moduleWith(minor)
  const env = { ...process.env, COUNTERSIGN_CONTROL_PLANE_MODULE: module }
  const build = ['sandbox/control-plane/build-control-plane.ts']
  if (spawnSync('node', build, { stdio: 'inherit', env }).status !== 0) {
    throw new Error(`the control plane with Kubernetes ${minor.version} cannot be built`)
  }
  const contract = run(minor, env, 'vitest', [
    'node',
    'e2e/run-vitest.ts',
    'e2e/contract/real.config.ts',
  ])
  const mainFlow = run(minor, env, 'playwright', [
    'playwright',
    'test',
    '--config=e2e/playwright.config.ts',
    '--project=real',
    MAIN_FLOW,
  ])
  return {
    version: minor.version,
    contract: contract.passed,
    mainFlow: mainFlow.passed,
    failed: contract.failed + mainFlow.failed,
    at: new Date().toISOString().slice(0, 10),
  }
}

/** Runs one suite in that environment. A suite that wrote no report counts as one failure. */
function run(
  minor: Minor,
  env: NodeJS.ProcessEnv,
  kind: ReportKind,
  [command = '', ...args]: readonly string[],
): { readonly passed: number; readonly failed: number } {
  const file = join(reports, `${minorOf(minor)}-${kind}.json`)
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...env, REPORT: file },
  })
  const report = readReport(kind, file, true)
  for (const { test, why } of report?.failures ?? []) console.log(`FAILED  ${test}\n${why}`)
  const failures = report?.failures.length ?? 1
  return { passed: report?.passed ?? 0, failed: failures === 0 && status !== 0 ? 1 : failures }
}

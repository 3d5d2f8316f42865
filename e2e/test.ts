/**
 * `npm test`: every check there is, in one table, with one closing line.
 * Installs what it misses (Chromium and iproute2 through apt-get, the control plane through Go).
 * Without Go it runs everything else and says what it left out; with CI=true that is a failure.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './fixtures/chromium.ts'

type Need = 'go' | 'chromium' | 'app' | 'binary'
interface Step {
  readonly name: string
  readonly command: readonly string[]
  readonly needs?: readonly Need[]
  /** Prints a JSON report of this shape into $REPORT. Without one, the step counts as one test. */
  readonly report?: 'vitest' | 'playwright'
}

const steps: readonly Step[] = [
  { name: 'format and lint', command: ['npm', 'run', '-s', 'lint'] },
  { name: 'types', command: ['npm', 'run', '-s', 'types'] },
  { name: 'dead code', command: ['npm', 'run', '-s', 'dead'] },
  { name: 'unit', command: vitest('vitest.config.ts'), report: 'vitest' },
  {
    name: 'contract, sandbox',
    command: vitest('e2e/contract/sandbox.config.ts'),
    report: 'vitest',
  },
  { name: 'build', command: ['npm', 'run', '-s', 'build'] },
  {
    name: 'e2e, sandbox',
    command: playwright('sandbox'),
    needs: ['chromium', 'app'],
    report: 'playwright',
  },
  {
    name: 'contract, real control plane',
    command: vitest('e2e/contract/real.config.ts'),
    needs: ['binary'],
    report: 'vitest',
  },
  {
    name: 'the reader against Go',
    command: vitest('e2e/reader/vitest.config.ts'),
    needs: ['binary'],
    report: 'vitest',
  },
  {
    name: 'cluster',
    command: vitest('e2e/cluster/vitest.config.ts'),
    needs: ['binary'],
    report: 'vitest',
  },
  {
    name: 'the approver',
    command: vitest('e2e/approver/vitest.config.ts'),
    needs: ['binary'],
    report: 'vitest',
  },
  {
    name: 'e2e, real control plane',
    command: playwright('real'),
    needs: ['binary', 'chromium', 'app'],
    report: 'playwright',
  },
]

const ci = process.env.CI === 'true'
const reports = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const lacking = new Map<Need, string>()
const leftOut: string[] = []
let passed = 0
let failed = 0
let skipped = 0

const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
if (!hasGo) lacking.set('binary', 'Go is not installed, so there is no real control plane')

/** The Go build takes minutes of one core: it runs beside the steps that do not need it. */
const binary = hasGo ? start(['node', 'e2e/cluster/build.ts']) : null

if (!ensureChromium()) lacking.set('chromium', 'no Chromium, and apt-get could not install one')

for (const step of steps) {
  if (step.needs?.includes('binary') && binary && !lacking.has('binary')) {
    if ((await binary) !== 0) lacking.set('binary', 'the control plane did not build')
  }
  const missing = step.needs?.find((need) => lacking.has(need))
  if (missing) {
    leftOut.push(`${step.name}: ${lacking.get(missing)}`)
    continue
  }
  await run(step)
}

rmSync(reports, { recursive: true, force: true })
for (const line of leftOut) console.log(`LEFT OUT  ${line}`)
if (leftOut.length > 0 && ci) failed += leftOut.length
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)

async function run(step: Step): Promise<void> {
  console.log(`\n── ${step.name} ${'─'.repeat(Math.max(3, 76 - step.name.length))}`)
  const began = Date.now()
  const report = join(reports, `${step.name.replaceAll(/\W+/g, '-')}.json`)
  const code = await start(step.command, { REPORT: report })
  const counts = step.report ? read(step.report, report) : null
  if (counts) {
    passed += counts.passed
    failed += counts.failed
    skipped += counts.skipped
  } else if (code === 0 && !step.report) passed += 1
  // A runner that died, or said it failed without a failing test, is a failure of its own.
  if (code !== 0 && (counts === null || counts.failed === 0)) failed += 1
  if (code === 0 && step.report && (counts === null || counts.passed === 0)) failed += 1
  if (code !== 0 && step.name === 'build') lacking.set('app', 'the app did not build')
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  console.log(`── ${step.name}: ${code === 0 ? 'ok' : `failed (${code})`}, ${seconds} s`)
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

function read(kind: 'vitest' | 'playwright', file: string): Counts | null {
  if (!existsSync(file)) return null
  const json = JSON.parse(readFileSync(file, 'utf8'))
  return kind === 'vitest'
    ? {
        passed: json.numPassedTests,
        failed: json.numFailedTests,
        skipped: json.numPendingTests + json.numTodoTests,
      }
    : {
        // A test that passed only on a second try is broken.
        passed: json.stats.expected,
        failed: json.stats.unexpected + json.stats.flaky,
        skipped: json.stats.skipped,
      }
}

function start(command: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const [file = '', ...args] = command
  const child: ChildProcess = spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)))
  })
}

function vitest(config: string): string[] {
  return ['node', 'e2e/run-vitest.ts', config]
}

function playwright(project: string): string[] {
  return ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project', project]
}

/** Debian's Chromium, and `ip` for the kubelets' addresses; installs only what is missing. */
function ensureChromium(): boolean {
  const packages = [
    ...(findChromium() ? [] : ['chromium', 'fonts-noto-cjk']),
    ...(hasGo && spawnSync('ip', ['-V'], { stdio: 'ignore' }).status !== 0 ? ['iproute2'] : []),
  ]
  if (packages.length > 0) {
    const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
    for (const args of [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', ...packages],
    ]) {
      const [file = '', ...rest] = [...sudo, 'apt-get', ...args]
      spawnSync(file, rest, {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    }
  }
  return findChromium() !== null
}

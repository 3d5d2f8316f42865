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
  /**
   * Waits more than it computes, so it runs beside the other lane. Without one a step runs alone:
   * it uses both cores by itself, or measures times. Whatever starts kubelets goes into `kubelets`:
   * they share the addresses of one loopback device, and a cluster looks whether its own are free
   * again when it has gone.
   */
  readonly lane?: 'kubelets' | 'others'
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
    lane: 'others',
    report: 'playwright',
  },
  {
    name: 'contract, real control plane',
    command: vitest('e2e/contract/real.config.ts'),
    needs: ['binary'],
    lane: 'others',
    report: 'vitest',
  },
  {
    name: 'the reader against Go',
    command: vitest('e2e/reader/vitest.config.ts'),
    needs: ['binary'],
    lane: 'others',
    report: 'vitest',
  },
  {
    name: 'cluster',
    command: vitest('e2e/cluster/vitest.config.ts'),
    needs: ['binary'],
    lane: 'kubelets',
    report: 'vitest',
  },
  {
    name: 'the approver',
    command: vitest('e2e/approver/vitest.config.ts'),
    needs: ['binary', 'app'],
    lane: 'kubelets',
    report: 'vitest',
  },
  {
    name: 'e2e, real control plane',
    command: playwright('real'),
    needs: ['binary', 'chromium', 'app'],
    lane: 'kubelets',
    report: 'playwright',
  },
]

const STRAGGLER_MS = 5_000

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

await runAll(steps.filter(({ lane }) => lane === undefined))
// `--one-by-one` shows all as it happens.
const oneByOne = process.argv.includes('--one-by-one')
const inLanes = steps.filter(({ lane }) => lane !== undefined)
if (oneByOne) await runAll(inLanes)
else {
  await Promise.all(
    (['kubelets', 'others'] as const).map((name) =>
      runAll(
        inLanes.filter(({ lane }) => lane === name),
        'held',
      ),
    ),
  )
}

rmSync(reports, { recursive: true, force: true })
for (const line of leftOut) console.log(`LEFT OUT  ${line}`)
if (leftOut.length > 0 && ci) failed += leftOut.length
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)

/** One after the other. `held`: what a step prints comes in one piece when it has ended. */
async function runAll(list: readonly Step[], output: 'live' | 'held' = 'live'): Promise<void> {
  for (const step of list) {
    if (step.needs?.includes('binary') && binary && !lacking.has('binary')) {
      if ((await binary) !== 0) lacking.set('binary', 'the control plane did not build')
    }
    const missing = step.needs?.find((need) => lacking.has(need))
    if (missing) leftOut.push(`${step.name}: ${lacking.get(missing)}`)
    else await run(step, output)
  }
}

async function run(step: Step, output: 'live' | 'held'): Promise<void> {
  const head = `\n── ${step.name} ${'─'.repeat(Math.max(3, 76 - step.name.length))}`
  console.log(output === 'live' ? head : `── ${step.name}: begun`)
  const began = Date.now()
  const report = join(reports, `${step.name.replaceAll(/\W+/g, '-')}.json`)
  const said: Buffer[] = []
  const code = await start(step.command, { REPORT: report }, output === 'held' ? said : null)
  if (output === 'held') process.stdout.write(`${head}\n${Buffer.concat(said).toString()}`)
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

/** Its exit code; what it prints goes to the terminal, or into `said`. */
function start(
  command: readonly string[],
  env: Record<string, string> = {},
  said: Buffer[] | null = null,
): Promise<number> {
  const [file = '', ...args] = command
  const out = said === null ? 'inherit' : 'pipe'
  const child: ChildProcess = spawn(file, args, {
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => said?.push(chunk))
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => {
      const answer = code ?? (signal ? 128 : 1)
      child.once('close', () => resolve(answer))
      // Something that it left behind may hold its output open.
      setTimeout(() => resolve(answer), STRAGGLER_MS).unref()
    })
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

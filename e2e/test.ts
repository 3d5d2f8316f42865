/**
 * `npm test`: every check in one table. Installs missing tools. Without Go it names what it left
 * out; with CI=true that is a failure, as is each skipped test.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { cache, hasGo, NO_GO } from '#sandbox/control-plane/go.ts'
import { chromiumInWords, findChromium } from './fixtures/chromium.ts'
import { secretsIn } from './fixtures/secrets.ts'
import { WAITS } from './fixtures/waits.ts'
import { whyNoPods } from './install/pod-packages.ts'
import { machineSeconds, processorSeconds, timed } from './processor-time.ts'
import { type Failure, type ReportKind, readReport } from './test-report.ts'

interface Step {
  readonly name: string
  readonly command: readonly string[]
  /** Tools this machine must have. */
  readonly on?: readonly Tool[]
  /** Steps that must have succeeded. */
  readonly needs?: readonly string[]
  /** Steps that must have ended, with any result. */
  readonly after?: readonly string[]
  /** Takes less than half a core: one such step runs beside others. */
  readonly waits?: true
  /** Measures no time: one such step runs on what the others leave of both cores. */
  readonly quiet?: true
  /** Writes a JSON report of this kind into $REPORT. A step without one counts as one test. */
  readonly report?: ReportKind
}
type Tool = keyof typeof tools

/** Null: the tool is installed. */
const tools = {
  go: () => (hasGo() ? null : NO_GO),
  chromium: () => (findChromium() ? null : 'no Chromium, and apt-get could not install one'),
  pods: whyNoPods,
}

/**
 * The first step that can begin runs next, so needed ones come first. Waiting and quiet steps have a
 * lane each. A waiting step may use the computing lane when no earlier step can begin.
 */
const steps: readonly Step[] = [
  { name: 'installation', command: ['node', 'e2e/install.ts'] },
  {
    name: 'browser',
    command: ['node', 'e2e/browser/build.ts'],
    on: ['go'],
    after: ['installation'],
  },
  // The first time it takes minutes.
  {
    name: 'control plane',
    command: ['node', 'sandbox/control-plane/build-control-plane.ts'],
    quiet: true,
    on: ['go'],
  },
  { name: 'build', command: npm('build') },
  {
    name: 'e2e, sandbox',
    command: [...playwright('sandbox'), '--grep-invert', WAITS],
    on: ['chromium'],
    needs: ['build'],
    after: ['browser'],
    report: 'playwright',
  },
  {
    name: 'e2e, real control plane',
    command: [...playwright('real'), '--grep-invert', WAITS],
    on: ['chromium'],
    needs: ['build', 'control plane'],
    after: ['browser'],
    report: 'playwright',
  },
  {
    name: 'the approver',
    command: vitest('e2e/approver/vitest.config.ts'),
    on: ['chromium'],
    needs: ['build', 'control plane'],
    after: ['browser'],
    report: 'vitest',
  },
  {
    name: 'installed',
    command: ['node', 'e2e/install/run-installed.ts'],
    on: ['go', 'chromium', 'pods'],
    needs: ['build', 'control plane'],
    after: ['browser'],
    report: 'playwright',
  },
  {
    name: 'unit',
    command: vitest('vitest.config.ts'),
    after: ['installation'],
    report: 'vitest',
  },
  {
    name: 'the reader against Go',
    command: vitest('e2e/reader/vitest.config.ts'),
    needs: ['control plane'],
    report: 'vitest',
  },
  {
    name: 'contract, sandbox',
    command: vitest('e2e/contract/sandbox.config.ts'),
    report: 'vitest',
  },
  // Not beside the build: it and the types write into Next's folder, and lint reads there.
  { name: 'types', command: npm('types'), quiet: true, after: ['build'] },
  { name: 'format and lint', command: npm('lint'), quiet: true, after: ['build'] },
  { name: 'dead code', command: npm('dead'), quiet: true },
  {
    name: 'e2e, real control plane, what waits',
    command: [...playwright('real', 'real-waits'), '--grep', WAITS],
    waits: true,
    on: ['chromium'],
    needs: ['build', 'control plane'],
    after: ['browser'],
    report: 'playwright',
  },
  {
    name: 'e2e, sandbox, what waits',
    command: [...playwright('sandbox', 'sandbox-waits'), '--grep', WAITS],
    waits: true,
    on: ['chromium'],
    needs: ['build'],
    after: ['browser'],
    report: 'playwright',
  },
  {
    name: 'cluster',
    command: vitest('e2e/cluster/vitest.config.ts'),
    waits: true,
    needs: ['build', 'control plane'],
    after: ['installation'],
    report: 'vitest',
  },
  {
    name: 'contract, real control plane',
    command: vitest('e2e/contract/real.config.ts'),
    waits: true,
    needs: ['control plane'],
    report: 'vitest',
  },
]

const STRAGGLER_MS = 5_000
/** Node's cache of compiled code: each runner loads as much as a whole program. */
const NODE_COMPILE_CACHE = join(cache, 'compiled-runners')
/** Lines of each failure that are repeated at the end. */
const FAILURE_LINES = 30
/** Lines repeated of the page that a failed test looked at. */
const PAGE_LINES = 120

const ci = process.env.CI === 'true'
// `--one-by-one` shows all output as it happens.
const oneByOne = process.argv.includes('--one-by-one')
const reports = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const leftOut: string[] = []
const failures: Failure[] = []
let passed = 0
let failed = 0
let skipped = 0
let processor = 0
const machineBefore = machineSeconds()

const waiting = [...steps]
/** Ended steps, and whether they succeeded. */
const results = new Map<string, boolean>()
let ended = Promise.withResolvers<void>()
const any = () => true
const computes = (step: Step) => step.quiet !== true
const waits = (step: Step) => step.waits === true
const isQuiet = (step: Step) => step.quiet === true
// Lanes: one computes with both cores, one waits, one is quiet. With more lanes tests wait for the
// processor, and apps start, answer and end too late. A quiet step steps back for the others.
const lanes = oneByOne ? [any] : [computes, waits, isQuiet]
await Promise.all(lanes.map(work))

rmSync(reports, { recursive: true, force: true })
for (const { test, why, page = '' } of failures) {
  console.log(`FAILED  ${test}\n${beginningOf(why, FAILURE_LINES)}`)
  if (page !== '') console.log(`    The page showed:\n${beginningOf(page, PAGE_LINES)}`)
}
// All of them once more, a line each: a long log may be shown cut.
for (const { test, why } of failures) console.log(`FAILED  ${test}: ${beginningOf(why, 1).trim()}`)
console.log(`Pages were opened in ${chromiumInWords()}.`)
for (const line of leftOut) console.log(`LEFT OUT  ${line}`)
if (leftOut.length > 0 && ci) failed += leftOut.length
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
const machine = machineSeconds() - machineBefore
console.log(
  `${processor.toFixed()} s of processor time in all, ${machine.toFixed()} s of the machine`,
)
process.exit(failed > 0 ? 1 : 0)

/** Runs the steps of this lane one after the other. */
async function work(takes: (step: Step) => boolean): Promise<void> {
  while (waiting.some(takes)) {
    const next = waiting.findIndex(
      (step) =>
        takes(step) &&
        [...(step.needs ?? []), ...(step.after ?? [])].every((name) => results.has(name)),
    )
    const [step] = next === -1 ? [] : waiting.splice(next, 1)
    if (step === undefined) {
      await ended.promise
      continue
    }
    const missing = whatIsMissing(step)
    if (missing !== null) leftOut.push(`${step.name}: ${missing}`)
    results.set(step.name, missing === null && (await run(step)))
    ended.resolve()
    ended = Promise.withResolvers()
  }
}

function whatIsMissing({ on = [], needs = [] }: Step): string | null {
  const failed = needs.find((need) => results.get(need) === false)
  if (failed !== undefined) return `not without “${failed}”`
  return on.map((tool) => tools[tool]()).find((missing) => missing !== null) ?? null
}

async function run(step: Step): Promise<boolean> {
  const head = `\n── ${step.name} ${'─'.repeat(Math.max(3, 76 - step.name.length))}`
  console.log(oneByOne ? head : `── ${step.name}: begun`)
  const began = Date.now()
  const file = join(reports, step.name.replaceAll(/\W+/g, '-'))
  const report = `${file}.json`
  const times = `${file}.times`
  // Output of concurrent steps is printed in one piece each, at the end of the step.
  const printed: Buffer[] = []
  const code = await start(
    timed(step.quiet ? ['nice', '-n', '10', ...step.command] : step.command),
    { REPORT: report, TIMES: times, NODE_COMPILE_CACHE },
    oneByOne ? null : printed,
  )
  const output = Buffer.concat(printed).toString()
  if (!oneByOne) process.stdout.write(`${head}\n${output}`)
  const said = step.report ? readReport(step.report, report, ci) : null
  if (said) {
    passed += said.passed
    failed += said.failures.length
    skipped += said.skipped.length
    failures.push(...said.failures)
  } else if (code === 0 && !step.report) passed += 1
  // A runner that crashed, or failed without a failing test, is a failure of its own.
  const saysNothing = code !== 0 && (said?.failures.length ?? 0) === 0
  const isIdle = code === 0 && step.report !== undefined && (said?.passed ?? 0) === 0
  if (saysNothing || isIdle) {
    failed += 1
    failures.push({ test: step.name, why: isIdle ? 'It ran no test.' : `It ended with ${code}.` })
  }
  const secrets = secretsIn(output)
  if (secrets.length > 0) {
    failed += 1
    failures.push({ test: step.name, why: `It printed ${secrets.join(' and ')}.` })
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const busy = existsSync(times) ? processorSeconds(readFileSync(times, 'utf8')) : 0
  processor += busy
  const how = code === 0 ? 'ok' : `failed (${code})`
  console.log(`── ${step.name}: ${how}, ${seconds} s, ${busy.toFixed(1)} s of processor time`)
  return code === 0
}

/** Indented, and cut to a readable length. */
function beginningOf(text: string, lines: number): string {
  return stripVTControlCharacters(text)
    .split('\n')
    .slice(0, lines)
    .map((line) => `    ${line.slice(0, 200)}`)
    .join('\n')
}

/** Resolves with the exit code; output goes to the terminal, or into `printed`. */
function start(
  command: readonly string[],
  env: Record<string, string> = {},
  printed: Buffer[] | null = null,
): Promise<number> {
  const [file = '', ...args] = command
  const out = printed === null ? 'inherit' : 'pipe'
  const child: ChildProcess = spawn(file, args, {
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => printed?.push(chunk))
  }
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => {
      const answer = code ?? (signal ? 128 : 1)
      child.once('close', () => resolve(answer))
      // A left-over process may keep its output open.
      setTimeout(() => resolve(answer), STRAGGLER_MS).unref()
    })
  })
}

function npm(script: string): string[] {
  return ['npm', 'run', '-s', script]
}

function vitest(config: string): string[] {
  return ['node', 'e2e/run-vitest.ts', config]
}

/** A run empties its folder first: two of one project have one each. */
function playwright(project: string, folder = project): string[] {
  const config = ['--config', 'e2e/playwright.config.ts', '--project', project]
  return ['playwright', 'test', ...config, '--output', `test-results/${folder}`]
}

/**
 * A test runner for Stryker: loads the tests of `lib/csr` once, and runs for each mutant only those
 * that reach it. A mutant is killed only if its test passes again without it.
 */
import type { InstrumenterContext } from '@stryker-mutator/api/core'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import type { Test } from './collect-tests.ts'
import { loadTests } from './load-tests.ts'

/** Global from which instrumented code reads the active mutant, and where it records coverage. */
const instrumented: InstrumenterContext = {}

class InProcessRunner implements TestRunner {
  private readonly tests = new Map<string, Test>()
  /** Duration of each test's last run, in milliseconds. */
  private readonly took = new Map<string, number>()

  capabilities() {
    // No reload needed: no mutant is active while modules load (`ignoreStatic`).
    return { reloadEnvironment: true }
  }

  async init() {
    Object.assign(globalThis, { __stryker__: instrumented })
    for (const test of await loadTests()) this.tests.set(test.id, test)
  }

  async dryRun(): Promise<DryRunResult> {
    const results: TestResult[] = []
    for (const test of this.tests.values()) {
      instrumented.currentTestId = test.id
      results.push(await this.run(test))
    }
    delete instrumented.currentTestId
    const { mutantCoverage } = instrumented
    if (mutantCoverage === undefined) {
      return { status: DryRunStatus.Error, errorMessage: 'No test reaches a mutant.' }
    }
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage }
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { testFilter = [], activeMutant, hitLimit } = options
    const tests = testFilter.flatMap((id) => this.tests.get(id) ?? [])
    if (tests.length === 0 || tests.length < testFilter.length) {
      return errorResult('Not all tests are there that reach the mutant.')
    }
    Object.assign(instrumented, { hitCount: 0, hitLimit })
    const results: TestResult[] = []
    for (const test of tests.toSorted((a, b) => this.timeOf(a) - this.timeOf(b))) {
      instrumented.activeMutant = activeMutant.id
      const result = await this.run(test)
      delete instrumented.activeMutant
      results.push(result)
      const endless = determineHitLimitReached(instrumented.hitCount, hitLimit)
      if (endless !== undefined) return toMutantRunResult(endless)
      if (result.status !== TestStatus.Failed) continue
      const without = await this.run(test)
      if (without.status !== TestStatus.Failed) break
      return errorResult(`Fails without the mutant too: ${test.id}: ${without.failureMessage}`)
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests: results })
  }

  private async run({ id, fileName, body }: Test): Promise<TestResult> {
    const start = performance.now()
    let failure: { failureMessage: string } | null = null
    try {
      await body()
    } catch (error) {
      failure = { failureMessage: String(error) }
    }
    const timeSpentMs = performance.now() - start
    this.took.set(id, timeSpentMs)
    const test = { id, name: id, fileName, timeSpentMs }
    return failure === null
      ? { ...test, status: TestStatus.Success }
      : { ...test, status: TestStatus.Failed, ...failure }
  }

  private timeOf(test: Test): number {
    return this.took.get(test.id) ?? 0
  }
}

function errorResult(errorMessage: string): MutantRunResult {
  return { status: MutantRunStatus.Error, errorMessage }
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', () => new InProcessRunner()),
]

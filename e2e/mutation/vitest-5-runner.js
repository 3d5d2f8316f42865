/**
 * Stryker's runner for vitest filters the tests of a mutant by names that vitest 5 spells in another
 * way, runs none, and counts the mutant as survived (stryker-mutator/stryker-js issue 6210). This one
 * runs the whole test files that reach the mutant, and never believes a run in which no test ran.
 */
import {
  strykerPlugins as originals,
  strykerValidationSchema,
} from '@stryker-mutator/vitest-runner'

const [original] = originals

function createRunner(injector) {
  const runner = injector.injectFunction(original.factory)
  const run = runner.run.bind(runner)
  runner.run = async ({ testIds = [], ...rest } = {}) => {
    const testFiles = [...new Set(testIds.map((id) => id.slice(0, id.indexOf('#'))))]
    const result = await run(testFiles.length > 0 ? { ...rest, testFiles } : rest)
    return result.status === 'complete' && result.tests.length === 0
      ? { status: 'error', errorMessage: 'No test ran.' }
      : result
  }
  return runner
}
createRunner.inject = original.factory.inject

export const strykerPlugins = [{ ...original, factory: createRunner }]
export { strykerValidationSchema }

/**
 * Stryker's runner for vitest, which with vitest 5 filters tests by names that no longer match
 * (stryker-mutator/stryker-js issue 6210) and then counts the mutant as survived. This one runs the
 * whole test files that reach a mutant, and never believes a run in which no test ran.
 */
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { strykerPlugins as originals } from '@stryker-mutator/vitest-runner'

const [original] = originals

function createRunner(injector) {
  const runner = injector.injectFunction(original.factory)
  const run = runner.run.bind(runner)
  runner.run = async ({ testIds = [], ...rest } = {}) => {
    const files = [...new Set(testIds.map((id) => id.slice(0, id.indexOf('#'))))]
    const result = await run(files.length > 0 ? { ...rest, testFiles: files } : rest)
    if (result.status === 'complete' && result.tests.length === 0) {
      return { status: 'error', errorMessage: 'No test ran.' }
    }
    return result
  }
  return runner
}
createRunner.inject = original.factory.inject

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'vitest-5', createRunner),
]

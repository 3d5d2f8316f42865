import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { collectTests, type Test } from './collect-tests.ts'

/**
 * Test files, without those that use OpenSSL or measure time, which instrumented code needs more
 * of.
 */
const TEST_FILES = {
  include: 'lib/csr/**/*.test.ts',
  exclude: ['lib/csr/reading/pkcs10-properties.test.ts', 'lib/csr/checks/hostile-sizes.test.ts'],
}

/** Replacements for these modules in the tests. */
const STAND_INS: Readonly<Record<string, string>> = {
  vitest: new URL('collect-tests.ts', import.meta.url).href,
  'fast-check': new URL('same-inputs.ts', import.meta.url).href,
}

/** The tests of `lib/csr`, loaded once for any number of runs in this process. */
export async function loadTests(): Promise<readonly Test[]> {
  registerHooks({
    resolve(specifier, context, next) {
      const url = STAND_INS[specifier]
      return url === undefined || url === context.parentURL
        ? next(specifier, context)
        : { url, shortCircuit: true }
    },
  })
  const tests: Test[] = []
  for (const file of globSync(TEST_FILES.include, { exclude: TEST_FILES.exclude }).sort()) {
    tests.push(...(await collectTests(file)))
  }
  return tests
}

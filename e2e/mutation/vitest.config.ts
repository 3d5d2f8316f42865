import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * What mutants are tried on: the quick tests of the domain. Those over random inputs would kill some
 * more, at seconds a mutant; those that measure time cannot run in instrumented code.
 */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['lib/csr/**/*.test.ts'],
    exclude: ['lib/csr/**/*-properties.test.ts', 'lib/csr/hostile-sizes.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
})

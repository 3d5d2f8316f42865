import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    include: ['{app,cli,components,lib,sandbox,approver,deploy,e2e}/**/*.test.{ts,tsx}'],
    environment: 'node',
    setupFiles: ['lib/csr/fixtures/property-inputs.ts'],
    restoreMocks: true,
    // A worker loads every module once, which takes half: none of them keeps more than a cache.
    isolate: false,
    // The longest test takes 9 s on two busy cores. One that waits for ever must not stop all others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

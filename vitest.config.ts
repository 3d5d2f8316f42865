import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const empty = fileURLToPath(new URL('./lib/server/empty.ts', import.meta.url))

export default defineConfig({
  resolve: {
    // `server-only` throws by design outside a React server build; in unit tests it means nothing.
    alias: { 'server-only': empty },
  },
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    include: ['{app,components,lib,sandbox,approver,e2e}/**/*.test.{ts,tsx}'],
    environment: 'node',
    restoreMocks: true,
    // A worker loads every module once, which takes half: none of them keeps more than a cache.
    isolate: false,
    // The longest test takes 9 s on two busy cores. One that waits for ever must not stop all others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

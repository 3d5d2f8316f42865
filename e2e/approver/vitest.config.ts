import { defineConfig } from 'vitest/config'

/**
 * Runs against real control planes: most files share one with the others of their worker, and wait
 * for time to pass.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    // More workers than cores: only two of the files compute all the time.
    maxWorkers: 3,
    // A worker loads every module once: half a second a file.
    isolate: false,
    testTimeout: 240_000,
    // Log lines and metrics of a process follow its actions.
    expect: { poll: { timeout: 60_000, interval: 100 } },
    // The first build of the binary may be part of it.
    hookTimeout: 20 * 60_000,
  },
})

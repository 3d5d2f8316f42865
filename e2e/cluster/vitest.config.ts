import { defineConfig } from 'vitest/config'

/** Runs against real processes: one file at a time, each with clusters of its own. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    fileParallelism: false,
    // A worker loads every module once: half a second a file.
    isolate: false,
    testTimeout: 180_000,
    // The first build of the binary may be part of it.
    hookTimeout: 20 * 60_000,
  },
})

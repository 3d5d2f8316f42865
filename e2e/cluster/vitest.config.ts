import { defineConfig } from 'vitest/config'

/** Against real processes: one file at a time, each with clusters of its own. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    // The first build of the binary may be in it.
    hookTimeout: 20 * 60_000,
  },
})

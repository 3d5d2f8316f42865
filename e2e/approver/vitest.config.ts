import { defineConfig } from 'vitest/config'

/** Against a real control plane: one file at a time, each with a cluster of its own. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    // The first build of the binary may be in it.
    hookTimeout: 20 * 60_000,
  },
})

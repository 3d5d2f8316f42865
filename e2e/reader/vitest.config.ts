import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    testTimeout: 120_000,
    // The first build of the Go binary may be part of it.
    hookTimeout: 20 * 60_000,
  },
})

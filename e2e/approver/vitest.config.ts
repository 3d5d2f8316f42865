import { defineConfig } from 'vitest/config'

/** Against real control planes: each file has one of its own, and most of them wait for time to pass. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    // More than there are cores: only two of the files compute all the time.
    maxWorkers: 3,
    testTimeout: 240_000,
    // What a process says of itself comes after what it has done.
    expect: { poll: { timeout: 60_000, interval: 100 } },
    // The first build of the binary may be in it.
    hookTimeout: 20 * 60_000,
  },
})

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('dry-run.ts', import.meta.url))

/** Time to load every test of `lib/csr`, on a loaded machine. */
const WITHIN_MS = 120_000

it(
  'the mutation runner loads the tests of lib/csr, and they pass without a mutant',
  () => {
    const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(Number(stdout)).toBeGreaterThan(2_000)
  },
  WITHIN_MS,
)

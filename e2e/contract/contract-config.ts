import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The whole contract against one target. */
export function contractConfig(target: 'sandbox' | 'real') {
  return defineConfig({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    test: {
      name: `contract, ${target}`,
      include: ['e2e/contract/contract.spec.ts'],
      env: { CONTRACT_TARGET: target },
      testTimeout: 30_000,
      // The first build of the control plane may be part of it.
      hookTimeout: 20 * 60_000,
    },
  })
}

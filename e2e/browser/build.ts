/** Builds what keeps the installed browser's pages undisturbed; without it they are opened all the same. */
import { say } from '#sandbox/control-plane/go.ts'
import { installedChromium } from '../fixtures/chromium.ts'
import { buildSteady } from './steady.ts'

try {
  const browser = installedChromium()
  if (process.platform === 'linux' && browser !== null) await buildSteady(browser)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

/**
 * Builds the program that shields the installed browser from new addresses; without it pages work,
 * less undisturbed.
 */
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

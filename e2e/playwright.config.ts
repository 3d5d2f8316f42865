import { defineConfig } from '@playwright/test'
import { findChromium } from './fixtures/chromium.ts'

const executablePath = findChromium()

export default defineConfig({
  forbidOnly: process.env.CI === 'true',
  // Flaky means broken: no second try.
  retries: 0,
  // Each worker has a browser, a cluster and an app of its own, and no test needs another one.
  fullyParallel: true,
  workers: 2,
  // Nothing is measured by these: a busy machine must not fail a test that only takes long there.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [
    ['list'],
    ...(process.env.REPORT ? [['json', { outputFile: process.env.REPORT }] as const] : []),
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    // With motion a page at rest takes 7 % of a core to draw, without 1.5 %.
    contextOptions: { reducedMotion: 'reduce' },
    // A sixth of all processor, and nobody looks at what CI's machine keeps. Without pictures, which
    // cost a third: the pages themselves are in it.
    trace: {
      mode: process.env.CI === 'true' ? 'off' : 'retain-on-failure',
      screenshots: false,
      snapshots: true,
      sources: true,
    },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    // A run empties its folder first, and those of `npm test` run beside each other.
    { name: 'sandbox', testDir: 'sandbox', outputDir: '../test-results/sandbox' },
    { name: 'real', testDir: 'real', outputDir: '../test-results/real' },
    { name: 'pictures', testDir: 'pictures', outputDir: '../test-results/pictures' },
  ],
})

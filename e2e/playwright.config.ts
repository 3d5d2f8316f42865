import { defineConfig } from '@playwright/test'
import { findChromium } from './fixtures/chromium.ts'

const executablePath = findChromium()

export default defineConfig({
  forbidOnly: process.env.CI === 'true',
  // A flaky test counts as broken: no second try.
  retries: 0,
  // Each worker has a browser, a cluster and an app of its own, and no test needs another one.
  fullyParallel: true,
  workers: 2,
  // Tests measure no time: on a busy machine one may take long.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [
    ['list'],
    ...(process.env.REPORT ? [['json', { outputFile: process.env.REPORT }] as const] : []),
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    // Without motion: with it a page at rest takes 7 % of a core to draw, without it 1.5 %.
    contextOptions: { reducedMotion: 'reduce' },
    // Team mode is served with a certificate of the test's own authority.
    ignoreHTTPSErrors: true,
    // A trace costs a sixth of all processor time: `npm test` makes none. Without screenshots, which
    // cost a third: it has the pages themselves.
    trace: {
      mode: process.env.REPORT ? 'off' : 'retain-on-failure',
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
        // A page lives too briefly for optimized code: compiling it costs a sixth of its time.
        '--js-flags=--no-opt --no-maglev',
      ],
    },
  },
  projects: [
    // A run empties its folder first, and `npm test` runs several at a time.
    { name: 'sandbox', testDir: 'sandbox', outputDir: '../test-results/sandbox' },
    { name: 'real', testDir: 'real', outputDir: '../test-results/real' },
    {
      name: 'install',
      testDir: 'install',
      testMatch: '*.spec.ts',
      outputDir: '../test-results/install',
    },
    { name: 'pictures', testDir: 'pictures', outputDir: '../test-results/pictures' },
  ],
})

/** The npm package, installed from its archive alone into an empty folder. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { npmScript } from '#sandbox/npm-script.ts'
import { startSandbox } from '#sandbox/sandbox.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { type Command, runIn } from '../fixtures/command.ts'
import { test as commandTest, expect, expectDemo, expectSilentEnd } from '../fixtures/commands.ts'
import { untilLive, untilRow } from '../fixtures/page.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const MACHINE = 'worker-07.rack2.example.com'

type Start = (...args: string[]) => Command

interface Installed {
  readonly folder: string
  /** Path of what was installed. */
  readonly archive: string
}

/** Packs the package as a maintainer does; returns the archive's path. */
function pack(output: string): string {
  const { command, args, ...options } = npmScript('package', ['--output', output])
  const printed = execFileSync(command, args, { ...options, encoding: 'utf8', stdio: 'pipe' })
  return /^package +(\S+)/m.exec(printed)?.[1] ?? ''
}

/** Fetches the oldest Node that `engines` of package.json allows, as npm has it; returns its folder. */
function fetchOldestNode(folder: string): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const [, version] = /"node": ">=(\d+\.\d+)"/.exec(manifest) ?? []
  const name = `node-${process.platform}-${process.arch}`
  const alone = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
  execFileSync('npm', ['install', ...alone, `${name}@${version}.0`], { stdio: 'pipe' })
  return join(folder, 'node_modules', name, 'bin')
}

/** Lends the program that is installed there; what a test has left running ends after it. */
async function lend(
  folder: string,
  env: Readonly<Record<string, string>>,
  use: (start: Start) => Promise<void>,
): Promise<void> {
  const commands: Command[] = []
  await use((...args) => {
    const command = runIn(folder, 'node_modules/.bin/countersign', args, env)
    commands.push(command)
    return command
  })
  for (const command of commands) command.kill()
}

/**
 * The folder of the installed package, which was installed without network, npm cache and scripts.
 */
const test = commandTest.extend<
  {
    countersign: Start
    /** Starts the program on the oldest Node that package.json allows. */
    onOldestNode: Start
  },
  { installed: Installed }
>({
  installed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-npm-'))
      const archive = pack(join(folder, 'packed'))
      const cache = ['--cache', join(folder, 'cache')]
      const alone = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund']
      execFileSync('npm', ['install', ...alone, ...cache, archive], { cwd: folder, stdio: 'pipe' })
      await use({ folder, archive })
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  countersign: async ({ installed: { folder } }, use) => await lend(folder, {}, use),
  onOldestNode: async ({ installed: { folder } }, use) => {
    const PATH = [fetchOldestNode(join(folder, 'oldest')), process.env.PATH].join(delimiter)
    const COUNTERSIGN_RECORD = `sqlite:${join(folder, 'record.sqlite')}`
    await lend(folder, { PATH, COUNTERSIGN_RECORD }, use)
  },
})

// One worker, because the package is installed once.
test.describe.configure({ mode: 'default' })

test('the package has at most 15 MB, and says its version', async ({ installed, countersign }) => {
  expect(statSync(installed.archive).size).toBeLessThan(15e6)
  const said = countersign('--version')
  expect(installed.archive).toContain(`-${await said.says(/^(\d+\.\d+\.\d+)$/)}.tgz`)
})

test('countersign on the oldest Node that it allows shows the cluster of the kubeconfig, approves, records what a person decided, and ends with its terminal', async ({
  page,
  onOldestNode,
}) => {
  const sandbox = await startSandbox({ scenario: RACK2 })
  const cluster = ['--kubeconfig', sandbox.kubeconfigs.admin]
  const from = performance.now()
  const dashboard = onOldestNode(...cluster, '--port', '0', '--host', 'localhost')
  await page.goto(await dashboard.says(/^Countersign is at (http:\S+)$/))
  await untilLive(page)
  await untilRow(page, MACHINE)
  // Printed only: other tests run at the same time.
  console.log(`countersign, installed: first rows after ${Math.round(performance.now() - from)} ms`)
  const csr = fileIn(sandbox, { nodeName: 'taken-in' })
  await page.getByRole('button', { name: 'Approve client for taken-in' }).click()
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
  sandbox.world.delete('csrs', csr.metadata.name)
  await page.keyboard.type('ga')
  const decisions = page.getByRole('table', { name: 'Decisions' })
  await expect(decisions.locator(`tr[data-key="${csr.metadata.uid}"]`)).toContainText('Approved')
  // Newer ones no longer say so.
  expect(dashboard.remarks).toContain('SQLite is an experimental feature')
  await page.getByRole('link', { name: 'Guide to this page' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'User guide' })).toBeVisible()
  await page.close()
  const { left } = await dashboard.hangUp()
  await expect.poll(left).toEqual([])
  await sandbox.stop()
})

test('countersign demo brings its own cluster, and leaves nothing behind', async ({
  page,
  countersign,
}) => {
  const demo = countersign('demo', '--port', '0')
  await expectDemo(page, demo)
  await expectSilentEnd(page, demo)
})

test('countersign approver lists its settings', async ({ countersign }) => {
  const help = countersign('approver', '--help')
  expect(await help.says(/^Usage: (\S+)/)).toBeTruthy()
})

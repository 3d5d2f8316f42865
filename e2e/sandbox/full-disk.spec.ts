/** A full or read-only disk: an action that cannot be recorded is not done, and says so. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CsrObject } from '#sandbox/objects.ts'
import { EMPTY } from '#sandbox/scenario.ts'
import { startApprover } from '../approver/approver-process.ts'
import { leads } from '../approver/installation.ts'
import { nodeAddresses } from '../approver/machines.ts'
import { policyText } from '../approver/policy-text.ts'
import { decide, itemOf, post, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test as sandboxTest } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'
import { makeSmallDisk, NO_SMALL_DISK, type SmallDisk } from '../fixtures/small-disk.ts'

const ENDED = /Standard output cannot be written, so this ends: ENOSPC/

const test = sandboxTest.extend<{ disk: SmallDisk; kib: number }>({
  kib: [64, { option: true }],
  // First in each test, so that it is removed last, when every open file on it is closed.
  disk: async ({ kib }, use, testInfo) => {
    testInfo.skip(NO_SMALL_DISK !== '', NO_SMALL_DISK)
    const disk = makeSmallDisk(kib)
    await use(disk)
    disk.remove()
  },
})

/** A Node and its serving request. */
function serving(sandbox: Parameters<typeof fileIn>[0], at: number): CsrObject {
  const [nodeName, address] = [`disk-${at}`, `10.80.1.${at}`]
  const status = { addresses: nodeAddresses(nodeName, address) }
  sandbox.world.create('nodes', { metadata: { name: nodeName }, status })
  return fileIn(sandbox, {
    nodeName,
    kind: 'serving',
    dnsNames: [nodeName],
    ipAddresses: [address],
  })
}

test('the disk fills up under the audit trail: nothing is approved without a whole line, and the dashboard ends', async ({
  disk,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const output = join(disk.folder, 'audit.log')
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, output })
  const filed = Array.from({ length: 40 }, (_, at) => fileIn(sandbox, { nodeName: `disk-${at}` }))
  const rows = []
  for (const { metadata } of filed) rows.push(await untilListed(app, metadata.uid ?? ''))
  disk.fill()
  let isThere = true
  for (const row of rows) {
    if (!isThere) break
    const order = { decision: 'approve', accept: 'plausible', items: [itemOf(row)] }
    isThere = await decide(app, order).then(
      () => true,
      () => false,
    )
  }
  expect(await app.exited).toBe(1)
  expect(app.errors.join('\n')).toMatch(ENDED)
  const begun = app.lines.filter((line) => line.includes('"decision.begin"'))
  const logged = new Set(begun.map((line) => JSON.parse(line).uid))
  const approved = filed.filter((csr) => conditionsIn(sandbox, csr).includes('Approved'))
  expect(approved.length).toBeLessThan(filed.length)
  expect(approved.filter(({ metadata }) => !logged.has(metadata.uid))).toEqual([])
})

test('the disk fills up under the approver’s log: it ends, and does not start again while it is full', async ({
  disk,
  cluster,
}, testInfo) => {
  const sandbox = await cluster()
  const kubeconfig = sandbox.kubeconfigs.admin
  const policy = testInfo.outputPath('policy.yaml')
  const limits = { perNode: 99, perRequestor: 99, total: 999 }
  writeFileSync(policy, policyText({ mode: 'act', accept: 'plausible', limits }))
  const options = { kubeconfig, policy, lease: 'default/one' }
  const output = join(disk.folder, 'approver.log')
  const approver = await startApprover({ ...options, output })
  await leads(approver)
  disk.fill()
  const filed = Array.from({ length: 60 }, (_, at) => serving(sandbox, at + 1))
  await expect.poll(() => approver.errors).toMatch(ENDED)
  expect(await approver.stop()).toBe(1)
  const approved = () =>
    filed.filter((csr) => conditionsIn(sandbox, csr).includes('Approved')).length
  const before = approved()
  expect(before).toBeLessThan(filed.length)
  const again = startApprover({ ...options, output: join(disk.folder, 'again.log') })
  await expect(again).rejects.toThrow(ENDED)
  expect(approved()).toBe(before)
})

test('a list of expected machines that cannot be written, on a full disk or one that is only to be read, stays as it was, on the disk and in force', async ({
  disk,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const file = join(disk.folder, 'machines.csv')
  const text = 'name\nworker-1\n'
  writeFileSync(file, text)
  const env = { COUNTERSIGN_EXPECTED: file }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  const { version } = await (await app.fetch('/api/expected')).json()
  for (const [spoil, outcome] of [
    [disk.fill, 'error'],
    [disk.readOnly, 'forbidden'],
  ] as const) {
    spoil()
    const answer = await post(app, '/api/expected', { text: `${text}worker-2\n`, version })
    expect(await answer.json()).toMatchObject({ outcome })
    expect(readFileSync(file, 'utf8')).toBe(text)
  }
  const csr = fileIn(sandbox, { nodeName: 'worker-1' })
  const { verdict } = await untilListed(app, csr.metadata.uid ?? '')
  expect(verdict).toBe('verified')
})

test.describe('the volume of a record that is required', () => {
  test.use({ kib: 24 * 1024 })

  test('fills up: it frees itself, decisions go on, also after a restart, and the page says so', async ({
    disk,
    page,
    cluster,
    open,
  }) => {
    const sandbox = await cluster({ scenario: EMPTY })
    const [file, reserve] = ['record.sqlite', 'record.sqlite-reserve'].map((name) =>
      join(disk.folder, name),
    )
    const env = { COUNTERSIGN_RECORD: `sqlite:${file}`, COUNTERSIGN_RECORD_REQUIRED: 'true' }
    const options = { kubeconfig: sandbox.kubeconfigs.admin, env }
    const recorded = async (app: App, uid: string) => {
      const { record } = await (await app.fetch(`/api/requests/${uid}/record`)).json()
      const { rows } = await (await app.fetch('/api/activity')).json()
      return record !== null && rows.some((row: { readonly uid: string }) => row.uid === uid)
    }
    /**
     * Denies a new request, again and again while the record cannot be written, until the record
     * has it.
     */
    async function denyOne(app: App): Promise<void> {
      const { metadata } = fileIn(sandbox, { nodeName: `full-${filed}` })
      filed += 1
      const row = await untilListed(app, metadata.uid ?? '')
      const order = { decision: 'deny', items: [itemOf(row)] }
      await expect
        .poll(async () => {
          const { lines } = await decide(app, order)
          return lines[0]?.outcome
        })
        .toMatch(/^(denied|already)$/)
      await expect.poll(() => recorded(app, row.uid)).toBe(true)
    }
    let filed = 0
    const first = await open(options)
    await denyOne(first)
    expect(existsSync(reserve ?? '')).toBe(true)
    disk.fill()
    for (let at = 0; at < 20; at += 1) await denyOne(first)
    expect(existsSync(reserve ?? '')).toBe(false)
    await openLive(page, first, '/activity')
    await expect(page.getByText(/^The record’s volume is full since/)).toBeVisible()
    await expect(page.getByText(/^Nothing can be recorded since/)).toHaveCount(0)
    await page.goto('about:blank')
    await first.stop()

    const second = await open(options)
    await denyOne(second)
    const { counts } = await (await second.fetch('/api/activity')).json()
    expect(counts).toMatchObject({ denied: filed, record: { troubleSince: null, lost: 0 } })
    expect(counts.record.fullSince).not.toBeNull()

    disk.empty()
    await denyOne(second)
    await expect.poll(() => existsSync(reserve ?? '')).toBe(true)
    await openLive(page, second, '/activity')
    await expect(page.getByText('Kept for 365 days')).toBeVisible()
    await expect(page.getByText(/^The record’s volume is full since/)).toHaveCount(0)
  })
})

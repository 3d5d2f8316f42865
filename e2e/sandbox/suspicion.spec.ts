/**
 * Requests that a click does not approve: suspicious ones, and those of signers that no kubelet
 * uses.
 */
import type { Locator, Page } from '@playwright/test'
import { BOOTSTRAPPER, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT } from '#lib/csr/names.ts'
import { checks } from '#lib/messages/en/checks.ts'
import { checkTitle } from '#lib/messages/grammar/check-words.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { untilListed } from '../fixtures/api.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { NARROWEST, SIZES } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const uidOf = ({ metadata }: CsrObject) => metadata.uid ?? ''

/** Faults of the serving request of `core-1`, each found by its own check. */
const WRONG: readonly CheckCode[] = [
  'sans.foreign',
  'sans.reserved',
  'sans.owned',
  'policy.expiration',
  'key.strength',
]

function joinCore(sandbox: Sandbox, name: string, address: string): void {
  const addresses = [{ type: 'InternalIP', address }]
  const conditions = [{ type: 'Ready', status: 'True' }]
  sandbox.world.create('nodes', { metadata: { name }, status: { addresses, conditions } })
}

/** A serving request with every fault that does not make it refused. */
function fileWrong(sandbox: Sandbox): CsrObject {
  joinCore(sandbox, 'core-1', '192.0.2.1')
  joinCore(sandbox, 'core-2', '192.0.2.2')
  return fileIn(sandbox, {
    nodeName: 'core-1',
    kind: 'serving',
    dnsNames: ['core-1', 'kubernetes.default.svc'],
    ipAddresses: ['192.0.2.1', '192.0.2.2', '203.0.113.9'],
    keyType: 'RSA-1024',
    expirationSeconds: 315_360_000,
  })
}

function messageIn(sandbox: Sandbox, { metadata }: CsrObject): string {
  const held = sandbox.world.get('csrs', metadata.name) as CsrObject
  return held.status.conditions?.find(({ type }) => type === 'Approved')?.message ?? ''
}

/** Expects a disabled button with this reason. */
async function expectOff(button: Locator, why: string): Promise<void> {
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await expect(button).toHaveAccessibleDescription(why)
  // A forced click has no effect.
  await button.click({ force: true })
}

test('a suspicious request shows its failed checks, also on a phone, and approving it takes its exact name and a reason', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileWrong(sandbox)
  // The nodes arrive by another watch, so some checks may fail later.
  const row = await untilListed(app, uidOf(csr), ({ failing }) => failing.length >= WRONG.length)
  expect(row).toMatchObject({ verdict: 'suspicious', failing: WRONG })
  await page.goto(app.at('/machines/core-1'))
  await chooseVerb(page, /^Approve although a check fails…/)

  const dialog = page.getByRole('dialog', { name: 'Approve a suspicious request?' })
  const name = dialog.getByLabel('Type core-1 to approve')
  const why = dialog.getByLabel('Why do you approve it?')
  const approve = dialog.getByRole('button', { name: `Approve ${csr.metadata.name}` })
  await expect(name).toBeFocused()
  for (const [, viewport] of SIZES) {
    await page.setViewportSize(viewport)
    await expect(dialog.getByText('5 failed checks')).toBeInViewport({ ratio: 1 })
    for (const code of WRONG) {
      const title = checkTitle(checks.table, code)
      const failed = dialog.getByRole('listitem').filter({ hasText: `${title}:` })
      await expect(failed).toBeInViewport({ ratio: 1 })
    }
    await expect(approve).toBeInViewport({ ratio: 1 })
  }

  const mismatch = 'The name has to be typed to the letter.'
  const noReason = 'Say why, in a few words.'
  await expectOff(approve, mismatch)
  await why.fill('seen in the rack')
  for (const wrong of ['core', 'Core-1', 'core-1 ', ' core-1', 'c0re-1', csr.metadata.name]) {
    await name.fill(wrong)
    await expectOff(approve, mismatch)
  }
  await name.fill('core-1')
  await expect(approve).toBeEnabled()
  for (const nothing of ['', '   ', '\n \n', '\u00a0\u2003']) {
    await why.fill(nothing)
    await expectOff(approve, noReason)
  }
  await expect(dialog).toBeVisible()
  expect(conditionsIn(sandbox, csr)).toEqual([])

  await why.fill('  moved\nto \u202erack 2\u202c,\u200b <b>seen</b> ')
  await approve.click()
  await expect(dialog).toHaveCount(0)
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
  expect(messageIn(sandbox, csr)).toMatch(
    /^Approved by admin with Countersign \(request [-0-9a-f]{36}\): moved\\u000ato \\u202erack 2\\u202c,\\u200b <b>seen<\/b>$/,
  )
})

test('the key that approves opens the same dialog, and Enter in it approves nothing', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileWrong(sandbox)
  await page.setViewportSize(NARROWEST)
  await page.goto(app.at('/machines/core-1'))
  await expect(page.getByRole('button', { name: 'Deny serving…' })).toBeEnabled()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approve a suspicious request?' })
  const name = dialog.getByLabel('Type core-1 to approve')
  // Failed checks are added above it, and an on-screen keyboard leaves less room.
  await expect(dialog.getByRole('listitem')).toHaveCount(WRONG.length)
  await expect(name).toBeInViewport({ ratio: 1 })
  for (const height of [500, 256]) {
    await page.setViewportSize({ width: 320, height })
    await expect(name).toBeFocused()
    await expect(name).toBeInViewport({ ratio: 1 })
  }
  // Also for additions while the browser scrolls to the focused element; not every browser anchors
  // scrolling.
  await dialog.getByRole('button', { name: 'Close' }).focus()
  await name.evaluate((field) => {
    const box = field.closest<HTMLElement>('[role=dialog]')
    const list = box?.querySelector<HTMLElement>('ul, ol')
    if (box == null || list == null) throw new Error('nothing has failed')
    box.style.overflowAnchor = 'none'
    field.focus()
    list.style.marginTop = '400px'
  })
  await expect(name).toBeInViewport({ ratio: 1 })
  await name.fill('core-1')
  await page.keyboard.press('Enter')
  await expectOff(
    dialog.getByRole('button', { name: `Approve ${csr.metadata.name}` }),
    'Say why, in a few words.',
  )
  expect(conditionsIn(sandbox, csr)).toEqual([])
})

test('a request of the signer for proposals, by a machine or without its target, is listed like any other', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const target = fileIn(sandbox, { nodeName: 'worker-1' })
  const signerName = `countersign.dev/approval-proposal.${target.metadata.uid}`
  const usages = ['digital signature']
  const byNode = sandbox.world.file(nodeRequestor('worker-2'), { signerName, usages })
  const byBootstrapper = sandbox.world.file(BOOTSTRAPPER, {
    signerName: 'countersign.dev/approval-proposal.of-nothing',
    usages,
  })
  await page.goto(app.at('/'))
  const others = page.getByRole('table', { name: 'Other requests' })
  await expect(others.getByRole('row')).toHaveCount(3)
  for (const { metadata } of [byNode, byBootstrapper]) {
    await expect(others.getByRole('link', { name: metadata.name })).toBeVisible()
  }
})

const MESH = 'example.com/mesh'
const TEAM = 'example.com/team'

/** A request for a person's access to the API server. */
function fileJane(sandbox: Sandbox, name?: string): CsrObject {
  return sandbox.world.file(BOOTSTRAPPER, {
    ...(name === undefined ? {} : { name }),
    kind: 'client',
    signerName: KUBE_APISERVER_CLIENT,
    commonNames: ['jane'],
    organizations: ['team-a'],
    usages: ['client auth'],
  }) as CsrObject
}

function fileMesh(sandbox: Sandbox): CsrObject {
  return sandbox.world.file(BOOTSTRAPPER, {
    kind: 'client',
    signerName: MESH,
    commonNames: ['billing'],
    organizations: ['mesh'],
    dnsNames: ['billing.mesh.example.com'],
    usages: ['client auth'],
  }) as CsrObject
}

/**
 * A request for the admin's own signer: the cluster does not say whether the API server trusts its
 * CA.
 */
function fileMasters(sandbox: Sandbox): CsrObject {
  return sandbox.world.file(BOOTSTRAPPER, {
    kind: 'client',
    signerName: TEAM,
    commonNames: ['ops'],
    organizations: ['system:masters'],
    usages: ['client auth'],
  }) as CsrObject
}

const GOOD_FOR =
  'What it is good for is up to its signer, and to the programs that trust that signer’s CA.'

const OTHERS: readonly (readonly [
  signerName: string,
  file: (sandbox: Sandbox) => CsrObject,
  grants: readonly string[],
])[] = [
  [
    KUBE_APISERVER_CLIENT,
    fileJane,
    ['Its holder is the user jane to the API server, in the groups', 'team-a'],
  ],
  [MESH, fileMesh, [GOOD_FOR, 'CN=billing', 'O=mesh', 'billing.mesh.example.com']],
  [
    TEAM,
    fileMasters,
    [
      'If the API server trusts this signer’s CA, it grants control of the cluster: system:masters may do anything, and a certificate cannot be taken back.',
      GOOD_FOR,
      'CN=ops',
      'O=system:masters',
    ],
  ],
]

const GRANTS = 'What approving it grants'

/** Expects exactly these uses of the certificate in that place. */
async function expectGrants(place: Locator, grants: readonly string[]): Promise<void> {
  for (const words of [GRANTS, ...grants]) {
    await expect(place.getByText(words, { exact: true })).toBeVisible()
  }
}

const panelIn = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: GRANTS }) })
/** The innermost element that contains more than the title. */
const partOf = (dialog: Locator) =>
  dialog
    .locator('div')
    .filter({ has: dialog.page().getByText(GRANTS) })
    .last()

test('requests of signers in the settings show what each grants, are part of no bulk, and are approved alone, by name and with a reason', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const machine = fileIn(sandbox, { nodeName: 'joining-1' })
  const filed = OTHERS.map(([signerName, file, grants]) => ({
    signerName,
    csr: file(sandbox),
    grants,
  }))
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_SIGNERS: OTHERS.map(([signerName]) => signerName).join() },
  })
  await page.goto(app.at('/'))
  const board = page.getByRole('table', { name: 'Other requests' })
  await expect(board.getByRole('row')).toHaveCount(1 + filed.length)
  await expect(board.getByRole('checkbox')).toHaveCount(0)

  // When ticked together all can be denied, and only the machine can be approved.
  await page.goto(app.at('/requests'))
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  const selection = page.getByRole('region', { name: 'Selection' })
  await expect(selection).toContainText(`${1 + filed.length} selected`)
  await selection.getByRole('button', { name: 'Approve 1 machine…' }).click()
  await approveAll(page)
  await expect.poll(() => conditionsIn(sandbox, machine)).toContain('Approved')
  for (const { csr } of filed) expect(conditionsIn(sandbox, csr)).toEqual([])
  await page.goto(app.at('/requests?status=pending'))
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await expect(selection).toContainText(`${filed.length} selected`)
  await expect(selection.getByRole('button', { name: /^Approve/ })).toHaveCount(0)

  const dialog = page.getByRole('dialog', { name: 'Approve a suspicious request?' })
  for (const { signerName, csr, grants } of filed) {
    await test.step(signerName, async () => {
      const { name } = csr.metadata
      await page.goto(app.at('/'))
      await page.getByRole('button', { name: `Review ${name}` }).click()
      await expect(page).toHaveURL(new RegExp(`/requests/${uidOf(csr)}$`))
      await expectGrants(panelIn(page), grants)

      await chooseVerb(page, /^Approve although a check fails…/)
      await expectGrants(partOf(dialog), grants)
      await expect(dialog.getByText('Its signer is none of the two')).toBeVisible()
      const approve = dialog.getByRole('button', { name: `Approve ${name}` })
      await dialog.getByLabel(`Type ${name} to approve`).fill(name)
      await expectOff(approve, 'Say why, in a few words.')
      expect(conditionsIn(sandbox, csr)).toEqual([])
      await dialog.getByLabel('Why do you approve it?').fill('asked for by phone')
      await approve.click()
      await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
      expect(messageIn(sandbox, csr)).toMatch(/^Approved by admin .*: asked for by phone$/)
    })
  }

  // Invisible characters of a name are found, and confirmed by the escapes shown in their place.
  const read = 'csr-\\u202egro.elpmaxe'
  const unseen = fileJane(sandbox, 'csr-\u202egro.elpmaxe')
  await page.goto(app.at('/requests'))
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill(read)
  await page.getByRole('table').getByRole('link', { name: read }).click()
  await chooseVerb(page, /^Approve although a check fails…/)
  await dialog.getByLabel(`Type ${read} to approve`).fill(read)
  await dialog.getByLabel('Why do you approve it?').fill('asked for by phone')
  await dialog.getByRole('button', { name: `Approve ${read}` }).click()
  await expect.poll(() => conditionsIn(sandbox, unseen)).toContain('Approved')
})

test('requests of signers outside the settings show what each grants, and no way to approve it', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const [signerName, file, grants] of OTHERS) {
    await test.step(signerName, async () => {
      const csr = file(sandbox)
      await page.goto(app.at(`/requests/${uidOf(csr)}`))
      await expectGrants(panelIn(page), grants)
      await expectOff(
        page.getByRole('button', { name: 'Deny…' }),
        'Countersign decides only about signers that its settings or its policy list, and this one is not listed.',
      )
      await page.keyboard.press('a')
      const said = page.getByRole('group', { name: `${csr.metadata.name} was not approved` })
      await expect(said).toBeVisible()
      expect(conditionsIn(sandbox, csr)).toEqual([])
    })
  }
})

async function approveAll(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await dialog.getByRole('button', { name: 'Approve 1 machine' }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
}

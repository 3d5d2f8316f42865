import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'

const BY_KUBECTL = {
  reason: 'KubectlDeny',
  message: 'This CSR was denied by kubectl certificate deny.',
}

function decidedAt(sandbox: Sandbox, { metadata }: CsrObject): string {
  const { status } = sandbox.world.get('csrs', metadata.name) as CsrObject
  return status.conditions?.[0]?.lastUpdateTime ?? ''
}

test('lists each decision with actor and time, the last first, live, with the filter in the address, until its request is deleted', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const [taken, refused, byHand] = ['taken-in', 'turned-away', 'by-hand'].map((nodeName) =>
    fileIn(sandbox, { nodeName, name: `csr-${nodeName}` }),
  ) as [CsrObject, CsrObject, CsrObject]
  await page.goto(app.at('/activity'))
  await expect(page).toHaveTitle(/^Activity\b/)
  await expect(page.getByText('Nothing that was decided is in the cluster')).toBeVisible()
  await expect(page.getByText('Kubernetes removes decided requests then')).toBeVisible()

  await page.keyboard.type('gm')
  await page.getByRole('button', { name: 'Approve client for taken-in' }).click()
  await expect.poll(() => conditionsIn(sandbox, taken)).toContain('Approved')
  await page.locator('[data-key="turned-away"] a').first().click()
  await chooseVerb(page, /^Deny client…/)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('not one of ours')
  await dialog.getByRole('button', { name: 'Deny csr-turned-away' }).click()
  await expect.poll(() => conditionsIn(sandbox, refused)).toContain('Denied')
  await expect(dialog).toHaveCount(0)

  await page.keyboard.press('Control+K')
  await page.keyboard.type('activity')
  await expect(page.getByRole('option')).toHaveText([/^Go to activity/])
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${app.url}/activity`)
  const rows = page.getByRole('table', { name: 'Decisions' }).locator('tr[data-key]')
  const row = ({ metadata }: CsrObject) => rows.and(page.locator(`[data-key="${metadata.uid}"]`))
  await expect(rows).toHaveCount(2)
  await expect(row(taken).getByRole('cell')).toHaveText([
    /^\d\d:\d\d:\d\d\d+ s ago$/,
    'ApprovedIssued',
    'taken-incsr-taken-inclient',
    '',
    'adminwith Countersign',
    '–',
    '',
  ])
  await expect(row(refused).getByRole('cell')).toHaveText([
    /ago$/,
    'Denied',
    'turned-awaycsr-turned-awayclient',
    '',
    'adminwith Countersign',
    'not one of ours',
    '',
  ])
  for (const csr of [taken, refused]) {
    await expect(row(csr).locator('time')).toHaveAttribute('datetime', decidedAt(sandbox, csr))
  }

  // Later than the others, also within this second.
  const lastUpdateTime = new Date(Date.now() + 1_000).toISOString().replace(/\.\d+/, '')
  decideByHand(sandbox, byHand, 'Denied', { ...BY_KUBECTL, lastUpdateTime })
  await expect(rows.first()).toContainText(
    `kubectl or ocit does not say by whom${BY_KUBECTL.message}`,
  )

  await page.getByRole('button', { name: /^Denied\s*2$/ }).click()
  await expect(page).toHaveURL(/\/activity\?decision=denied$/)
  await expect(row(taken)).toHaveCount(0)
  await page.getByRole('button', { name: 'Decided: in any way' }).click()
  await page.getByRole('menuitem', { name: 'by people here' }).click()
  await expect(page).toHaveURL(/\?decision=denied&who=people$/)
  await page.reload()
  await expect(rows).toHaveCount(1)
  await expect(row(refused)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${app.url}/requests/${refused.metadata.uid}`)
  await page.goBack()
  await expect(page).toHaveURL(/\?decision=denied&who=people$/)
  await expect(rows).toHaveCount(1)
  await page.keyboard.press('/')
  await page.keyboard.type('nobody')
  await expect(page.getByText('No decision matches the filter')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(rows).toHaveCount(1)

  sandbox.world.delete('csrs', refused.metadata.name)
  await expect(page.getByText('No decision matches the filter')).toBeVisible()
  await page.getByRole('button', { name: /^All\s*2$/ }).click()
  await page.getByRole('button', { name: 'Decided: by people here' }).click()
  await page.getByRole('menuitem', { name: 'in any way' }).click()
  await expect(page).toHaveURL(/\/activity$/)
  await expect(rows).toHaveCount(2)
})

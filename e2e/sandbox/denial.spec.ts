/** Requests of a machine after a person has denied one. */

import { until } from '#sandbox/control-plane/wait-until.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { requests } from '../fixtures/api.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const REFUSED = 'worker-04.rack2.example.com'
const OTHER = 'worker-05.rack2.example.com'
/** Two machines that have just begun, each confirmed by its Machine. */
const TWO = {
  ...RACK2,
  machines: RACK2.machines
    .filter(({ name }) => name === REFUSED || name === OTHER)
    .map((machine) => ({ ...machine, began: '1:00' })),
  others: [],
}

test('a denial stands: the kubelet’s next request is in no bulk, and approved alone with the node’s name', async ({
  page,
  stand,
}) => {
  const { app } = await stand({ scenario: TWO })
  const newestOf = async (name: string) =>
    (await requests(app))
      .filter(({ nodeName }) => nodeName === name)
      .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]
  const statusOf = async (uid: string | undefined) =>
    (await requests(app)).find((request) => request.uid === uid)?.status
  const refused = await newestOf(REFUSED)
  const other = await newestOf(OTHER)

  await page.goto(app.at(`/machines/${REFUSED}`))
  await chooseVerb(page, /^Deny client…/)
  const denial = page.getByRole('dialog', { name: /^Deny/ })
  await expect(denial).toContainText(
    'no bulk takes it, and the automatic approver does not approve it',
  )
  await denial.getByLabel('Why do you deny it?').fill('not <b>ours</b>')
  await denial.getByRole('button', { name: /^Deny/ }).click()
  const again = await until('its kubelet to file again', async () => {
    const newest = await newestOf(REFUSED)
    return newest?.uid === refused?.uid ? null : newest
  })
  expect(again).toMatchObject({ verdict: 'suspicious', failing: ['machine.denial'] })

  await page.goto(app.at('/'))
  const row = page.getByRole('row').filter({ hasText: REFUSED })
  await expect(row).toContainText(/Its machine was denied at \d\d:\d\d/)
  await page.getByRole('button', { name: 'Approve 1 machine…' }).click()
  const bulk = page.getByRole('dialog')
  await expect(bulk.getByRole('region', { name: 'Held back' })).toContainText(REFUSED)
  await bulk.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await bulk.getByRole('button', { name: 'Approve 1 machine' }).click()
  await expect.poll(() => statusOf(other?.uid)).toMatch(/^Approved/)
  expect(await statusOf(again?.uid)).toBe('Pending')

  await page.goto(app.at(`/machines/${REFUSED}`))
  await chooseVerb(page, /^Approve although a check fails/)
  const alone = page.getByRole('dialog', { name: 'Approve a suspicious request?' })
  await expect(alone).toContainText(`Request ${refused?.name} of this machine`)
  await alone.getByLabel(`Type ${REFUSED} to approve`).fill(REFUSED)
  await alone.getByLabel('Why do you approve it?').fill('it is ours after all')
  await alone.getByRole('button', { name: /^Approve/ }).click()
  await expect.poll(() => statusOf(again?.uid)).toMatch(/^Approved/)
})

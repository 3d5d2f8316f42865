/** Help: the guide of this version, what is new in it, what the verdicts mean. */
import type { Page } from '@playwright/test'
import { ja } from '#lib/messages/ja.ts'
import { openLive, untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'

function choose(page: Page, item: string): Promise<void> {
  return page
    .getByRole('button', { name: 'Help' })
    .click()
    .then(() => page.getByRole('menuitem', { name: item }).click())
}

test('the help menu has the version, what is new, the verdicts and the keys', async ({
  page,
  app,
}) => {
  await openLive(page, app)
  await page.getByRole('button', { name: 'Help' }).click()
  const version = /^Countersign (\d+\.\d+\.\d+)$/
  const said = await page.getByRole('menu').getByText(version).textContent()
  await page.keyboard.press('Escape')

  await choose(page, 'What the verdicts mean')
  const legend = page.getByRole('dialog', { name: 'What the verdicts mean' })
  await expect(legend).toContainText('Nothing is wrong, and nothing independent confirms it')
  await legend.getByRole('link', { name: 'More about verdicts in the guide' }).click()
  await expect(legend).toBeHidden()
  await expect(page.getByRole('heading', { name: 'The verdict' })).toBeFocused()

  await choose(page, 'Keyboard shortcuts')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  await page.keyboard.press('Escape')

  await choose(page, 'What is new')
  await expect(page).toHaveURL(/\/guide\/changelog$/)
  const [, number = ''] = version.exec(said ?? '') ?? []
  await expect(page.getByRole('heading', { level: 2 }).first()).toContainText(number)
})

test('a page leads to its section of the guide, whose address can be opened anew, and a document that does not exist has no page', async ({
  page,
  app,
}) => {
  await openLive(page, app, '/nodes?view=kubelets')
  await page.getByRole('link', { name: 'Guide to this page' }).click()
  const section = page.getByRole('heading', { name: 'Kubelet certificates' })
  await expect(section).toBeInViewport()
  await expect(page).toHaveURL(/\/guide#kubelet-certificates$/)
  await page.reload()
  await untilLive(page)
  await expect(section).toBeInViewport()
  await expect(section).toBeFocused()

  await page
    .getByRole('navigation', { name: 'On this page' })
    .getByRole('link', { name: 'Denying' })
    .click()
  await expect(page.getByRole('heading', { name: 'Denying' })).toBeInViewport()
  await page.getByRole('article').getByRole('link', { name: 'The policy' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'The policy' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'User guide' })).toBeVisible()
  await page.goto(app.at('/guide/no-such'))
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
})

test('a document that is not in the reader’s language says so, and a translated one does not', async ({
  anotherContext,
  app,
}) => {
  const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
  const said = page.getByText(ja.shell.help.inEnglish)
  await page.goto(app.at('/guide/changelog'))
  await expect(said).toBeVisible()
  await page.goto(app.at('/guide'))
  await expect(page.getByRole('heading', { level: 1, name: 'ユーザーガイド' })).toBeVisible()
  await expect(said).toHaveCount(0)
})

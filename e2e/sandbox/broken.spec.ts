/** An error of our own in the browser: the page reports it and recovers on reload. */
import type { Page } from '@playwright/test'
import { post } from '../fixtures/api.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

const broke = (page: Page) => page.getByRole('heading', { level: 1, name: 'This page broke' })

test('when one page breaks the others are a click away, and it loads again', async ({
  page,
  quiet: { app },
  complaints,
}) => {
  const policy = /\/api\/policy$/
  await page.goto(app.at('/'))
  await untilLive(page)
  await page.route(policy, (route) => route.fulfill({ json: {} }))
  await page.getByRole('link', { name: 'Policy' }).first().click()
  await expect(broke(page)).toBeVisible()
  await expectCleanAtAllSizes(page)
  await expectOnly(complaints, 'generation')

  await page.unroute(policy)
  await page.getByRole('link', { name: 'Machines' }).first().click()
  await expect(broke(page)).toHaveCount(0)
  await page.goto(app.at('/policy'))
  await expect(page.getByRole('heading', { name: 'The built-in policy' })).toBeVisible()
})

test('when the frame of every page breaks it is reported in our own words and look, and loads again', async ({
  page,
  quiet: { sandbox, app },
  complaints,
}) => {
  // Only the bar above every page makes initials of the user's name.
  await using _ = await page.addInitScript(() => {
    const { split } = String.prototype
    const broken = { breaks: false }
    Object.defineProperty(String.prototype, 'split', {
      value(this: string, ...args: unknown[]) {
        if (broken.breaks && String(this) === 'admin') throw new Error('made to break')
        return Reflect.apply(split, this, args)
      },
    })
    Object.assign(window, { broken })
  })
  await post(app, '/api/preferences', { theme: 'dark' })
  await page.goto(app.at('/'))
  await untilLive(page)
  await page.evaluate(() => Object.assign(Reflect.get(window, 'broken'), { breaks: true }))
  // A change of the cluster draws the bar again.
  fileIn(sandbox, { nodeName: 'x' })
  await expect(broke(page)).toBeVisible()
  await expect(page.getByText('made to break')).toBeVisible()
  // The chosen theme, not the system's.
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(11, 12, 14)')
  await expectCleanAtAllSizes(page)
  await expectOnly(complaints, 'made to break')

  await page.evaluate(() => Object.assign(Reflect.get(window, 'broken'), { breaks: false }))
  await page.getByRole('button', { name: 'Load again' }).click()
  await untilLive(page)
})

/** Expects only this error on the console. */
async function expectOnly(complaints: string[], fault: string): Promise<void> {
  await expect.poll(() => complaints.length).toBeGreaterThan(0)
  for (const complaint of complaints.splice(0)) expect(complaint).toContain(fault)
}

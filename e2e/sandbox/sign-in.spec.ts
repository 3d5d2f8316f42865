/**
 * Team mode's pages before anything of the cluster is shown. The tests tell the browser who signs
 * in.
 */
import type { Page } from '@playwright/test'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const NOBODY = {
  mode: 'service',
  cluster: { name: 'prod-edge-1', versions: ['OpenShift 4.20.3', 'Kubernetes v1.34.2'] },
  signIn: [
    { way: 'oidc', name: 'example SSO', href: '/sign-in/oidc' },
    { way: 'token' },
    { way: 'proxy', href: '/oauth2/sign_out' },
  ],
  ...{ person: null, binding: null, access: null },
}
const WITHOUT_ACCESS = {
  ...NOBODY,
  person: {
    name: 'oidc:kim.osei@a-company-with-a-long-name.example.com',
    uid: 'b1c9',
    groups: ['oidc:platform-admins', 'system:authenticated'],
    endsAt: '2027-01-01T00:00:00Z',
    idleSeconds: 600,
  },
  binding: 'b',
  access: {
    mayView: false,
    missing: ['get', 'list', 'watch'].map((verb) => ({
      ...{ verb, group: 'certificates.k8s.io', resource: 'certificatesigningrequests' },
    })),
    command:
      'kubectl create clusterrolebinding countersign-viewer --clusterrole=countersign-viewer',
  },
}

const answerSession = (page: Page, answer: object) =>
  page.route('**/api/session', (route) => route.fulfill({ json: answer }))

test('signing in by a provider or a token passes axe, wide and on a phone, by keyboard', async ({
  page,
  quiet: { app },
}) => {
  await answerSession(page, NOBODY)
  await page.goto(`${app.url}/nodes?signIn=refused`)
  await expect(page.getByRole('heading', { name: 'Sign in to prod-edge-1' })).toBeFocused()
  await expect(page.getByText('The provider did not let you in.')).toBeVisible()
  await expect(page.getByRole('navigation')).toHaveCount(0)
  await page.keyboard.press('Tab')
  const provider = page.getByRole('link', { name: 'Continue with example SSO' })
  await expect(provider).toBeFocused()
  await expect(provider).toHaveAttribute('href', '/sign-in/oidc?to=%2Fnodes')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Bearer token')).toBeFocused()
  await expectCleanAtAllSizes(page)
})

test('the page without the right to see has the missing rule, and later reports the session that ended, not the sign-in that failed before', async ({
  page,
  quiet: { app },
}) => {
  await answerSession(page, WITHOUT_ACCESS)
  await page.goto(`${app.url}/?signIn=refused`)
  await expect(page.getByRole('heading', { name: /^You may not see/ })).toBeFocused()
  const rule = page.getByRole('table', { name: 'What is missing' }).getByRole('row').last()
  await expect(rule.getByRole('cell')).toHaveText([
    'certificatesigningrequests',
    'certificates.k8s.io',
    'get list watch',
  ])
  await expect(page.getByRole('navigation')).toHaveCount(0)
  await expectCleanAtAllSizes(page)

  await answerSession(page, NOBODY)
  await page.getByRole('button', { name: 'Check again' }).click()
  await expect(page.getByText('Your session ended.')).toBeVisible()
  await expect(page.getByText('The provider did not let you in.')).toHaveCount(0)
})

/** Keys and tokens: each in one place, and in no other answer, store or log. */
import { decide, itemOf, post, requests, snapshot, untilListed } from '../fixtures/api.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'
import { expectNoSecrets, secretsIn } from '../fixtures/secrets.ts'

const PAGES = ['/', '/nodes', '/requests', '/expected', '/policy', '/activity', '/notifications']

test('neither the launch key nor a session is in any page, answer, address or log line', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (let at = 0; at < 5; at += 1) fileIn(sandbox, { nodeName: `worker-${at}` })
  const csr = fileIn(sandbox, { nodeName: 'worker-77' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  const heard: Promise<string>[] = []
  page.on('response', (response) => {
    const url = response.url()
    // A stream has no end, and a session's answer is the token itself.
    if (/\/api\/(events|session)$/.test(url)) return
    const headers = JSON.stringify(response.headers())
    const text = response.text().catch(() => '')
    heard.push(text.then((body) => `${url}\n${headers}\n${body}`))
  })
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve client for worker-77' }).click()
  await expect(page.getByRole('row', { name: /^worker-77/ })).toContainText('Client')
  for (const path of [...PAGES, '/machines/worker-77', `/requests/${row.uid}`]) {
    await page.goto(app.url + path)
    await untilLive(page)
    expectNoSecrets(`the page ${path}`, await page.content())
    expect(page.url()).toBe(app.url + path)
  }
  // Refused, each in its own way.
  for (const key of [app.key, 'no-key']) {
    await app.fetch('/api/nowhere', { headers: { authorization: `Bearer ${key}` } })
    await decide(app, `{"key":"${key}"`)
    await decide(app, { decision: 'approve', items: [{ ...itemOf(row), name: key }] })
  }
  for (const path of ['/api/snapshot', '/api/expected', '/api/policy/forecast', '/metrics']) {
    heard.push(app.fetch(path).then((answer) => answer.text()))
  }
  const answers = await Promise.all(heard)
  expect(answers.length).toBeGreaterThan(30)
  expect((await requests(app)).length).toBeGreaterThan(5)
  expectNoSecrets('what was answered', answers.join('\n'))
  expectNoSecrets('the audit trail', app.lines.join('\n'))
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  )
  // A later tab signs in with it.
  expect(secretsIn(stored)).toEqual(['a session’s token in line 1'])
})

test('a token of the kubeconfig that the API server does not accept is in no answer and no log line', async ({
  looking: { sandbox, app },
}) => {
  const stateOf = async () => (await snapshot(app)).feed.state
  sandbox.failNext({ match: { path: /./ }, times: Infinity, status: 401 })
  sandbox.closeWatches()
  await expect.poll(stateOf).not.toBe('live')
  expectNoSecrets('what it says of its trouble', JSON.stringify(await snapshot(app)))
  // The app's output is searched when it is stopped, as every app's.
  sandbox.endFaults()
  await post(app, '/api/retry', {})
  await expect.poll(stateOf).toBe('live')
})

/**
 * Hostile input 41 on a real API server: requests that can be denied there, and some that cannot.
 */
import { decide, itemOf, snapshot, untilListed } from '../fixtures/api.ts'
import { CSRS, conditionTypes, csrPath, type KubeObject, readCsr } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'

test.afterEach(({ kube }) => removeRequests(kube))

const MOST_BYTES = 100_000

/** Texts of hundreds of kB. */
const LONG: Readonly<Record<string, Partial<Parameters<typeof fileOn>[1]>>> = {
  'a name of 300 kB of control characters': { name: '\u0001'.repeat(300_000) },
  'a name of 380 kB': { name: 'x'.repeat(380_000) },
  'a PEM text of 1 MB': { pem: { leading: `${'x'.repeat(1_000_000)}\n` } },
  'a common name of 44 kB': { commonNames: [`system:node:${'x'.repeat(44_000)}`] },
}

test('a request with a long text is listed in little room, and can be denied', async ({
  kube,
  app,
}) => {
  for (const [index, [title, odd]] of Object.entries(LONG).entries()) {
    await test.step(title, async () => {
      const filed = await fileOn(kube, { nodeName: `long-${index}`, ...odd })
      const row = await untilListed(app, filed.metadata.uid)
      for (const shown of [row, await snapshot(app)]) {
        expect(JSON.stringify(shown).length).toBeLessThan(MOST_BYTES)
      }
      const { uid, resourceVersion } = itemOf(row)
      const items = [{ uid, resourceVersion }]
      const { lines } = await decide(app, { decision: 'deny', items })
      expect(lines).toEqual([expect.objectContaining({ outcome: 'denied' })])
      expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual(['Denied'])
    })
  }
})

test('the page says that etcd takes no update of a request with a name of 400 kB', async ({
  kube,
  app,
}) => {
  const filed = await fileOn(kube, { nodeName: 'longest', name: 'x'.repeat(400_000) })
  const row = await untilListed(app, filed.metadata.uid)
  const { lines } = await decide(app, { decision: 'deny', items: [itemOf(row)] })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'error' })])
  expect(lines[0]?.detail).toContain('it can be decided neither here nor elsewhere')
  // An admin cannot deny it either.
  const { body } = await kube.call('GET', csrPath(filed.metadata.name))
  const condition = { type: 'Denied', status: 'True', reason: 'ByHand', message: 'no' }
  const denied = { ...body, status: { conditions: [condition] } }
  const path = `${csrPath(filed.metadata.name)}/approval`
  const answer = await kube.call<KubeObject>('PUT', path, { body: denied })
  expect([answer.status, answer.body.message]).toEqual([500, 'etcdserver: request is too large'])
})

test('the page says that the API server takes no URL with a name of 1.1 MB', async ({
  kube,
  app,
}) => {
  const name = '\u0001'.repeat(370_000)
  const filed = await fileOn(kube, { nodeName: 'encoded', name })
  const row = await untilListed(app, filed.metadata.uid)
  const { lines } = await decide(app, { decision: 'deny', items: [itemOf(row)] })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'error' })])
  expect(lines[0]?.detail).toContain('it can be decided neither here nor elsewhere')
  expect((await kube.call('GET', csrPath(name))).status).toBe(431)
})

test('requests that cannot be decided are deleted with all requests of their signer', async ({
  kube,
}) => {
  const filed = await fileOn(kube, { nodeName: 'deleted', name: '\u0001'.repeat(490_000) })
  const selector = encodeURIComponent(`spec.signerName=${filed.spec.signerName}`)
  const answer = await kube.call('DELETE', `${CSRS}?fieldSelector=${selector}`)
  expect(answer.status).toBe(200)
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  expect(body.items.map(({ metadata }) => metadata.uid)).not.toContain(filed.metadata.uid)
})

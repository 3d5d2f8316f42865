/** Hostile input 34 on a real API server: the version to continue from is no longer known there. */
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { forgetHistory } from '#sandbox/control-plane/etcd.ts'
import { requests, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { type AuditEntry, auditEntries } from '../fixtures/audit-log.ts'
import { openGate } from '../fixtures/gate.ts'
import { CSRS, csrPath, type KubeClient, type KubeObject } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, listUids, removeRequests } from '../fixtures/real-requests.ts'

/** An identity that only this app uses, so that all its audit entries are ours. */
const READER = 'viewer'

const KINDS = [
  CSRS,
  '/apis/machine.openshift.io/v1beta1/machines',
  '/apis/config.openshift.io/v1/clusteroperators',
]

/** Requests are listed and watched in three parts; the requests filed here are all in the first. */
const CLIENT_PART = 'spec.signerName=kubernetes.io/kube-apiserver-client-kubelet'
const CSR_PARTS = [
  CLIENT_PART,
  'spec.signerName=kubernetes.io/kubelet-serving',
  'spec.signerName!=kubernetes.io/kube-apiserver-client-kubelet,spec.signerName!=kubernetes.io/kubelet-serving',
]

const feedOf = async (app: App) => (await snapshot(app)).feed.state
const queryOf = ({ requestURI }: AuditEntry) => new URLSearchParams(requestURI.split('?')[1])

/** Uids that differ between the app and the API server. */
async function differences(app: App, kube: KubeClient): Promise<readonly string[]> {
  const [shown, there] = [(await requests(app)).map(({ uid }) => uid), await listUids(kube)]
  return [
    ...shown.filter((uid, at) => shown.indexOf(uid) !== at).map((uid) => `doubled ${uid}`),
    ...shown.filter((uid) => !there.includes(uid)).map((uid) => `gone ${uid}`),
    ...there.filter((uid) => !shown.includes(uid)).map((uid) => `missed ${uid}`),
  ].slice(0, 5)
}

/** The app's lists and watches of that kind so far; a watch is logged when it begins. */
function callsFor(cluster: Cluster, kind: string): readonly AuditEntry[] {
  return auditEntries(cluster, `"username":"${READER}"`).filter(
    ({ user, verb, stage, requestURI }) =>
      user.username === READER &&
      requestURI.startsWith(`${kind}?`) &&
      (verb === 'list' || stage === 'ResponseStarted'),
  )
}

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

test('a watch that cannot continue leads to one list of each part, with nothing missed or doubled', async ({
  page,
  cluster,
  kube,
  openBehindProxy,
}) => {
  const { proxy, app } = await openBehindProxy(READER)
  const stays = await fileOn(kube, { nodeName: 'stays' })
  const goes = await fileOn(kube, { nodeName: 'goes' })
  for (const { metadata } of [stays, goes]) await untilListed(app, metadata.uid)
  await page.goto(app.at('/requests'))
  await expect(page.locator('tbody tr[data-key]')).toHaveCount(2)

  await proxy.disable()
  const before = KINDS.map((kind) => callsFor(cluster, kind).length)
  await kube.call('DELETE', csrPath(goes.metadata.name))
  await fileOn(kube, { nodeName: 'comes' })
  // The API server's watch history ends with its process.
  await cluster.killApiServer()
  await cluster.restartApiServer()
  const as = { username: READER, groups: ['system:authenticated'] }
  for (const kind of KINDS) {
    await expect.poll(async () => (await kube.call('GET', kind, { as })).status).toBe(200)
  }
  await proxy.enable()

  await expect.poll(() => feedOf(app)).toBe('live')
  await expect.poll(() => differences(app, kube)).toEqual([])
  // The app is live again by a watch: later changes need no list.
  const later = await fileOn(kube, { nodeName: 'later' })
  await untilListed(app, later.metadata.uid)

  for (const [at, kind] of KINDS.entries()) {
    const calls = () => callsFor(cluster, kind).slice(before[at])
    // The app first lists at its own version, which the API server knows, with or without the
    // history.
    const isConfirming = (call: AuditEntry) => queryOf(call).has('resourceVersionMatch')
    const parts = kind === CSRS ? CSR_PARTS : [null]
    await expect.poll(() => calls().filter(isConfirming)).toHaveLength(parts.length)
    for (const part of parts) {
      const verbs = () =>
        calls()
          .filter((call) => !isConfirming(call) && queryOf(call).get('fieldSelector') === part)
          .map(({ verb }) => verb)
      await expect.poll(() => verbs().slice(0, 3)).toEqual(['watch', 'list', 'watch'])
      expect(verbs().filter((verb) => verb === 'list')).toHaveLength(1)
    }
    const [from] = calls().map((call) => queryOf(call).get('resourceVersion'))
    const { body } = await kube.call('GET', `${kind}?watch=true&resourceVersion=${from}`)
    expect(body).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  }
  const rows = page.locator('tbody tr[data-key]')
  await expect(rows).toHaveCount(3)
  const shown = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-key')))
  expect(shown.toSorted()).toEqual(await listUids(kube))
})

test('a page of a list asked for too late leads to one new list, with nothing missed or doubled', async ({
  cluster,
  kube,
  open,
}) => {
  // More than one page.
  await cluster.fill({ nodes: 0, csrs: 501 })
  const gate = await openGate(cluster, READER)
  try {
    const before = callsFor(cluster, CSRS).length
    const held = gate.hold(/certificatesigningrequests\?.*\bcontinue=/)
    const app = await open({ kubeconfig: gate.kubeconfig, unready: true })
    await held.come

    // The first page has an object that is deleted by now.
    const first = await kube.call<List>('GET', `${CSRS}?limit=1`)
    const [goes] = first.body.items
    const next = `${CSRS}?limit=1&continue=${encodeURIComponent(first.body.metadata.continue)}`
    await kube.call('DELETE', csrPath(goes.metadata.name))
    await fileOn(kube, { nodeName: 'comes' })
    await forgetHistory(cluster)
    // A page of the same moment shows that the API server has dropped it: within 15 s.
    await expect
      .poll(async () => (await kube.call('GET', next)).status, { intervals: [250] })
      .toBe(410)
    held.letGo()

    await expect.poll(() => feedOf(app)).toBe('live')
    await expect.poll(() => differences(app, kube)).toEqual([])
    const lists = callsFor(cluster, CSRS)
      .slice(before)
      .filter((call) => call.verb === 'list' && queryOf(call).get('fieldSelector') === CLIENT_PART)
    const answers = lists.map((call) => {
      const page = queryOf(call).has('continue') ? 'next' : 'first'
      return `${page} page: ${call.responseStatus.code}`
    })
    expect(answers).toEqual([
      'first page: 200',
      'next page: 410',
      'first page: 200',
      'next page: 200',
    ])
  } finally {
    await gate.stop()
  }
})

interface List {
  readonly metadata: { readonly continue: string }
  readonly items: readonly [KubeObject]
}

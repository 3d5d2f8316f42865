/** Effects of decisions on a real API server, above all when objects have changed. */
import { setTimeout as wait } from 'node:timers/promises'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import {
  conditionTypes,
  csrPath,
  file,
  type KubeClient,
  type KubeObject,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'

// Many short tests share the worker's cluster and app.
test.describe.configure({ mode: 'default' })

let serial = 0

/** A client request of a new machine, filed as OpenShift's bootstrapper would. */
async function fileClient(
  kube: KubeClient,
  odd: { name?: string; nodeName?: string; commonNames?: string[] } = {},
): Promise<KubeObject & { readonly nodeName: string }> {
  const nodeName = odd.nodeName ?? `decided-${++serial}`
  const csr = makeCsr({
    kind: 'client',
    nodeName,
    ...(odd.commonNames === undefined ? {} : { commonNames: odd.commonNames }),
  })
  const filed = await file(kube, {
    ...(odd.name === undefined ? {} : { name: odd.name }),
    request: csr.request,
    signerName: csr.signerName,
    usages: csr.usages,
    as: csr.requestor,
  })
  return { ...filed, nodeName }
}

const plausible = { decision: 'approve', accept: 'plausible' } as const

test('names are text, and the decision goes to exactly that object', async ({ kube, app }) => {
  const bystander = await fileClient(kube)
  for (const name of [
    '<img src=x onerror=alert(1)>',
    'csr-\u202egnp.exe',
    'zero\u200bwidth',
    'two\nlines',
    'a b?x=1#y&z',
    'a:b',
  ]) {
    const filed = await fileClient(kube, { name })
    const row = await untilListed(app, filed.metadata.uid)
    expect(row.name).toBe(name)
    // An invisible character makes a name suspicious: approving takes the typed node name and a
    // reason.
    const item = { ...itemOf(row), confirm: filed.nodeName }
    const { lines } = await decide(app, { ...plausible, note: 'it is ours', items: [item] })
    expect(lines).toEqual([expect.objectContaining({ outcome: 'approved' })])
    expect(conditionTypes(await readCsr(kube, name))).toContain('Approved')
    // The log comes by another pipe than the answer.
    const logged = () => app.lines.filter((line) => line.includes(filed.metadata.uid))
    await expect.poll(logged).toHaveLength(2)
  }
  expect(conditionTypes(await readCsr(kube, bystander.metadata.name))).toEqual([])
})

test('a request deleted and created again under the same name is changed, and nothing is approved', async ({
  kube,
  app,
}) => {
  const name = 'recreated'
  const first = await fileClient(kube, { name, nodeName: 'recreated-1' })
  const row = await untilListed(app, first.metadata.uid)
  await kube.call('DELETE', csrPath(name))
  const second = await fileClient(kube, { name, nodeName: 'recreated-2' })
  await untilListed(app, second.metadata.uid)
  const { lines } = await decide(app, { ...plausible, items: [itemOf(row)] })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'changed' })])
  expect(conditionTypes(await readCsr(kube, name))).toEqual([])
})

test('a request with a label set meanwhile is approved after reading again, and keeps the label', async ({
  kube,
  app,
}) => {
  const filed = await fileClient(kube)
  const row = await untilListed(app, filed.metadata.uid)
  const { name } = filed.metadata
  const patched = await kube.call('PATCH', csrPath(name), {
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { rack: 'two' } } },
  })
  expect(patched.status).toBe(200)
  const { lines } = await decide(app, { ...plausible, items: [itemOf(row)] })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'approved' })])
  const after = await readCsr(kube, name)
  expect(conditionTypes(after)).toContain('Approved')
  expect(after?.metadata.labels).toEqual({ rack: 'two' })
  expect(after?.spec.request).toBe(filed.spec.request)
})

test('a plausible request is refused in a bulk that accepts only verified ones', async ({
  kube,
  app,
}) => {
  const filed = await fileClient(kube)
  const row = await untilListed(app, filed.metadata.uid)
  expect(row.verdict).toBe('plausible')
  const { lines } = await decide(app, { decision: 'approve', items: [itemOf(row)] })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'refused' })])
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('twenty presses at once have one effect, and truthful answers', async ({
  kube,
  app,
  asAdmin,
}) => {
  const filed = await fileClient(kube)
  const row = await untilListed(app, filed.metadata.uid)
  await untilListed(asAdmin, filed.metadata.uid)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      decide(at % 2 === 0 ? app : asAdmin, { ...plausible, items: [itemOf(row)] }),
    ),
  )
  const outcomes = answers.flatMap(({ lines }) => lines.map(({ outcome }) => outcome))
  expect(outcomes).toHaveLength(20)
  expect(new Set(outcomes)).toEqual(new Set(['approved', 'already']))
  const after = await readCsr(kube, filed.metadata.name)
  expect(conditionTypes(after).filter((type) => type === 'Approved')).toHaveLength(1)
})

test('approve in one place and deny in another: exactly one wins, and the other says so', async ({
  kube,
  app,
  asAdmin,
}) => {
  for (let round = 0; round < 10; round++) {
    const filed = await fileClient(kube)
    const row = await untilListed(app, filed.metadata.uid)
    await untilListed(asAdmin, filed.metadata.uid)
    const [approval, denial] = await Promise.all([
      decide(app, { ...plausible, items: [itemOf(row)] }),
      decide(asAdmin, { decision: 'deny', note: 'not ours', items: [itemOf(row)] }),
    ])
    const types = conditionTypes(await readCsr(kube, filed.metadata.name)).filter(
      (type) => type !== 'Failed',
    )
    expect(types).toHaveLength(1)
    const [winner, loser] = types[0] === 'Approved' ? [approval, denial] : [denial, approval]
    expect(winner.lines[0]?.outcome).toBe(types[0] === 'Approved' ? 'approved' : 'denied')
    expect(loser.lines[0]?.outcome).toBe('changed')
  }
})

test('a right removed while the page is open makes the item forbidden, in the API’s words', async ({
  cluster,
  kube,
  open,
}) => {
  // An app of its own: its known rights are outdated for a while after this.
  const app = await open({ kubeconfig: cluster.kubeconfigs.approver })
  const filed = await fileClient(kube)
  const row = await untilListed(app, filed.metadata.uid)
  const bindings = JSON.parse(
    await cluster.kubectl(['get', 'clusterrolebinding', '-o', 'json']),
  ) as { items: { metadata: { name: string }; roleRef: object; subjects?: { name: string }[] }[] }
  const approving = bindings.items.filter(
    ({ metadata, subjects }) =>
      metadata.name.includes('approver') && subjects?.some(({ name }) => name.includes('approver')),
  )
  expect(approving.length).toBeGreaterThan(0)
  for (const { metadata } of approving) {
    await cluster.kubectl(['delete', 'clusterrolebinding', metadata.name])
  }
  try {
    // RBAC is eventually consistent: an early decision would be approved.
    await expect.poll(() => mayApprove(cluster)).toBe(false)
    const { lines } = await decide(app, { ...plausible, items: [itemOf(row)] })
    expect(lines[0]?.outcome).toBe('forbidden')
  } finally {
    await cluster.apply(
      approving.map(({ metadata: { name }, roleRef, subjects }) => ({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef,
        subjects,
      })),
    )
  }
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

/** The API server's answer to the approver's own access review. */
async function mayApprove(cluster: Cluster): Promise<boolean> {
  const approver = kubeClient(cluster.kubeconfigs.approver)
  const resourceAttributes = {
    group: 'certificates.k8s.io',
    resource: 'certificatesigningrequests',
    subresource: 'approval',
    verb: 'update',
  }
  const { body } = await approver.call<{ status: { allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    { body: { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } } },
  )
  await approver.close()
  return body.status.allowed
}

test('no approval lands on a request that was not on screen, in 250 delete-and-recreate races', async ({
  kube,
  app,
}) => {
  test.setTimeout(300_000)
  const RACES = 250
  const AT_ONCE = 8
  const wrong: string[] = []
  const counts: Record<string, number> = {}

  const race = async (at: number): Promise<void> => {
    const name = `race-${at}`
    const shown = await fileClient(kube, { name, nodeName: `race-shown-${at}` })
    const row = await untilListed(app, shown.metadata.uid)
    // In every order, the deletion later from race to race; the replacement is a good request that no
    // person has seen.
    const [, { lines }] = await Promise.all([
      wait((at % 10) * 4)
        .then(() => kube.call('DELETE', csrPath(name)))
        .then(() => fileClient(kube, { name, nodeName: `race-other-${at}` })),
      decide(app, { ...plausible, items: [itemOf(row)] }),
    ])
    const outcome = lines[0]?.outcome ?? 'none'
    counts[outcome] = (counts[outcome] ?? 0) + 1
    const after = await readCsr(kube, name)
    if (after !== null && after.metadata.uid !== shown.metadata.uid) {
      if (conditionTypes(after).length > 0) wrong.push(`${name}: ${outcome}`)
    }
    await kube.call('DELETE', csrPath(name))
  }

  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < RACES) await race(next++)
    }),
  )
  console.log(`races: ${JSON.stringify(counts)}`)
  expect(wrong).toEqual([])
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(RACES)
  // A race that one side always wins would prove nothing.
  expect(counts.approved ?? 0).toBeGreaterThan(0)
  expect((counts.changed ?? 0) + (counts.gone ?? 0)).toBeGreaterThan(0)
  // The watch brings the last deletions a moment later.
  const left = async () =>
    (await requests(app)).filter(({ name }) => name.startsWith('race-')).map(({ name }) => name)
  await expect.poll(left).toEqual([])
})

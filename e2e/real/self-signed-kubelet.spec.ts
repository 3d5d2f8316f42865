/**
 * A real kubelet that first signs its own certificate and later gets one of the cluster, as the
 * page of kubelet certificates shows it.
 */
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { liveEnv } from '../fixtures/live-env.ts'
import { expect, test } from '../fixtures/real.ts'
import { WAITS } from '../fixtures/waits.ts'

const NAME = 'worker-1'
/** A kubelet that is left is asked again after a minute. */
const ASKED_AGAIN = { timeout: 100_000 }

let plain: Cluster

test.beforeAll(async () => {
  test.setTimeout(120_000)
  plain = await startCluster({ openshift: false })
})

test.afterAll(async () => {
  await plain.stop()
})

/** Approves the pending request of that signer once it is filed. */
async function approve(signerName: string): Promise<void> {
  const pending = async () => {
    const list = await plain.kubectl(['get', 'csr', '--output', 'json'])
    const { items } = JSON.parse(list) as {
      items: readonly {
        metadata: { name: string }
        spec: { signerName: string }
        status?: { conditions?: readonly unknown[] }
      }[]
    }
    const isPending = (one: (typeof items)[number]) => (one.status?.conditions ?? []).length === 0
    return items.find((one) => one.spec.signerName === signerName && isPending(one))?.metadata.name
  }
  await expect.poll(pending, { timeout: 60_000 }).toBeDefined()
  await plain.kubectl(['certificate', 'approve', (await pending()) ?? ''])
}

test('a kubelet that signs its own certificate is left until it presents one of the cluster', {
  tag: WAITS,
}, async ({ page, open }) => {
  needKubelets(plain, test.skip)
  test.setTimeout(400_000)
  const app = await open({ kubeconfig: plain.kubeconfigs.approver, env: liveEnv(true) })
  await plain.startKubelet(NAME, { bootstrap: 'kubeadm', serverTlsBootstrap: false })
  await approve('kubernetes.io/kube-apiserver-client-kubelet')

  await page.goto(app.at('/nodes?view=kubelets'))
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/machines/${NAME}"]`) })
  await expect(row).toContainText(/Self-signed\s*filed no request/, ASKED_AGAIN)
  await expect(row).toContainText(/CN\s*worker-1@\d+/)
  await expect(row).toContainText('Set serverTLSBootstrap there')
  const now = page.getByRole('region', { name: 'The way out' }).locator('[aria-current="step"]')
  await expect(now).toContainText(`${NAME} filed nothing.`)
  await expect(page.getByRole('button', { name: '1 node left' })).toBeVisible()

  await plain.stopKubelet(NAME)
  await plain.startKubelet(NAME, { bootstrap: 'kubeadm' })
  await expect(now).toContainText('1 serving request can be approved.', ASKED_AGAIN)
  await expect(row).toContainText(/No certificate\s*its request waits for you/, ASKED_AGAIN)
  await approve(KUBELET_SERVING)
  await expect(row).toContainText(/From this cluster.*As expected/, ASKED_AGAIN)
  await expect(page.getByText('0 of 1 node left')).toBeVisible()
  await expect(now).toContainText('Let a program approve renewals')
  await expect(page.getByRole('button', { name: '1 node left' })).toHaveCount(0)
})

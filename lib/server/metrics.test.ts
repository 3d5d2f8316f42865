import { expect, it } from 'vitest'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { liveCluster } from '#lib/server/fixtures/scripted-cluster.ts'
import { createMetrics } from '#lib/server/metrics.ts'

it('counts the machines with a certificate that is not what was approved', async () => {
  const issued = (nodeName: string, forName: string) =>
    approved(makeCsr({ nodeName }), undefined, makeCertificate({ nodeName: forName }))
  const csrs = [issued('worker-1', 'worker-1'), issued('worker-2', 'api'), issued('worker-3', 'x')]
  const { feed } = await liveCluster({ csrs })
  const metrics = createMetrics({ feed: () => feed, streams: () => ({ count: 0 }) })
  expect(await metrics.text()).toContain('countersign_certificate_alarms 2\n')
})

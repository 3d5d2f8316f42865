import { expect, it } from 'vitest'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { liveCluster } from '#lib/server/fixtures/scripted-cluster.ts'
import { createMetrics } from '#lib/server/metrics.ts'

it('tells a cluster that is read, and not yet what its requests are judged by', async () => {
  const { feed } = await liveCluster({ before: { policyUnknown: [said('no')] } })
  const metrics = createMetrics({ feed: () => feed, streams: () => ({ count: 0 }) })
  const text = await metrics.text()
  expect(text).toContain('countersign_feed_state{state="withheld"} 1\n')
  expect(text).toContain('countersign_feed_state{state="live"} 0\n')
})

it('counts what was refused by its code', async () => {
  const { feed } = await liveCluster()
  const metrics = createMetrics({ feed: () => feed, streams: () => ({ count: 0 }) })
  for (const code of ['foreignHost', 'crossSite', 'foreignHost'] as const) metrics.refused(code)
  const text = await metrics.text()
  expect(text).toContain('countersign_refused_http_requests_total{code="foreignHost"} 2\n')
  expect(text).toContain('countersign_refused_http_requests_total{code="crossSite"} 1\n')
})

it('counts the machines with a certificate that is not what was approved', async () => {
  const issued = (nodeName: string, forName: string) =>
    approved(makeCsr({ nodeName }), undefined, makeCertificate({ nodeName: forName }))
  const csrs = [issued('worker-1', 'worker-1'), issued('worker-2', 'api'), issued('worker-3', 'x')]
  const { feed } = await liveCluster({ csrs })
  const metrics = createMetrics({ feed: () => feed, streams: () => ({ count: 0 }) })
  expect(await metrics.text()).toContain('countersign_certificate_alarms 2\n')
})

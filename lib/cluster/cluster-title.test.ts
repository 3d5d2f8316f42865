import { expect, it } from 'vitest'
import { clusterName, keepClusterTitle } from '#lib/cluster/cluster-title.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import type { ClusterWords } from '#lib/kube/reads/cluster-words.ts'

it.each<[given: string | null, infrastructure: string | null, host: string, name: string]>([
  ['Rack 2', 'prod-x7k2p', 'api.prod.example.com', 'Rack 2'],
  [null, 'prod-x7k2p', 'api.prod.example.com', 'prod-x7k2p'],
  [null, null, 'api.prod.example.com', 'api.prod.example.com'],
  [null, null, '10.96.0.1', 'otherwise'],
  [null, null, 'fd00::1', 'otherwise'],
  [null, null, 'localhost', 'otherwise'],
  [null, null, 'kubernetes', 'otherwise'],
  [null, null, 'kubernetes.default.svc', 'otherwise'],
  [null, null, 'kubernetes.default.svc.cluster.local', 'otherwise'],
])('with the setting %s, the infrastructure %s and the host %s the name is %s', (...row) => {
  const [given, infrastructure, apiServerHost, name] = row
  expect(clusterName({ given, apiServerHost, otherwise: 'otherwise' }, infrastructure)).toBe(name)
})

it('the keeper tells a change of name or version, and asks again after a failure', async () => {
  const clock = manualClock()
  const answers: (ClusterWords | null)[] = [
    null,
    { infrastructureName: 'prod-x7k2p', versions: ['Kubernetes v1.34.2'] },
    { infrastructureName: 'prod-x7k2p', versions: ['Kubernetes v1.34.2'] },
    { infrastructureName: 'prod-x7k2p', versions: ['Kubernetes v1.35.0'] },
  ]
  const reported: string[] = []
  const title = keepClusterTitle({
    ...{ given: null, apiServerHost: '10.96.0.1', otherwise: 'admin', clock },
    async ask() {
      const answer = answers.shift() ?? null
      if (answer === null) throw new Error('The API server does not answer.')
      return answer
    },
    onChange: () => reported.push([title.current().name, ...title.current().versions].join(' ')),
  })
  const pass = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(title.current()).toEqual({ name: 'admin', versions: [] })
  await pass(5_000)
  await pass(600_000)
  await pass(600_000)
  title.stop()
  expect(reported).toEqual(['prod-x7k2p Kubernetes v1.34.2', 'prod-x7k2p Kubernetes v1.35.0'])
})

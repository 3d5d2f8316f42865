import { expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { type ClusterWords, readClusterWords } from '#lib/kube/reads/cluster-words.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const CONFIG = '/apis/config.openshift.io/v1'
const PLAIN = { '/version': { gitVersion: 'v1.34.2' } }
const OPENSHIFT = {
  ...PLAIN,
  [`${CONFIG}/infrastructures/cluster`]: { status: { infrastructureName: 'prod-x7k2p' } },
  [`${CONFIG}/clusterversions/version`]: { status: { desired: { version: '4.20.3' } } },
}
const status = (code: number) =>
  new KubeError(cause('apiServerStarting'), { kind: 'status', status: code })

it.each<[what: string, answers: Readonly<Record<string, object>>, words: ClusterWords]>([
  [
    'OpenShift',
    OPENSHIFT,
    { infrastructureName: 'prod-x7k2p', versions: ['OpenShift 4.20.3', 'Kubernetes v1.34.2'] },
  ],
  ['plain Kubernetes', PLAIN, { infrastructureName: null, versions: ['Kubernetes v1.34.2'] }],
  ['a cluster that tells nothing', {}, { infrastructureName: null, versions: [] }],
  [
    'texts that no version has',
    { '/version': { gitVersion: `v1${'0'.repeat(64)}` } },
    { infrastructureName: null, versions: [] },
  ],
])('the name and versions of %s are read', async (_, answers, words) => {
  const get = async (path: string) => {
    const answer = answers[path]
    if (answer === undefined) throw status(path === '/version' ? 403 : 404)
    return answer
  }
  expect(await readClusterWords(get, new AbortController().signal)).toEqual(words)
})

it('the read rejects while the API server does not answer', async () => {
  const get = async () => Promise.reject(status(503))
  await expect(readClusterWords(get, new AbortController().signal)).rejects.toThrow(KubeError)
})

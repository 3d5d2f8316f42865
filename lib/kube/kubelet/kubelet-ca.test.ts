import { describe, expect, it } from 'vitest'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { KUBELET_SIGNER_CA } from '#lib/csr/names.ts'
import { caOf } from '#lib/kube/fixtures/kubelet-server.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { keepKubeletCa } from '#lib/kube/kubelet/kubelet-ca.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const OPENSHIFT = '/api/v1/namespaces/openshift-config-managed/configmaps/csr-controller-ca'
const CLUSTER = '/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt'
const signer = caOf({ issuer: 'signer' })
const next = caOf({ issuer: 'next signer' })
const root = caOf({ issuer: 'root' })
const kubeconfig = caOf({ issuer: 'kubeconfig' })
const leaf = Buffer.from(makeCertificate(), 'base64').toString()
const signal = new AbortController().signal

type Contents = Readonly<Record<string, unknown>>
const openshift = (bundle: unknown) => ({ [OPENSHIFT]: { data: { 'ca-bundle.crt': bundle } } })
const cluster = (bundle: unknown) => ({ [CLUSTER]: { data: { 'ca.crt': bundle } } })
const status = (code: number) => new KubeError(said('no'), { kind: 'status', status: code })
const forbidden = { [OPENSHIFT]: status(403), [CLUSTER]: status(403) }

function rig(initial: Contents, kubeconfigCa: string | null = kubeconfig) {
  const rig = { contents: initial, now: 0, reads: 0 }
  const keeper = keepKubeletCa({
    async get(path) {
      rig.reads += 1
      const found = rig.contents[path] ?? status(404)
      if (found instanceof Error) throw found
      return found
    },
    kubeconfigCa: () => kubeconfigCa,
    now: () => rig.now,
  })
  return Object.assign(rig, {
    async read() {
      const known = await keeper.current(signal)
      return known === null ? null : [known.from, ...known.certificates.map((pem) => `${pem}\n`)]
    },
  })
}

describe('the CA that kubelets’ certificates must chain to', () => {
  const fromOpenshift = KUBELET_SIGNER_CA
  const fromCluster = 'kube-system/kube-root-ca.crt'
  it.each<readonly [string, Contents, readonly string[]]>([
    [
      "OpenShift's",
      { ...openshift(signer + next), ...cluster(root) },
      [fromOpenshift, signer, next],
    ],
    ["the cluster's", cluster(root), [fromCluster, root]],
    [
      "the cluster's, when OpenShift's may not be read",
      { ...forbidden, ...cluster(root) },
      [fromCluster, root],
    ],
    ["the kubeconfig's, when nothing may be read", forbidden, ['kubeconfig', kubeconfig]],
    ["the kubeconfig's, when there is nothing", {}, ['kubeconfig', kubeconfig]],
    ['past text between', cluster(`# root\n${root}\ntext`), [fromCluster, root]],
    ['never one that may not sign', cluster(leaf + root), [fromCluster, root]],
    ['passing over a list of such', { ...openshift(leaf), ...cluster(root) }, [fromCluster, root]],
    [
      'passing over what is no certificate',
      { ...openshift('hello'), ...cluster(root) },
      [fromCluster, root],
    ],
    [
      'passing over a list without its key',
      { [OPENSHIFT]: { data: {} }, ...cluster(root) },
      [fromCluster, root],
    ],
    [
      'passing over a list without data',
      { [OPENSHIFT]: {}, ...cluster(root) },
      [fromCluster, root],
    ],
  ])(
    'kubelets’ certificates must chain to a CA of the cluster: %s',
    async (_, contents, expected) => {
      expect(await rig(contents).read()).toEqual(expected)
    },
  )

  it('the kubelets’ CA is not known for a kubeconfig without a CA', async () => {
    expect(await rig({}, null).read()).toBeNull()
  })

  it('the kubelets’ CA is read once for all callers, and again after ten minutes', async () => {
    const kept = rig(cluster(root))
    await Promise.all([kept.read(), kept.read(), kept.read()])
    expect(kept.reads).toBe(2)
    kept.contents = openshift(signer)
    kept.now = 10 * 60_000 - 1
    expect(await kept.read()).toEqual([fromCluster, root])
    kept.now += 1
    expect(await kept.read()).toEqual([fromOpenshift, signer])
  })

  it('the kubelets’ CA stays while the API server does not answer, and is read again after 30 s', async () => {
    const kept = rig(cluster(root))
    await kept.read()
    kept.contents = { [OPENSHIFT]: status(503) }
    kept.now = 10 * 60_000
    expect(await kept.read()).toEqual([fromCluster, root])
    kept.contents = openshift(signer)
    kept.now += 29_999
    expect(await kept.read()).toEqual([fromCluster, root])
    kept.now += 1
    expect(await kept.read()).toEqual([fromOpenshift, signer])
  })

  it('an error of one source does not lead to another CA', async () => {
    expect(await rig({ [OPENSHIFT]: status(500), ...cluster(root) }).read()).toBeNull()
  })
})

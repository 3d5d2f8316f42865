import { X509Certificate } from 'node:crypto'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import { type Get, getOrNull } from '#lib/kube/reads/get.ts'
import { optionalFields, optionalText } from '#lib/kube/transport/shape.ts'

/** CA certificates that kubelets' serving certificates must chain to. */
export interface KubeletCa {
  /** Source: `namespace/name` of a ConfigMap, or `kubeconfig`. */
  readonly from: string
  /** PEM, one certificate each, all of them CAs. */
  readonly certificates: readonly string[]
}

export interface KubeletCaKeeper {
  /** Null when no CA is known. Never rejects. */
  current(signal: AbortSignal): Promise<KubeletCa | null>
}

interface Place {
  readonly namespace: string
  readonly name: string
  readonly key: string
}

/**
 * Sources in order: OpenShift's list of kubelet signers, then the CA that every cluster publishes.
 */
const PLACES: readonly Place[] = [
  { namespace: 'openshift-config-managed', name: 'csr-controller-ca', key: 'ca-bundle.crt' },
  { namespace: 'kube-system', name: 'kube-root-ca.crt', key: 'ca.crt' },
]

/** OpenShift rotates its signer monthly, and publishes the new one before its use. */
const FRESH_MS = 10 * MINUTE_MS
const RETRY_MS = 30 * 1000
/** Most certificates of a bundle; a usual one has a handful. */
const MOST_CERTIFICATES = 100

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g

/**
 * The CA from the cluster, reread every ten minutes, kept while the API server does not answer.
 * Missing or forbidden sources are skipped; the last is the kubeconfig's CA, never this machine's
 * public roots.
 */
export function keepKubeletCa(options: {
  readonly get: Get
  readonly kubeconfigCa: () => string | null
  readonly now: () => number
}): KubeletCaKeeper {
  const { get, kubeconfigCa, now } = options
  let known: KubeletCa | null = null
  let readAgainAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read(signal: AbortSignal): Promise<void> {
    try {
      known = await look(get, kubeconfigCa(), signal)
      readAgainAt = now() + FRESH_MS
    } catch {
      readAgainAt = now() + RETRY_MS
    } finally {
      reading = null
    }
  }

  return {
    async current(signal) {
      if (now() >= readAgainAt) reading ??= read(signal)
      await reading
      return known
    },
  }
}

async function look(
  get: Get,
  kubeconfigCa: string | null,
  signal: AbortSignal,
): Promise<KubeletCa | null> {
  for (const { namespace, name, key } of PLACES) {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`
    const certificates = authorities(await textAt(get, path, key, signal))
    if (certificates.length > 0) return { from: `${namespace}/${name}`, certificates }
  }
  const certificates = authorities(kubeconfigCa ?? '')
  return certificates.length > 0 ? { from: 'kubeconfig', certificates } : null
}

async function textAt(get: Get, path: string, key: string, signal: AbortSignal): Promise<string> {
  const configMap = optionalFields(await getOrNull(get, path, signal), 'object')
  return optionalText(optionalFields(configMap.data, 'data')[key], `data.${key}`) ?? ''
}

/** A certificate that may not sign others is no CA, in any list. */
function authorities(bundle: string): readonly string[] {
  return (bundle.match(BLOCK) ?? []).slice(0, MOST_CERTIFICATES).filter((pem) => {
    try {
      return new X509Certificate(pem).ca
    } catch {
      return false
    }
  })
}

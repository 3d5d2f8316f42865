import type { Evidence, KubeletPlace, LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { KubeletCaKeeper } from '#lib/kube/kubelet/kubelet-ca.ts'
import type { Kubelet } from '#lib/kube/kubelet/kubelet-certificate.ts'

export interface KubeletAsking {
  readonly ca: KubeletCaKeeper
  /** See `dialBy`. Must not reject. */
  readonly dial: (
    kubelet: Kubelet,
    ca: readonly string[],
    signal: AbortSignal,
  ) => Promise<LiveCertificate>
}

/** The answer of one kubelet, and the source of the CA that it was verified by. */
export type KubeletAnswer = Pick<Evidence, 'live' | 'ca'>

/** Asks the kubelet at this place, once. Without a CA or an allowed address no dial happens. */
export async function askKubelet(
  { ca, dial }: KubeletAsking,
  nodeName: string,
  where: KubeletPlace,
  signal: AbortSignal,
): Promise<KubeletAnswer> {
  const authority = await ca.current(signal)
  if (where.barred !== null) return { live: { outcome: where.barred }, ca: null }
  if (authority === null) return { live: { outcome: 'noCa' }, ca: null }
  const live = await dial({ nodeName, ...where }, authority.certificates, signal)
  return { live, ca: authority.from }
}

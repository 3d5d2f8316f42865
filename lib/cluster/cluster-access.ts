import type { Follow } from '#lib/cluster/sources.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { keepKubeletCa } from '#lib/kube/kubelet/kubelet-ca.ts'
import { dialBy } from '#lib/kube/kubelet/kubelet-certificate.ts'
import { getAs } from '#lib/kube/reads/get.ts'
import { liveness } from '#lib/kube/reads/readiness.ts'
import { configuredNetworks, keepServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { reflect } from '#lib/kube/watch/reflector.ts'
import type { Settings } from '#lib/settings/settings.ts'

export type ClusterAccess = ReturnType<typeof accessTo>

/** Reads of a cluster and its kubelets by either program, as the identity of that configuration. */
export function accessTo(
  { identity, server, apiServerHost, endpoint }: ClusterConfig,
  settings: Pick<Settings, 'serviceNetworks' | 'liveCertificates'>,
  clock: Clock,
) {
  const get = getAs(identity)
  const follow: Follow = (resource, sink) => reflect({ identity, resource, sink, clock })
  return {
    ...{ get, follow, clock, server, apiServerHost, apiServerNames: identity.serverNames },
    askStore: (signal: AbortSignal) => liveness(identity, signal),
    serviceNetworks: {
      configured: configuredNetworks(settings.serviceNetworks),
      ask: keepServiceNetworks(get, settings.serviceNetworks),
    },
    kubelets: {
      ca: keepKubeletCa({ get, kubeconfigCa: () => endpoint.ca, now: clock.now }),
      dial: dialBy(settings.liveCertificates),
      clock,
    },
  }
}

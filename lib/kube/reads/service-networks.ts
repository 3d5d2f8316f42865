import { z } from 'zod'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import { type Get, getOrNull } from '#lib/kube/reads/get.ts'

/** Known Service networks. */
export interface ServiceNetworks {
  /** CIDR prefixes that no machine may ask for. */
  readonly prefixes: readonly string[]
  /** Whether the networks are known; otherwise any address may be a Service's. */
  readonly areKnown: boolean
}

/** Milliseconds until the next read: networks can be added, and an answer can be lost. */
export const AGAIN_MS = { afterAnswer: 5 * MINUTE_MS, afterError: 2_000 } as const

/** The settings' networks, until the cluster has answered. */
export function configuredNetworks(prefixes: readonly string[]): ServiceNetworks {
  return { prefixes, areKnown: prefixes.length > 0 }
}

interface Place {
  readonly path: string
  readonly read: (body: unknown) => readonly string[]
}

const cidrs = z.array(z.string())
const serviceCidrs = z.object({ items: z.array(z.object({ spec: z.object({ cidrs }) })) })
const openshiftNetwork = z.object({ status: z.object({ serviceNetwork: cidrs }) })
const kubernetesService = z.object({ spec: z.object({ clusterIPs: z.array(z.string()) }) })

/** Sources of Service networks: Kubernetes 1.33 and later, OpenShift. */
const NETWORKS: readonly Place[] = [
  {
    path: '/apis/networking.k8s.io/v1/servicecidrs',
    read: (body) =>
      serviceCidrs.safeParse(body).data?.items.flatMap(({ spec }) => spec.cidrs) ?? [],
  },
  {
    path: '/apis/config.openshift.io/v1/networks/cluster',
    read: (body) => openshiftNetwork.safeParse(body).data?.status.serviceNetwork ?? [],
  },
]

/** The Service of the API server, which every cluster has. */
const API_SERVER: Place = {
  path: '/api/v1/namespaces/default/services/kubernetes',
  read: (body) => kubernetesService.safeParse(body).data?.spec.clusterIPs.map(hostPrefix) ?? [],
}

/**
 * The cluster's networks, otherwise the settings', and the API server's own Service. Missing or
 * forbidden sources are skipped. Rejects with a KubeError when the API server does not answer.
 */
export async function readServiceNetworks(
  get: Get,
  configured: readonly string[],
  signal: AbortSignal,
): Promise<ServiceNetworks> {
  const own = await look(get, API_SERVER, signal)
  for (const place of NETWORKS) {
    const networks = await look(get, place, signal)
    if (networks.length > 0) return { prefixes: [...networks, ...own], areKnown: true }
  }
  const { prefixes, areKnown } = configuredNetworks(configured)
  return { prefixes: [...prefixes, ...own], areKnown }
}

/** Reads the cluster repeatedly; a known answer is kept when a later one is denied. */
export function keepServiceNetworks(
  get: Get,
  configured: readonly string[],
): (signal: AbortSignal) => Promise<ServiceNetworks> {
  let known = configured
  return async (signal) => {
    const { prefixes, areKnown } = await readServiceNetworks(get, known, signal)
    const networks = { prefixes: [...new Set(prefixes)], areKnown }
    if (areKnown) known = networks.prefixes
    return networks
  }
}

async function look(get: Get, place: Place, signal: AbortSignal): Promise<readonly string[]> {
  return place.read(await getOrNull(get, place.path, signal))
}

function hostPrefix(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}

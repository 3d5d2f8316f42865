import { z } from 'zod'
import { commaList } from '#lib/csr/comma-list.ts'
import { isPrefix } from '#lib/csr/ip.ts'
import type { Get } from '#lib/kube/reads/get.ts'
import { isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'

/**
 * `COUNTERSIGN_SERVICE_NETWORKS`: prefixes, comma-separated. One that is none would forbid nothing,
 * and nobody would see it.
 */
export function readNetworksSetting(
  env: Readonly<Record<string, string | undefined>>,
): { readonly networks: readonly string[] } | { readonly problem: string } {
  const networks = commaList(env.COUNTERSIGN_SERVICE_NETWORKS)
  const strange = networks.find((part) => !isPrefix(part))
  if (strange === undefined) return { networks }
  return {
    problem: `COUNTERSIGN_SERVICE_NETWORKS: "${strange}" is no prefix as 10.96.0.0/12 or fd00::/108.`,
  }
}

/** What is known of Services' networks. */
export interface ServiceNetworks {
  /** CIDR prefixes that no machine may ask for. */
  readonly prefixes: readonly string[]
  /** Whether somebody has said which networks those are: else any address may be a Service's. */
  readonly areTold: boolean
}

/** When to ask for them again, milliseconds: more can be added, and an answer can be lost. */
export const AGAIN_MS = { afterAnswer: 5 * 60 * 1000, afterError: 2_000 } as const

/** What the settings say, which holds before anybody was asked. */
export function configuredNetworks(prefixes: readonly string[]): ServiceNetworks {
  return { prefixes, areTold: prefixes.length > 0 }
}

interface Place {
  readonly path: string
  readonly read: (body: unknown) => readonly string[]
}

const cidrs = z.array(z.string())
const serviceCidrs = z.object({ items: z.array(z.object({ spec: z.object({ cidrs }) })) })
const openshiftNetwork = z.object({ status: z.object({ serviceNetwork: cidrs }) })
const kubernetesService = z.object({ spec: z.object({ clusterIPs: z.array(z.string()) }) })

/** Where a cluster says which addresses are Services': Kubernetes 1.33 and later, OpenShift. */
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

/** The one Service that every cluster has: the API server itself. */
const API_SERVER: Place = {
  path: '/api/v1/namespaces/default/services/kubernetes',
  read: (body) => kubernetesService.safeParse(body).data?.spec.clusterIPs.map(hostPrefix) ?? [],
}

/**
 * What the cluster says, else what the settings say; the API server's own Service in any case.
 * Places that do not exist or may not be read are passed over: they tell nothing. Rejects with a
 * KubeError when the API server does not answer.
 */
export async function readServiceNetworks(
  get: Get,
  configured: readonly string[],
  signal: AbortSignal,
): Promise<ServiceNetworks> {
  const own = await look(get, API_SERVER, signal)
  for (const place of NETWORKS) {
    const networks = await look(get, place, signal)
    if (networks.length > 0) return { prefixes: [...networks, ...own], areTold: true }
  }
  const { prefixes, areTold } = configuredNetworks(configured)
  return { prefixes: [...prefixes, ...own], areTold }
}

/** Asks the same cluster again and again: what it told stands where it is denied later. */
export function keepServiceNetworks(
  get: Get,
  configured: readonly string[],
): (signal: AbortSignal) => Promise<ServiceNetworks> {
  let known = configured
  return async (signal) => {
    const { prefixes, areTold } = await readServiceNetworks(get, known, signal)
    const networks = { prefixes: [...new Set(prefixes)], areTold }
    if (areTold) known = networks.prefixes
    return networks
  }
}

async function look(get: Get, place: Place, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return place.read(await get(place.path, signal))
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return []
    throw error
  }
}

function hostPrefix(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}

import { z } from 'zod'
import { type Get, getOrNull } from '#lib/kube/reads/get.ts'

/** Name and versions of a cluster, in its own words. */
export interface ClusterWords {
  /** OpenShift's `status.infrastructureName`; null elsewhere, or where it may not be read. */
  readonly infrastructureName: string | null
  /** Products and their versions, the outer one first: `OpenShift 4.20.3`, `Kubernetes v1.34.2`. */
  readonly versions: readonly string[]
}

const INFRASTRUCTURE = '/apis/config.openshift.io/v1/infrastructures/cluster'
const CLUSTER_VERSION = '/apis/config.openshift.io/v1/clusterversions/version'

/** A word for a page that people see before they sign in: of the cluster, so it is bounded. */
const word = z.string().regex(/^[\w.:+-]{1,64}$/)
const infrastructure = z.object({ status: z.object({ infrastructureName: word }) })
const clusterVersion = z.object({ status: z.object({ desired: z.object({ version: word }) }) })
const kubernetes = z.object({ gitVersion: word })

/** Reads the words. Rejects with a KubeError when the API server does not answer. */
export async function readClusterWords(get: Get, signal: AbortSignal): Promise<ClusterWords> {
  const read = (path: string) => getOrNull(get, path, signal)
  const inner = kubernetes.safeParse(await read('/version')).data
  const outer = clusterVersion.safeParse(await read(CLUSTER_VERSION)).data
  const named = infrastructure.safeParse(await read(INFRASTRUCTURE)).data
  return {
    infrastructureName: named?.status.infrastructureName ?? null,
    versions: [
      ...(outer === undefined ? [] : [`OpenShift ${outer.status.desired.version}`]),
      ...(inner === undefined ? [] : [`Kubernetes ${inner.gitVersion}`]),
    ],
  }
}

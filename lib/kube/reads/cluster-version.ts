import { z } from 'zod'
import type { Get } from '#lib/kube/reads/get.ts'
import { isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'

const PATH = '/apis/config.openshift.io/v1/clusterversions/version'
/** Longest version with suffix; a longer text is no version. */
const LONGEST = 64

const version = z.string().min(1).max(LONGEST)
const clusterVersion = z.object({
  status: z
    .object({
      desired: z.object({ version: version.nullish().catch(null) }).nullish(),
      history: z
        .array(z.object({ state: z.string().nullish(), version: version.nullish().catch(null) }))
        .nullish(),
    })
    .nullish(),
})

/**
 * OpenShift's version, such as `4.17.3`: the last completed update's, otherwise the desired one.
 * Null without a readable ClusterVersion. Rejects with a KubeError when the API server does not
 * answer.
 */
export async function readClusterVersion(get: Get, signal: AbortSignal): Promise<string | null> {
  try {
    const status = clusterVersion.safeParse(await get(PATH, signal)).data?.status
    const completed = status?.history?.find(({ state }) => state === 'Completed')
    return completed?.version ?? status?.desired?.version ?? null
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return null
    throw error
  }
}

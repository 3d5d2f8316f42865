import { parse } from 'yaml'
import { z } from 'zod'
import type { Get } from '#lib/kube/reads/get.ts'
import { isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'

const PATH =
  '/api/v1/namespaces/openshift-cluster-machine-approver/configmaps/machine-approver-config'
const KEY = 'config.yaml'
/** Longest configuration that is read; a usual one has a setting or two. */
const LONGEST = 64 * 1024

const configMap = z.object({ data: z.record(z.string(), z.unknown()).nullish() })
const config = z
  .object({ nodeClientCert: z.object({ disabled: z.boolean().nullish() }).nullish() })
  .nullable()

/**
 * Whether the machine-approver's configuration disables client requests: false without ConfigMap or
 * key, null if unreadable. Rejects with a KubeError when the API server does not answer.
 */
export async function readClientDisabled(get: Get, signal: AbortSignal): Promise<boolean | null> {
  try {
    const object = configMap.safeParse(await get(PATH, signal)).data
    if (object === undefined) return null
    const text = object.data?.[KEY]
    if (text === undefined) return false
    return typeof text === 'string' && text.length <= LONGEST ? disabledIn(text) : null
  } catch (error) {
    if (isNotFound(error)) return false
    if (isForbidden(error)) return null
    throw error
  }
}

function disabledIn(text: string): boolean | null {
  try {
    const read = config.safeParse(parse(text, { maxAliasCount: 0, logLevel: 'silent' }))
    return read.success ? (read.data?.nodeClientCert?.disabled ?? false) : null
  } catch {
    return null
  }
}

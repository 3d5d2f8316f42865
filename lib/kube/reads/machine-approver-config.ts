import { parse } from 'yaml'
import { z } from 'zod'
import type { ClientFlow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Get } from '#lib/kube/reads/get.ts'
import { isForbidden, isNotFound } from '#lib/kube/transport/errors.ts'

const NAMESPACE = 'namespaces/openshift-cluster-machine-approver'
const CONFIG_MAP = `/api/v1/${NAMESPACE}/configmaps/machine-approver-config`
const LEASE = `/apis/coordination.k8s.io/v1/${NAMESPACE}/leases/cluster-machine-approver-leader`
const KEY = 'config.yaml'

const time = z.string().nullish().catch(null)
const configMap = z.object({
  metadata: z
    .object({
      creationTimestamp: time,
      managedFields: z.array(z.object({ time })).nullish().catch(null),
    })
    .nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
})
const lease = z.object({ spec: z.object({ acquireTime: time }).nullish() })
const config = z
  .object({ nodeClientCert: z.object({ disabled: z.boolean().nullish() }).nullish() })
  .nullable()

/**
 * Whether the machine-approver answers client requests, by its ConfigMap and its start. Rejects with
 * a KubeError when the API server does not answer.
 */
export async function readClientFlow(get: Get, signal: AbortSignal): Promise<ClientFlow> {
  const raw = await getOrNull(get, CONFIG_MAP, signal)
  if (raw === 'forbidden') return 'unknown'
  if (raw === null) return 'on'
  const object = configMap.safeParse(raw).data
  if (object === undefined) return 'unknown'
  const { creationTimestamp, managedFields } = object.metadata ?? {}
  const writes = [creationTimestamp, ...(managedFields ?? []).map(({ time }) => time)]
  const startedAt = await readStart(get, signal)
  if (Number.isNaN(startedAt)) return 'unknown'
  // Times of writes are whole seconds.
  if (writes.some((at) => Date.parse(at ?? '') + 999 >= startedAt)) return 'changed'
  const text = object.data?.[KEY]
  if (text === undefined) return 'on'
  // Longest configuration that is read; a usual one has a setting or two.
  return typeof text === 'string' && text.length <= 64 * 1024 ? flowIn(text) : 'unknown'
}

/** The program's start by its Lease, in milliseconds since the epoch; NaN while not known. */
async function readStart(get: Get, signal: AbortSignal): Promise<number> {
  const object = lease.safeParse(await getOrNull(get, LEASE, signal)).data
  return Date.parse(object?.spec?.acquireTime ?? '')
}

async function getOrNull(get: Get, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await get(path, signal)
  } catch (error) {
    if (isNotFound(error)) return null
    if (isForbidden(error)) return 'forbidden'
    throw error
  }
}

function flowIn(text: string): ClientFlow {
  try {
    const read = config.safeParse(parse(text, { maxAliasCount: 0, logLevel: 'silent' }))
    if (!read.success) return 'unknown'
    return read.data?.nodeClientCert?.disabled === true ? 'off' : 'on'
  } catch {
    return 'unknown'
  }
}

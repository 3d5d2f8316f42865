import {
  CLIENT_AUTH,
  DIGITAL_SIGNATURE,
  KEY_ENCIPHERMENT,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_GROUP,
  NODE_USER_PREFIX,
  SERVER_AUTH,
} from '#lib/csr/names.ts'
import { HOUR_SECONDS, YEAR_SECONDS } from '#lib/csr/units-of-time.ts'
import type { Authority } from '#sandbox/authority.ts'
import { SYSTEM } from '#sandbox/identities.ts'
import { type CsrObject, hasCondition } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import { timestamp } from '#sandbox/sandbox-clock.ts'
import { CSRS } from '#sandbox/served-resources.ts'
import { type ReadRequest, readAsSignersDo } from '#sandbox/x509-request.ts'

/**
 * Seconds for each request: kube-controller-manager's client-side limit allows 20 to 30 a second.
 */
const SECONDS_EACH = 0.04
const BACKDATE_SECONDS = 300

/** kube-controller-manager's three signers, for approved requests. */
export function startSigner(
  api: Api,
  authority: Authority,
  options: {
    /** Extra seconds before a request is signed, for stories about a slow signer. */
    readonly hold?: (csr: CsrObject) => number
  } = {},
) {
  const queued = new Set<string>()
  const queue: string[] = []
  let busy = false
  let stopped = false

  const work = () => {
    const name = stopped ? undefined : queue.shift()
    busy = name !== undefined
    if (name === undefined) return
    queued.delete(name)
    const csr = api.store.get(CSRS, name) as CsrObject | undefined
    if (csr !== undefined && isDue(csr)) handle(api, authority, csr)
    api.clock.after(SECONDS_EACH, work, 'wall')
  }
  const enqueue = (name: string) => {
    queue.push(name)
    if (busy) return
    busy = true
    api.clock.after(SECONDS_EACH, work, 'wall')
  }
  const unsubscribe = api.store.subscribe(({ resource, object, type }) => {
    if (resource !== CSRS || type === 'DELETED' || !isDue(object as CsrObject)) return
    const { name } = object.metadata
    if (queued.has(name)) return
    queued.add(name)
    const held = options.hold?.(object as CsrObject) ?? 0
    if (held > 0) api.clock.after(held, () => enqueue(name))
    else enqueue(name)
  })
  return {
    stop() {
      stopped = true
      unsubscribe()
    },
  }
}

function isDue({ spec, status }: CsrObject): boolean {
  return (
    spec.signerName in VALIDATORS &&
    status.certificate === undefined &&
    hasCondition(status.conditions, 'Approved') &&
    !hasCondition(status.conditions, 'Failed')
  )
}

function handle(api: Api, authority: Authority, csr: CsrObject): void {
  const target = { resource: CSRS, namespace: '', name: csr.metadata.name, subresource: 'status' }
  const read = readAsSignersDo(csr.spec.request)
  if (typeof read === 'string') return
  const fault = VALIDATORS[csr.spec.signerName]?.(read, new Set(csr.spec.usages)) ?? null
  const status =
    fault === null
      ? { ...csr.status, certificate: issue(api, authority, csr, read) }
      : { ...csr.status, conditions: [...(csr.status.conditions ?? []), failed(api, fault)] }
  api.update(SYSTEM, target, { ...csr, status })
}

function failed(api: Api, message: string) {
  const reason = 'SignerValidationFailure'
  const now = timestamp(api.clock.now())
  return { type: 'Failed', status: 'True', reason, message, lastUpdateTime: now }
}

function issue(api: Api, authority: Authority, { spec }: CsrObject, read: ReadRequest): string {
  const wanted = spec.expirationSeconds ?? YEAR_SECONDS
  const seconds = Math.min(Math.max(wanted, 600), YEAR_SECONDS)
  const now = api.clock.now()
  const end = seconds < 8 * HOUR_SECONDS ? seconds : seconds - BACKDATE_SECONDS
  const pem = authority.issue({
    commonName: read.commonName,
    organizations: read.organizations,
    spki: read.spki,
    usages: spec.usages,
    sanValue: read.sanValue,
    notBefore: now - BACKDATE_SECONDS * 1000,
    notAfter: now + end * 1000,
  })
  return Buffer.from(pem).toString('base64')
}

/** Reason that the signer of that name refuses; null when it signs. */
const VALIDATORS: Record<
  string,
  (read: ReadRequest, usages: ReadonlySet<string>) => string | null
> = {
  [KUBELET_SERVING]: (read, usages) => {
    if (!isNodeGroup(read)) return NOT_NODES
    if (read.dnsNames.length === 0 && read.ipAddresses.length === 0) {
      return 'DNS or IP subjectAltName is required'
    }
    if (read.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
    if (read.uris.length > 0) return 'URI subjectAltNames are not allowed'
    if (!usagesMatch(usages, SERVER_AUTH)) return usagesDiffer(SERVER_AUTH)
    return isNodeName(read) ? null : NOT_NODE
  },
  [KUBE_APISERVER_CLIENT_KUBELET]: (read, usages) => {
    if (!isNodeGroup(read)) return NOT_NODES
    if (read.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed'
    if (read.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
    if (read.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed'
    if (read.uris.length > 0) return 'URI subjectAltNames are not allowed'
    if (!isNodeName(read)) return NOT_NODE
    return usagesMatch(usages, CLIENT_AUTH) ? null : usagesDiffer(CLIENT_AUTH)
  },
  [KUBE_APISERVER_CLIENT]: (_read, usages) => {
    const allowed = [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, CLIENT_AUTH]
    const other = [...usages].find((usage) => !allowed.includes(usage))
    if (other !== undefined) return `invalid usage for client certificate: ${other}`
    return usages.has(CLIENT_AUTH)
      ? null
      : `missing required usage for client certificate: ${CLIENT_AUTH}`
  },
}

const NOT_NODES = 'subject organization is not system:nodes'
const NOT_NODE = 'subject common name does not begin with system:node:'

function isNodeGroup({ organizations }: ReadRequest): boolean {
  return organizations.length === 1 && organizations[0] === NODE_GROUP
}

function isNodeName({ commonName }: ReadRequest): boolean {
  return commonName.startsWith(NODE_USER_PREFIX)
}

function usagesMatch(usages: ReadonlySet<string>, purpose: string): boolean {
  const others = [...usages].filter((usage) => usage !== KEY_ENCIPHERMENT)
  return others.length === 2 && usages.has(DIGITAL_SIGNATURE) && usages.has(purpose)
}

function usagesDiffer(purpose: string): string {
  return `usages did not match [${[purpose, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT].sort().join(' ')}]`
}

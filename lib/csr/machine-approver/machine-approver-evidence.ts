import { ipKey } from '#lib/csr/addresses/addresses.ts'
import type { Claim, San } from '#lib/csr/claim.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import {
  EXTERNAL_DNS,
  EXTERNAL_IP,
  HOSTNAME,
  INTERNAL_DNS,
  INTERNAL_IP,
  KUBELET_SIGNER_CA,
} from '#lib/csr/names.ts'
import type { Sans } from '#lib/csr/reading/san-keys.ts'
import { type Evidence, isItsOwn } from '#lib/csr/world/evidence.ts'

/**
 * Evidence that the machine-approver accepts for a serving request: it compares text, we compare
 * addresses.
 */

const OF_DNS: readonly string[] = [INTERNAL_DNS, EXTERNAL_DNS, HOSTNAME]
const OF_IP: readonly string[] = [INTERNAL_IP, EXTERNAL_IP]

/**
 * Whether the machine-approver finds a SAN among a Machine's addresses. IPs must be spelt as in Go
 * and never match a Hostname. DNS names ignore case and the Machine's trailing dot, not the SAN's.
 */
export function machineHasSan({ addresses }: MachineObject, { kind, value }: San): boolean {
  return addresses.some(({ type, address }) => {
    if (kind === 'IP') return OF_IP.includes(type) && address === value
    const name = address.endsWith('.') ? address.slice(0, -1) : address
    return OF_DNS.includes(type) && name.toLowerCase() === value.toLowerCase()
  })
}

/**
 * Whether the machine-approver approves by the presented certificate: at the Node's first
 * InternalIP, verified with ConfigMap `csr-controller-ca`, naming that address and exactly the
 * requested SANs.
 */
export function renewsItself(claim: Claim, node: Node | null, evidence: Evidence | null): boolean {
  const asked = claim.reading.x509cr
  if (asked === null || evidence?.live.outcome !== 'presented') return false
  const { address, certificate } = evidence.live
  const first = node?.addresses.find(({ type }) => type === INTERNAL_IP)?.address ?? ''
  return (
    evidence.ca === KUBELET_SIGNER_CA &&
    ipKey(first) === ipKey(address) &&
    isItsOwn(certificate, node?.name ?? '') &&
    certificate.ipAddresses.includes(address) &&
    sansText(certificate) === sansText(asked)
  )
}

/** All SANs with duplicates, in a fixed order. */
function sansText({ dnsNames, ipAddresses, emailAddresses, uris }: Sans): string {
  const lists = [dnsNames, ipAddresses, emailAddresses, uris]
  return JSON.stringify(lists.map((list) => [...list].sort()))
}

import { ipKey } from '#lib/csr/addresses.ts'
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

/** What convinces the machine-approver of a serving request: it compares text, where we compare addresses. */

const OF_DNS: readonly string[] = [INTERNAL_DNS, EXTERNAL_DNS, HOSTNAME]
const OF_IP: readonly string[] = [INTERNAL_IP, EXTERNAL_IP]

/**
 * Whether it finds a SAN among a Machine's addresses. An IP address has to be spelt as Go spells it,
 * and is not looked for in a Hostname. A DNS name is compared without case; a trailing dot is dropped
 * from the Machine's name, not from the SAN.
 */
export function machineHasSan({ addresses }: MachineObject, { kind, value }: San): boolean {
  return addresses.some(({ type, address }) => {
    if (kind === 'IP') return OF_IP.includes(type) && address === value
    const name = address.endsWith('.') ? address.slice(0, -1) : address
    return OF_DNS.includes(type) && name.toLowerCase() === value.toLowerCase()
  })
}

/**
 * Whether it approves a serving request by the certificate that the kubelet presents. It asks at the
 * Node's first InternalIP only, verifies by ConfigMap `csr-controller-ca` only, and the certificate
 * has to name that address and exactly the SANs of the request.
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

/** Each SAN as often in one as in the other, in whatever order. */
function sansText({ dnsNames, ipAddresses, emailAddresses, uris }: Sans): string {
  const lists = [dnsNames, ipAddresses, emailAddresses, uris]
  return JSON.stringify(lists.map((list) => [...list].sort()))
}

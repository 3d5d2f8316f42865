import { internalDnsNames, ipKey } from '#lib/csr/addresses/addresses.ts'
import type { Claim, San } from '#lib/csr/claim/claim.ts'
import { type Evidence, isItsOwn } from '#lib/csr/kubelets/evidence.ts'
import { isInWindow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import {
  EXTERNAL_DNS,
  EXTERNAL_IP,
  HOSTNAME,
  INTERNAL_DNS,
  INTERNAL_IP,
  KUBELET_SIGNER_CA,
} from '#lib/csr/names.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import type { Sans } from '#lib/csr/reading/subject-alternative-names.ts'
import type { Because } from '#lib/csr/rows/hold-findings.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { World } from '#lib/csr/world/world.ts'

/** The machine-approver's rules for one request, on the cluster as Countersign sees it now. */

type Rule = Because<'admin', 'machineApproverRule'>
type Unseen = Because<'admin', 'machineApproverUnseen'>

/** `unseen`: the answer depends on something that Countersign does not see. */
export type RulesAnswer =
  | { readonly says: 'fits' }
  | { readonly says: 'breaks'; readonly because: Rule }
  | { readonly says: 'unseen'; readonly because: Unseen }

const FITS: RulesAnswer = { says: 'fits' }
const breaks = (because: Rule): RulesAnswer => ({ says: 'breaks', because })
const unseen = (because: Unseen): RulesAnswer => ({ says: 'unseen', because })

/**
 * The answer of the machine-approver's rules to a request. It reads all Machines of
 * machine.openshift.io, and no others. Its brake and its client flow are no part of its rules.
 */
export function rulesOn(claim: Claim, world: World, now: number): RulesAnswer {
  return claim.kind === 'kubeletServing'
    ? rulesOnServing(claim, world, now)
    : rulesOnClient(claim, world)
}

function rulesOnClient(claim: Claim, world: World): RulesAnswer {
  const name = claim.nodeName ?? ''
  if (world.cluster.node(name) !== null || world.isNodeAside(name)) return breaks('nodeExists')
  if (!seesMachines(world)) return unseen('machines')
  const broken = world.cluster
    .openShiftMachinesCalled(name)
    .filter((machine) => internalDnsNames(machine).has(name))
    .map((machine) => clientRule(machine, claim))
  const [first = 'noMachine'] = broken
  if (first !== null && !broken.includes(null)) return breaks(first)
  if (broken.some((rule) => rule !== null)) return unseen('twins')
  return world.readable.nodes ? FITS : unseen('nodes')
}

function clientRule({ nodeRef, createdAt }: MachineObject, claim: Claim): Rule | null {
  if (nodeRef !== null) return 'hasNodeRef'
  const madeAt = milliseconds(createdAt)
  return madeAt !== null && !isInWindow(claim.createdAt, madeAt) ? 'outsideWindow' : null
}

function rulesOnServing(claim: Claim, world: World, now: number): RulesAnswer {
  const name = claim.nodeName ?? ''
  const presented = presentedBy(claim, world.cluster.node(name), world.evidence(name, now))
  if (presented === 'same') return FITS
  if (!seesMachines(world)) return unseen('machines')
  const machines = world.cluster
    .openShiftMachinesCalled(name)
    .filter(({ nodeRef }) => nodeRef?.name === name)
  const lacking = machines.filter((machine) => !claim.sans.every((san) => hasSan(machine, san)))
  if (machines.length > 0 && lacking.length === 0) return FITS
  if (lacking.length < machines.length) return unseen('twins')
  // The stored addresses are cut; the machine-approver reads them all.
  if (lacking.some((machine) => isCut(machine, 'status.addresses'))) return unseen('machines')
  if (presented === 'unknown') return unseen('kubelet')
  return breaks(machines.length === 0 ? 'noMachine' : 'lacksSan')
}

function seesMachines({ readable }: World): boolean {
  return readable.machines === true || readable.machines === 'absent'
}

const OF_DNS: readonly string[] = [INTERNAL_DNS, EXTERNAL_DNS, HOSTNAME]
const OF_IP: readonly string[] = [INTERNAL_IP, EXTERNAL_IP]

/**
 * Whether the machine-approver finds a SAN among a Machine's addresses. IPs must be spelt as in Go
 * and never match a Hostname. DNS names ignore case and the Machine's trailing dot, not the SAN's.
 */
function hasSan({ addresses }: MachineObject, { kind, value }: San): boolean {
  return addresses.some(({ type, address }) => {
    if (kind === 'IP') return OF_IP.includes(type) && address === value
    const name = address.endsWith('.') ? address.slice(0, -1) : address
    return OF_DNS.includes(type) && name.toLowerCase() === value.toLowerCase()
  })
}

/**
 * Whether the kubelet presents what it asks for. The machine-approver asks at the Node's first
 * InternalIP, and verifies with ConfigMap `csr-controller-ca`, for that address.
 */
function presentedBy(
  claim: Claim,
  node: Node | null,
  evidence: Evidence | null,
): 'same' | 'other' | 'unknown' {
  const asked = claim.reading.x509cr
  if (node === null) return 'other'
  if (asked === null || evidence === null) return 'unknown'
  if (evidence.live.outcome === 'noCertificate') return 'other'
  if (evidence.live.outcome !== 'presented') return 'unknown'
  const { address, certificate } = evidence.live
  const first = node.addresses.find(({ type }) => type === INTERNAL_IP)?.address ?? ''
  if (ipKey(first) !== ipKey(address)) return 'unknown'
  const isSame =
    isItsOwn(certificate, node.name) &&
    certificate.ipAddresses.includes(address) &&
    sansText(certificate) === sansText(asked)
  if (!isSame) return 'other'
  return evidence.ca === KUBELET_SIGNER_CA ? 'same' : 'unknown'
}

/** All SANs with duplicates, in a fixed order. */
function sansText({ dnsNames, ipAddresses, emailAddresses, uris }: Sans): string {
  const lists = [dnsNames, ipAddresses, emailAddresses, uris]
  return JSON.stringify(lists.map((list) => [...list].sort()))
}

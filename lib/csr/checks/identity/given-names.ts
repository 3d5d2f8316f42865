import { canonicalDns, dnsKey, firstLabel, hostKey } from '#lib/csr/addresses/addresses.ts'
import { ipsInPrefixes } from '#lib/csr/addresses/ip.ts'
import { domainsAfter, domainsOf } from '#lib/csr/addresses/own-name.ts'
import type { Question } from '#lib/csr/checks/check-question.ts'
import { keysOfMachines } from '#lib/csr/checks/sans/sans-checks.ts'
import type { San } from '#lib/csr/claim/claim.ts'
import { matchesName } from '#lib/csr/policy/name-pattern.ts'

/**
 * SANs that only the Node's own status vouches for. Other sources: the node name, the list, its
 * Machine, `allowedAddresses`, and names under a domain of the list, the Machine or `allowedNames`.
 */
export function onlyNodesWord(
  sans: readonly San[],
  nodeName: string,
  { world, policy }: Pick<Question, 'world' | 'policy'>,
): readonly San[] {
  const { expected } = world
  const machineKeys = keysOfMachines(nodeName, world)
  const known = new Set([dnsKey(nodeName), hostKey(nodeName), ...machineKeys])
  const rest = sans.filter(({ key }) => !known.has(key) && !expected?.keys(nodeName).has(key))
  if (rest.length === 0) return rest

  const machineDomains = domainsOf(machineKeys)
  const isDomainGiven = (domain: string) =>
    machineDomains.has(domain) || (expected !== null && expected.givesDomain(domain) !== null)
  const inside = ipsInPrefixes(rest.map(addressOf), policy.allowedAddresses)
  return rest.filter((san, index) => {
    if (san.kind === 'IP') return inside[index] !== true
    const name = canonicalDns(san.value)
    const domains = domainsAfter(nodeName, name)
    if (domains.some(isDomainGiven)) return false
    // `allowedNames` does not say whose a name is, so a pattern vouches for the node's own name
    // only.
    const isOwn = domains.length > 0 || name === firstLabel(nodeName)
    const { allowedNames } = policy
    return !isOwn || !allowedNames.some((pattern) => matchesName(name, canonicalDns(pattern)))
  })
}

/** The IP address of the SAN; '' for a name, which lies in no prefix. */
function addressOf({ kind, key }: San): string {
  return kind === 'IP' ? key.slice('IP:'.length) : ''
}

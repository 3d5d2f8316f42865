import { canonicalDns, isIpKey } from '#lib/csr/addresses/addresses.ts'
import { ipsInPrefixes } from '#lib/csr/addresses/ip.ts'
import {
  type Answer,
  fail,
  joined,
  ofContents,
  ofMachine,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { ipKeyOf } from '#lib/csr/claim/claim.ts'
import type { Observed, PublicKeyInfo } from '#lib/csr/model.ts'
import { matchesName } from '#lib/csr/policy/name-pattern.ts'
import { keyWords } from '#lib/csr/reading/key-words.ts'
import { isTooLarge, MOST_RSA_BITS } from '#lib/csr/reading/public-key.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Checks of the policy's limits, and of the key. */

export const policyAddresses = ofContents<'policy.addresses'>(
  'unreadable',
  (_, { claim, policy }) => {
    const expected = policy.allowedAddresses
    if (expected.length === 0) return pass('anyAllowed')
    // A DNS name spelt like an address counts as an address.
    const addresses = claim.sans.flatMap((san) => {
      const key = ipKeyOf(san)
      return key === null ? [] : [{ ...san, ip: key.slice('IP:'.length) }]
    })
    const ips = addresses.map(({ ip }) => ip)
    const inside = ipsInPrefixes(ips, expected)
    const observed = addresses.map(({ kind, value }, index) =>
      seen(kind, value, inside[index] === true ? 'pass' : 'fail'),
    )
    return within(expected, observed)
  },
)

export const policyNames = ofContents<'policy.names'>('unreadable', (x509cr, { policy }) => {
  const expected = policy.allowedNames
  if (expected.length === 0) return pass('anyAllowed')
  const observed = x509cr.dnsNames.map((value) =>
    seen('DNS', value, isAllowedName(value, expected) ? 'pass' : 'fail'),
  )
  return within(expected, observed)
})

function isAllowedName(value: string, patterns: readonly string[]): boolean {
  const name = canonicalDns(value)
  return patterns.some((pattern) => matchesName(name, canonicalDns(pattern)))
}

/**
 * Whether the limits allow the serving request that will follow this client request. A kubelet asks
 * for its node's name; its Machine and the list of expected machines tell addresses beforehand.
 */
export const policyServing = ofMachine<'policy.serving'>('noName', (name, question) => {
  const { claim, policy, world } = question
  const { allowedNames, allowedAddresses } = policy
  if (allowedNames.length === 0 && allowedAddresses.length === 0) return pass('anyAllowed')
  // A member's renewal is never held back by what its next serving request would ask for.
  const isHeld = policy.limitClients && claim.kind === 'nodeBootstrapper'
  const outcome = isHeld ? 'fail' : 'unknown'
  if (allowedNames.length > 0 && !isAllowedName(name, allowedNames)) {
    const rest = {
      expected: allowedNames,
      observed: [seen('CN', name, outcome)],
      values: { node: name },
    }
    return isHeld ? fail('nameOutside', rest) : unknown('nameWillFail', rest)
  }
  const ips = allowedAddresses.length === 0 ? [] : expectedIps(name, world)
  if (ips.length > 0 && !ipsInPrefixes(ips, allowedAddresses).includes(true)) {
    const rest = {
      expected: allowedAddresses,
      observed: ips.map((ip) => seen('IP', ip, outcome)),
      values: { node: name, sans: joined(ips) },
    }
    return isHeld ? fail('addressesOutside', rest) : unknown('addressesWillFail', rest)
  }
  return pass('within')
})

/** IP addresses that the list or the Machine gives it; none while some of them may be missing. */
function expectedIps(name: string, { cluster, expected }: World): readonly string[] {
  const machine = cluster.machineFor(name)
  if (machine !== null && isCut(machine, 'status.addresses')) return []
  const keys = new Set([
    ...(expected?.keys(name) ?? []),
    ...(machine === null ? [] : cluster.machineKeys(machine.uid)),
  ])
  return [...keys].filter(isIpKey).map((key) => key.slice('IP:'.length))
}

function within(
  expected: readonly string[],
  observed: ReturnType<typeof seen>[],
): Answer<'policy.addresses'> & Answer<'policy.names'> {
  const odd = observed.filter(({ outcome }) => outcome === 'fail')
  const rest = { expected, observed }
  if (odd.length === 0) return pass<'policy.addresses'>('allowed', rest)
  return fail<'policy.addresses'>('outside', {
    ...rest,
    values: { sans: joined(odd.map(({ value }) => value)) },
  })
}

export function policyExpiration({ claim, policy }: Question): Answer<'policy.expiration'> {
  const { expirationSeconds } = claim.csr
  if (expirationSeconds === null) return pass('unset')
  const max = policy.maxExpirationSeconds
  const values = { seconds: String(expirationSeconds), max: String(max) }
  return expirationSeconds <= max
    ? pass('within', { values })
    : fail('tooLong', { observed: [seen('', String(expirationSeconds), 'fail')], values })
}

const MIN_RSA_BITS = 2048
const CURVES = ['P-256', 'P-384', 'P-521']
const STRONG_KEYS: readonly string[] = [
  `RSA ${MIN_RSA_BITS}–${MOST_RSA_BITS}`,
  ...CURVES.map((curve) => `ECDSA ${curve}`),
  'Ed25519',
]

export const keyStrength = ofContents<'key.strength'>('unreadable', ({ publicKey }) => {
  const key = keyWords(publicKey)
  const rest = (outcome: Observed['outcome']) => ({
    expected: STRONG_KEYS,
    observed: [seen('', key, outcome)],
    values: { key },
  })
  if (isTooLarge(publicKey)) return fail('tooLarge', rest('fail'))
  return isStrong(publicKey) ? pass('strong', rest('pass')) : fail('weak', rest('fail'))
})

function isStrong({ algorithm, parameter }: PublicKeyInfo): boolean {
  switch (algorithm) {
    case 'RSA':
      return Number(parameter) >= MIN_RSA_BITS
    case 'ECDSA':
      return CURVES.includes(parameter)
    default:
      return algorithm === 'Ed25519'
  }
}

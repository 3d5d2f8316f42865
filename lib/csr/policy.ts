import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

/** What the admin allows beyond, or forbids within, what the checks know by themselves. */
export interface Policy {
  /** CIDR prefixes that an IP in a serving request must lie in; empty means any. */
  readonly allowedAddresses: readonly string[]
  /** Name patterns (lib/csr/name-pattern.ts), one of which a DNS name must match; empty means any. */
  readonly allowedNames: readonly string[]
  /** The longest `expirationSeconds` that is not odd. */
  readonly maxExpirationSeconds: number
  /** Usernames that may file bootstrap requests besides the platforms' own, compared exactly. */
  readonly extraBootstrapRequestors: readonly string[]
  /** Whether a bootstrap request for a Node that exists and is NotReady is merely unknown. */
  readonly allowRebootstrap: boolean
  /** Whether a machine that is not on the expected-machines list is suspicious. */
  readonly expectedComplete: boolean
  /** Signers besides the two of kubelets whose requests may be approved, one at a time. */
  readonly allowedSigners: readonly string[]
}

const DAY_SECONDS = 24 * 60 * 60

export const DEFAULT_POLICY: Policy = {
  allowedAddresses: [],
  allowedNames: [],
  // A year, leap years included: what kube-controller-manager issues by default.
  maxExpirationSeconds: 366 * DAY_SECONDS,
  extraBootstrapRequestors: [],
  allowRebootstrap: true,
  expectedComplete: false,
  allowedSigners: [],
}

/** Whether requests of this signer may be approved from here at all. */
export function isSignerApprovable(signerName: string, policy: Policy): boolean {
  return (
    signerName === KUBE_APISERVER_CLIENT_KUBELET ||
    signerName === KUBELET_SERVING ||
    policy.allowedSigners.includes(signerName)
  )
}

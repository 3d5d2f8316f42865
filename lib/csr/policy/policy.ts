import type { CheckCode, MachineObject, Node } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

/** What the admin allows beyond, or forbids within, what the checks know by themselves. */
export interface Policy {
  /** The document's name; decisions made by it name it. */
  readonly name: string
  /** Which text of it this is: 12 hex digits of the document's SHA-256, or `built-in`. */
  readonly generation: string
  /** CIDR prefixes that an IP in a serving request must lie in; empty means any. */
  readonly allowedAddresses: readonly string[]
  /** Name patterns (lib/csr/policy/name-pattern.ts), one of which a DNS name must match; empty means any. */
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
  /** Rules of the admin's own, in the order of the document. */
  readonly rules: readonly Rule[]
  readonly automatic: AutomaticPolicy
  readonly secondPerson: SecondPersonPolicy
}

export const SECOND_PERSON_KINDS = [
  'suspicious',
  /** Of a machine that is, or is to become, part of the control plane. */
  'controlPlane',
] as const
export type SecondPersonKind = (typeof SECOND_PERSON_KINDS)[number]

/** Which requests are approved by two different people, or not at all. */
export interface SecondPersonPolicy {
  readonly for: readonly SecondPersonKind[]
  /** How long the first person's proposal counts: at most `LONGEST_PROPOSAL_SECONDS`. */
  readonly withinSeconds: number
}

/** A pending request, which a proposal is, is deleted by Kubernetes after a day. */
export const LONGEST_PROPOSAL_SECONDS = 24 * 60 * 60

/** A rule of the admin's own. It may make a request suspicious, and never anything better. */
export interface Rule {
  readonly name: string
  /** What a fail means, in the admin's words. */
  readonly message: string
  /** Pure, bounded in what it costs, never throws. */
  readonly run: (input: RuleInput) => RuleOutcome
}

export type RuleOutcome =
  | { readonly outcome: 'pass' | 'fail' }
  /** It could not be told: never a pass. */
  | { readonly outcome: 'unknown'; readonly why: RuleDoubt }

/** Why it could not be told: the check's finding, and what it has besides the rule's name. */
export type RuleDoubt =
  /** `why`: in the words of who reads CEL. */
  | { readonly finding: 'untold'; readonly values: { readonly why: string } }
  | { readonly finding: 'neither' | 'notAscii'; readonly values: object }
  | {
      readonly finding: 'tooLong' | 'tooMany'
      readonly values: { readonly field: string; readonly most: string }
    }

export interface RuleInput {
  readonly request: {
    readonly name: string
    readonly signerName: string
    readonly username: string
    readonly groups: readonly string[]
    readonly usages: readonly string[]
    readonly expirationSeconds: number | null
    readonly nodeName: string
    readonly dnsNames: readonly string[]
    readonly ipAddresses: readonly string[]
    readonly keyAlgorithm: string
    readonly keyParameter: string
  }
  readonly node: Node | null
  readonly machine: MachineObject | null
}

/** What may be approved without a person. */
export interface AutomaticPolicy {
  /** `shadow`: says what it would do, and does nothing. */
  readonly mode: 'off' | 'shadow' | 'act'
  /** The least trust a serving request needs. */
  readonly accept: 'verified' | 'plausible'
  /** Whether client requests are approved too: only ever those that an identity check passes. */
  readonly clients: boolean
  /** Checks that must pass: of those that apply to a request, `unknown` is then not enough. */
  readonly required: readonly CheckCode[]
  readonly limits: AutomaticLimits
}

/** Approvals within any sixty minutes, after which a person has to look. */
export interface AutomaticLimits {
  readonly perNode: number
  readonly perRequestor: number
  readonly total: number
}

const DAY_SECONDS = 24 * 60 * 60

const BUILT_IN = 'built-in'

/** No document's: there is none, or none that was read and good. */
export function isBuiltIn({ generation }: Pick<Policy, 'generation'>): boolean {
  return generation === BUILT_IN
}

export const DEFAULT_POLICY: Policy = {
  name: BUILT_IN,
  generation: BUILT_IN,
  allowedAddresses: [],
  allowedNames: [],
  // A year, leap years included: what kube-controller-manager issues by default.
  maxExpirationSeconds: 366 * DAY_SECONDS,
  extraBootstrapRequestors: [],
  allowRebootstrap: true,
  expectedComplete: false,
  allowedSigners: [],
  rules: [],
  automatic: {
    mode: 'off',
    accept: 'verified',
    clients: false,
    required: [
      // A Node that is down is not verified by its name being on a list: whoever has a bootstrap
      // credential could take its place.
      'node.new',
      'node.known',
      'sans.owned',
      'sans.foreign',
      'sans.reserved',
      'key.reuse',
      'policy.rules',
    ],
    // A kubelet that restarts asks again at once; a rack that joins asks for a few hundred.
    limits: { perNode: 10, perRequestor: 1_000, total: 2_000 },
  },
  secondPerson: { for: [], withinSeconds: 60 * 60 },
}

/** Whether requests of this signer may be approved from here at all. */
export function isSignerApprovable(signerName: string, policy: Policy): boolean {
  return (
    signerName === KUBE_APISERVER_CLIENT_KUBELET ||
    signerName === KUBELET_SERVING ||
    policy.allowedSigners.includes(signerName)
  )
}

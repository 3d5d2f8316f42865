import type { CheckCode, MachineObject, Node } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { PENDING_LASTS_MS } from '#lib/csr/status.ts'
import { DAY_SECONDS } from '#lib/csr/units-of-time.ts'

/** The admin's extensions and restrictions of the checks. */
export interface Policy {
  /** The document's name; decisions by this policy mention it. */
  readonly name: string
  /** The version: 12 hex digits of the document's SHA-256, or `built-in`. */
  readonly generation: string
  /** CIDR prefixes that an IP in a serving request must lie in; empty for any. */
  readonly allowedAddresses: readonly string[]
  /** Patterns (lib/csr/policy/name-pattern.ts) for DNS names; empty for any name. */
  readonly allowedNames: readonly string[]
  /** Whether a new machine's client request fails where its serving request would, by these two. */
  readonly limitClients: boolean
  /** The longest `expirationSeconds` that passes. */
  readonly maxExpirationSeconds: number
  /** Further usernames that may file bootstrap requests, compared exactly. */
  readonly extraBootstrapRequestors: readonly string[]
  /** Whether a bootstrap request for an existing NotReady Node is `unknown` instead of a fail. */
  readonly allowRebootstrap: boolean
  /** Whether a machine missing from the list of expected machines fails. */
  readonly expectedComplete: boolean
  /**
   * Namespaces whose Machines confirm and contradict; empty for OpenShift's own, and Cluster API's
   * cluster that most Nodes belong to.
   */
  readonly machineNamespaces: readonly string[]
  /** Further signers whose requests may be decided, one at a time. */
  readonly allowedSigners: readonly string[]
  /** The admin's own rules, in the order of the document. */
  readonly rules: readonly Rule[]
  readonly automatic: AutomaticPolicy
  readonly secondPerson: SecondPersonPolicy
}

export const SECOND_PERSON_KINDS = [
  'suspicious',
  /** Requests of a current or future control-plane machine. */
  'controlPlane',
] as const
export type SecondPersonKind = (typeof SECOND_PERSON_KINDS)[number]

/** Kinds of requests that two different people have to approve. */
export interface SecondPersonPolicy {
  readonly for: readonly SecondPersonKind[]
  /** How long the first person's proposal counts, at most `LONGEST_PROPOSAL_SECONDS`. */
  readonly withinSeconds: number
}

/** A proposal is a pending request, which Kubernetes deletes. */
export const LONGEST_PROPOSAL_SECONDS = PENDING_LASTS_MS / 1_000

/** A rule of the admin's own. It can only make a request worse. */
export interface Rule {
  readonly name: string
  /** The meaning of a fail, in the admin's words. */
  readonly message: string
  /** The expression as the document has it. */
  readonly cel: string
  /** Evaluates the rule: pure, of bounded cost, never throws. */
  readonly run: (input: RuleInput) => RuleOutcome
}

export type RuleOutcome =
  | { readonly outcome: 'pass' | 'fail' }
  /** The rule could not be evaluated: never a pass. */
  | { readonly outcome: 'unknown'; readonly why: RuleDoubt }

/** The reason why a rule could not be evaluated: the check's finding and its values. */
export type RuleDoubt =
  /** `why`: the CEL evaluator's message. */
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

/** Limits of approval without a person. */
export interface AutomaticPolicy {
  /** `shadow`: reports what it would do, and approves nothing. */
  readonly mode: 'off' | 'shadow' | 'act'
  /** The least trust that a serving request needs. */
  readonly accept: 'verified' | 'plausible'
  /** Whether client requests are approved as well, always only if an identity check passes. */
  readonly clients: boolean
  /** Checks that must pass when they apply: `unknown` is not enough. */
  readonly required: readonly CheckCode[]
  readonly limits: AutomaticLimits
}

/** Most approvals within any sixty minutes before a person has to look. */
export interface AutomaticLimits {
  readonly perNode: number
  readonly perRequestor: number
  readonly total: number
}

const BUILT_IN = 'built-in'

/** Whether the policy is the built-in one, without a valid document. */
export function isBuiltIn({ generation }: Pick<Policy, 'generation'>): boolean {
  return generation === BUILT_IN
}

export const DEFAULT_POLICY: Policy = {
  name: BUILT_IN,
  generation: BUILT_IN,
  allowedAddresses: [],
  allowedNames: [],
  limitClients: false,
  // A year with leap day: kube-controller-manager's default.
  maxExpirationSeconds: 366 * DAY_SECONDS,
  extraBootstrapRequestors: [],
  allowRebootstrap: true,
  expectedComplete: false,
  machineNamespaces: [],
  allowedSigners: [],
  rules: [],
  automatic: {
    mode: 'off',
    accept: 'verified',
    clients: false,
    required: [
      // A list entry does not verify a Node that is down: a bootstrap credential's holder could
      // take its place.
      'node.new',
      'node.known',
      'sans.owned',
      'sans.foreign',
      'sans.reserved',
      'key.reuse',
      'policy.rules',
    ],
    // A restarted kubelet files again at once; a joining rack files a few hundred requests.
    limits: { perNode: 10, perRequestor: 1_000, total: 2_000 },
  },
  secondPerson: { for: [], withinSeconds: 60 * 60 },
}

/** Whether requests of this signer may be decided with this product. */
export function isSignerListed(signerName: string, policy: Policy): boolean {
  return (
    signerName === KUBE_APISERVER_CLIENT_KUBELET ||
    signerName === KUBELET_SERVING ||
    policy.allowedSigners.includes(signerName)
  )
}

import { z } from 'zod'
import { isPrefix } from '#lib/csr/addresses/ip.ts'
import type { CauseCode } from '#lib/csr/cause.ts'
import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { hasInvisible } from '#lib/csr/escape.ts'
import {
  DNS_SUBDOMAIN,
  isDnsSubdomain,
  LONGEST_SIGNER_NAME,
  SIGNER_NAME,
} from '#lib/csr/name-syntax.ts'
import {
  DEFAULT_POLICY,
  LONGEST_PROPOSAL_SECONDS,
  type Policy,
  SECOND_PERSON_KINDS,
} from '#lib/csr/policy/policy.ts'
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/csr/units-of-time.ts'

/*
 * The document's shape: `readPolicy` parses with it, docs/approval-policy.schema.json is made from
 * it. A refinement is code; its `meta` gives the JSON Schema the nearest `pattern`.
 */

/** A refinement's answer to a wrong value: a cause whose field is known later. */
export interface Wrong {
  readonly code: Extract<CauseCode, `field${string}`>
  readonly values: Readonly<Record<string, string>>
}

function wrong(code: Wrong['code'], values: Wrong['values'] = {}): { params: { wrong: Wrong } } {
  return { params: { wrong: { code, values } } }
}

export const POLICY_API_VERSION = 'countersign.dev/v1alpha1'
export const POLICY_KIND = 'ApprovalPolicy'

const MAX_LIST = 100
const MAX_RULES = 20
const MAX_LIMIT = 100_000

const UNIT_SECONDS = { m: MINUTE_SECONDS, h: HOUR_SECONDS, d: DAY_SECONDS }
const DURATION = /^([1-9][0-9]{0,5})([mhd])$/
/** The API server accepts no `expirationSeconds` below this. */
const MIN_EXPIRATION_SECONDS = 10 * UNIT_SECONDS.m
const MAX_EXPIRATION_SECONDS = 3_660 * UNIT_SECONDS.d

/** Seconds of `366d`, `24h` or `90m`; null for anything else. */
export function secondsOf(duration: string): number | null {
  const [, count, unit] = DURATION.exec(duration) ?? []
  const seconds = UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS]
  return seconds === undefined ? null : Number(count) * seconds
}

/** A duration in the largest unit that divides it evenly, such as `24h`. */
export function durationOf(seconds: number): string {
  for (const unit of ['d', 'h'] as const) {
    if (seconds % UNIT_SECONDS[unit] === 0) return `${seconds / UNIT_SECONDS[unit]}${unit}`
  }
  return `${Math.ceil(seconds / UNIT_SECONDS.m)}m`
}

/** Text of visible characters; white space around it is trimmed. */
const VISIBLE = /^\s*[^\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}][^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\s*$/u

const words = (most: number) =>
  z
    .string()
    .max(most)
    .trim()
    .min(1)
    .refine((text) => !hasInvisible(text), wrong('fieldInvisible'))
    .meta({ pattern: VISIBLE.source })

function listOf<Item extends z.ZodType<string>>(item: Item) {
  return z
    .array(item)
    .max(MAX_LIST)
    .superRefine((items, context) => {
      for (const [index, value] of items.entries()) {
        if (items.indexOf(value) === index) continue
        context.addIssue({ code: 'custom', path: [index], ...wrong('fieldTwice') })
      }
    })
    .meta({ uniqueItems: true })
}

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const IPV4_PREFIX = `(${OCTET}\\.){3}${OCTET}/(3[0-2]|[12]?[0-9])`
/** Prefix length only: the reader checks the address itself. */
const IPV6_PREFIX = '[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])'

const PREFIX = z
  .string()
  .max(50)
  .refine(isPrefix, wrong('fieldNoPrefix'))
  .meta({ pattern: `^(${IPV4_PREFIX}|${IPV6_PREFIX})$` })

const NAME_PATTERN = z
  .string()
  .regex(/^[A-Za-z0-9*?.-]{1,253}$/)
  .refine((pattern) => pattern.split('*').length <= 9, wrong('fieldManyStars'))
  .meta({ pattern: '^[A-Za-z0-9?.-]*(\\*[A-Za-z0-9?.-]*){0,8}$', minLength: 1, maxLength: 253 })

const NAMESPACE = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)

const SIGNER = z.string().max(LONGEST_SIGNER_NAME).regex(SIGNER_NAME)

/** A duration in minutes, hours or days, between two bounds in seconds. */
const duration = (least: number, most: number) =>
  z
    .string()
    .regex(DURATION)
    .refine(
      (text) => {
        const seconds = secondsOf(text) ?? 0
        return seconds >= least && seconds <= most
      },
      wrong('fieldOutOfRange', { least: durationOf(least), most: durationOf(most) }),
    )

const RULE = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/)
    .describe('Shown where the rule does not hold; no other rule has it.'),
  message: words(500).describe(
    'What it means that the rule does not hold, for the person who decides.',
  ),
  cel: z
    .string()
    .min(1)
    .max(1_000)
    .describe('True for a request that is as it should be. CEL over request, node and machine.'),
})

const LIMIT = z.int().min(1).max(MAX_LIMIT)
const { automatic, secondPerson } = DEFAULT_POLICY
const { limits } = automatic

const LIMITS = z.strictObject({
  perNode: LIMIT.default(limits.perNode).describe('Approvals for one node within an hour.'),
  perRequestor: LIMIT.default(limits.perRequestor).describe(
    'Approvals for one requestor within an hour.',
  ),
  total: LIMIT.default(limits.total).describe('Approvals within an hour.'),
})

const AUTOMATIC = z.strictObject({
  mode: z
    .enum(['off', 'shadow', 'act'])
    .default(automatic.mode)
    .describe('shadow: says what it would approve, and approves nothing.'),
  accept: z
    .enum(['verified', 'plausible'])
    .default(automatic.accept)
    .describe('The least trust that a serving request needs.'),
  clients: z
    .boolean()
    .default(automatic.clients)
    .describe('Whether verified client requests are approved, too.'),
  required: listOf(z.enum(CHECK_CODES))
    .default([...automatic.required])
    .describe('Checks that must pass where they apply: unknown is then not enough.'),
  limits: LIMITS.prefault({}).describe('After which a person has to look.'),
})

const SECOND_PERSON = z.strictObject({
  for: listOf(z.enum(SECOND_PERSON_KINDS))
    .default([...secondPerson.for])
    .describe('Which requests are approved by two different people, or not at all.'),
  within: duration(UNIT_SECONDS.m, LONGEST_PROPOSAL_SECONDS)
    .default(durationOf(secondPerson.withinSeconds))
    .describe("How long the first person's proposal counts."),
})

const MACHINES = z.strictObject({
  namespaces: listOf(NAMESPACE)
    .default([...DEFAULT_POLICY.machineNamespaces])
    .describe(
      'Namespaces whose Machines are believed; no others are. ' +
        "None: OpenShift's openshift-machine-api, and of Cluster API the cluster that most Nodes here belong to.",
    ),
})

const SPEC = z.strictObject({
  allowedAddresses: listOf(PREFIX)
    .default([])
    .describe('Prefixes that every IP address in a serving request must lie in; none: any.'),
  allowedNames: listOf(NAME_PATTERN)
    .default([])
    .describe(
      'Patterns of whole names, one of which every DNS name in a serving request must match. ' +
        'A star stands for any characters but the dot, a question mark for one; none: any.',
    ),
  limitClients: z
    .boolean()
    .default(DEFAULT_POLICY.limitClients)
    .describe(
      'Whether a new machine is suspicious already at its client request, where its name, or each ' +
        'address that is known of it, lies outside of these two.',
    ),
  maxExpiration: duration(MIN_EXPIRATION_SECONDS, MAX_EXPIRATION_SECONDS)
    .default(durationOf(DEFAULT_POLICY.maxExpirationSeconds))
    .describe('The longest life that a request may ask for: minutes, hours or days, as 366d.'),
  bootstrapRequestors: listOf(words(1_024))
    .default([])
    .describe('User names that may ask for new machines, besides those of the platform.'),
  allowRebootstrap: z
    .boolean()
    .default(DEFAULT_POLICY.allowRebootstrap)
    .describe('Whether a machine whose Node exists and is not ready may ask anew.'),
  expectedComplete: z
    .boolean()
    .default(DEFAULT_POLICY.expectedComplete)
    .describe('Whether a machine that is not on the list of expected machines is suspicious.'),
  machines: MACHINES.prefault({}).describe('Which Machines say whether a machine is the one.'),
  signers: listOf(SIGNER)
    .default([])
    .describe('Signers besides those of kubelets whose requests may be decided, one at a time.'),
  rules: z
    .array(RULE)
    .max(MAX_RULES)
    .superRefine((rules, context) => {
      for (const [index, { name }] of rules.entries()) {
        if (rules.findIndex((rule) => rule.name === name) === index) continue
        context.addIssue({ code: 'custom', path: [index, 'name'], ...wrong('fieldTwice') })
      }
    })
    .meta({ uniqueItems: true })
    .default([])
    .describe('What must also be true; a request of which it is not is suspicious.'),
  automatic: AUTOMATIC.prefault({}).describe('What is approved without a person.'),
  secondPerson: SECOND_PERSON.prefault({}).describe('What takes two people.'),
})

export const APPROVAL_POLICY = z
  .strictObject({
    apiVersion: z.literal(POLICY_API_VERSION),
    kind: z.literal(POLICY_KIND),
    metadata: z.strictObject({
      name: z.string().max(253).refine(isDnsSubdomain, wrong('fieldNoDnsName')).meta({
        description: 'Named in every approval that the policy makes.',
        pattern: DNS_SUBDOMAIN.source,
      }),
    }),
    spec: SPEC,
  })
  .meta({ title: 'ApprovalPolicy' })

export type ApprovalPolicy = z.infer<typeof APPROVAL_POLICY>

/** The document's JSON Schema (2020-12). */
export function policySchema(): object {
  return z.toJSONSchema(APPROVAL_POLICY, { io: 'input', target: 'draft-2020-12' })
}

/** The policy of a document, with its compiled rules. */
export function policyOf(
  { metadata, spec }: ApprovalPolicy,
  generation: string,
  rules: Policy['rules'],
): Policy {
  return {
    name: metadata.name,
    generation,
    allowedAddresses: spec.allowedAddresses,
    allowedNames: spec.allowedNames,
    limitClients: spec.limitClients,
    maxExpirationSeconds: secondsOf(spec.maxExpiration) ?? DEFAULT_POLICY.maxExpirationSeconds,
    extraBootstrapRequestors: spec.bootstrapRequestors,
    allowRebootstrap: spec.allowRebootstrap,
    expectedComplete: spec.expectedComplete,
    machineNamespaces: spec.machines.namespaces,
    allowedSigners: spec.signers,
    rules,
    automatic: spec.automatic,
    secondPerson: {
      for: spec.secondPerson.for,
      withinSeconds: secondsOf(spec.secondPerson.within) ?? secondPerson.withinSeconds,
    },
  }
}

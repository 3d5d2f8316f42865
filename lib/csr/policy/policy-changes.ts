import type { Policy } from '#lib/csr/policy/policy.ts'

/** `unclear`: the two cannot be compared, so the change may loosen the policy. */
export type Change = 'looser' | 'tighter' | 'unclear'

export interface PolicyChange {
  /** The field as the document spells it: `automatic.mode`. */
  readonly field: string
  readonly change: Change
}

type Compare<Value> = (before: Value, after: Value) => Change | null
type Comparisons<Values> = {
  readonly [Field in keyof Values]-?: readonly [field: string, compare: Compare<Values[Field]>]
}

/** Comparison of each field; a field of the policy that is missing here does not compile. */
const SPEC: Comparisons<Omit<Policy, 'name' | 'generation' | 'automatic' | 'secondPerson'>> = {
  allowedAddresses: ['allowedAddresses', limits],
  allowedNames: ['allowedNames', limits],
  limitClients: ['limitClients', boolean('tighter')],
  maxExpirationSeconds: ['maxExpiration', more],
  extraBootstrapRequestors: ['bootstrapRequestors', allows],
  allowRebootstrap: ['allowRebootstrap', boolean('looser')],
  expectedComplete: ['expectedComplete', boolean('tighter')],
  machineNamespaces: ['machines.namespaces', namespaces],
  allowedSigners: ['signers', allows],
  rules: ['rules', rules],
}
const AUTOMATIC: Comparisons<Omit<Policy['automatic'], 'limits'>> = {
  mode: ['automatic.mode', ranked(['off', 'shadow', 'act'])],
  accept: ['automatic.accept', ranked(['verified', 'plausible'])],
  clients: ['automatic.clients', boolean('looser')],
  required: ['automatic.required', demands],
}
const LIMITS: Comparisons<Policy['automatic']['limits']> = {
  perNode: ['automatic.limits.perNode', more],
  perRequestor: ['automatic.limits.perRequestor', more],
  total: ['automatic.limits.total', more],
}
const SECOND_PERSON: Comparisons<Policy['secondPerson']> = {
  for: ['secondPerson.for', demands],
  withinSeconds: ['secondPerson.within', more],
}

/** Changes from one policy to the next, field by field; empty where they judge alike. */
export function policyChanges(before: Policy, after: Policy): readonly PolicyChange[] {
  return [
    ...changesOf(SPEC, before, after),
    ...changesOf(AUTOMATIC, before.automatic, after.automatic),
    ...changesOf(LIMITS, before.automatic.limits, after.automatic.limits),
    ...changesOf(SECOND_PERSON, before.secondPerson, after.secondPerson),
  ]
}

function changesOf<Values>(
  comparisons: Comparisons<Values>,
  before: Values,
  after: Values,
): PolicyChange[] {
  return (Object.keys(comparisons) as (keyof Values & string)[]).flatMap((key) => {
    const [field, compare] = comparisons[key]
    const change = compare(before[key], after[key])
    return change === null ? [] : [{ field, change }]
  })
}

/** The change of a number that loosens the policy when it grows. */
function more(before: number, after: number): Change | null {
  if (before === after) return null
  return after > before ? 'looser' : 'tighter'
}

/** `set`: the change when the field becomes true. */
function boolean(set: 'looser' | 'tighter'): Compare<boolean> {
  const unset = set === 'looser' ? 'tighter' : 'looser'
  return (before, after) => (before === after ? null : after ? set : unset)
}

/** The change of a word; `order` has the strictest word first. */
function ranked<Value>(order: readonly Value[]): Compare<Value> {
  return (before, after) => more(order.indexOf(before), order.indexOf(after))
}

/** The change of a list of what is allowed besides: each entry loosens the policy. */
function allows(before: readonly string[], after: readonly string[]): Change | null {
  const isLess = before.some((value) => !after.includes(value))
  const isMore = after.some((value) => !before.includes(value))
  if (isLess && isMore) return 'unclear'
  return isMore ? 'looser' : isLess ? 'tighter' : null
}

/** The change of a list of what must be: each entry tightens the policy. */
function demands(before: readonly string[], after: readonly string[]): Change | null {
  return allows(after, before)
}

/** The change of a list of all that is allowed; an empty list allows anything. */
function limits(before: readonly string[], after: readonly string[]): Change | null {
  if (before.length === 0 || after.length === 0) {
    return more(before.length === 0 ? 1 : 0, after.length === 0 ? 1 : 0)
  }
  return allows(before, after)
}

/**
 * The change of the namespaces whose Machines are believed; an empty list stands for those that the
 * cluster tells. Machines of a removed namespace no longer contradict, so that may be looser.
 */
function namespaces(before: readonly string[], after: readonly string[]): Change | null {
  const isOneEmpty = before.length === 0 || after.length === 0
  if (isOneEmpty && before.length !== after.length) return 'unclear'
  const change = allows(before, after)
  return change === 'tighter' ? 'unclear' : change
}

/**
 * The change of rules, which are compared by their text: another text may mean anything for a
 * request.
 */
function rules(before: Policy['rules'], after: Policy['rules']): Change | null {
  const textsOf = (all: Policy['rules']) => all.map(({ cel }) => cel)
  return demands(textsOf(before), textsOf(after))
}

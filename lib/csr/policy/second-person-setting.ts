import { commaList } from '#lib/csr/comma-list.ts'
import { type Policy, SECOND_PERSON_KINDS, type SecondPersonKind } from '#lib/csr/policy/policy.ts'

/** COUNTERSIGN_SECOND_PERSON: kinds that need two people in addition to the policy's. */
export function readSecondPersonSetting(
  env: Readonly<Record<string, string | undefined>>,
): { readonly kinds: readonly SecondPersonKind[] } | { readonly problem: string } {
  const wanted = commaList(env.COUNTERSIGN_SECOND_PERSON)
  const kinds = SECOND_PERSON_KINDS.filter((kind) => wanted.includes(kind))
  const strange = wanted.find((word) => !kinds.some((kind) => kind === word))
  if (strange === undefined) return { kinds }
  const known = SECOND_PERSON_KINDS.join(', ')
  return { problem: `COUNTERSIGN_SECOND_PERSON: "${strange}" is none of ${known}.` }
}

/** The policy with further kinds that need two people. */
export function withSecondPerson(policy: Policy, kinds: readonly SecondPersonKind[]): Policy {
  const { secondPerson } = policy
  return {
    ...policy,
    secondPerson: { ...secondPerson, for: [...new Set([...secondPerson.for, ...kinds])] },
  }
}

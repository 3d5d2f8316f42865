import {
  type Answer,
  fail,
  joined,
  ofMachine,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { onlyNodesWord } from '#lib/csr/checks/identity/given-names.ts'
import { maybeJoined } from '#lib/csr/checks/node-checks.ts'
import { mayBeService, maybeAnothers } from '#lib/csr/checks/sans/sans-checks.ts'
import { keysOf, type San } from '#lib/csr/claim/claim.ts'
import type { ExpectedIndex } from '#lib/csr/policy/expected-list.ts'

/** Checks whether the admin expects this machine (docs/decisions/0006-expected-machines.md). */

type ExpectedAnswer = Answer<'identity.expected'>

export const identityExpected = ofMachine<'identity.expected'>('noName', (name, question) => {
  const { expected } = question.world
  if (expected === null) return unknown('noList')
  return givenToAnother(name, question, expected) ?? standing(name, question, expected)
})

/** The answer where the list gives a requested SAN to another machine, listed or not: a fail. */
function givenToAnother(
  name: string,
  { claim }: Question,
  list: ExpectedIndex,
): ExpectedAnswer | null {
  const observed = claim.sans.map((san) => {
    const holder = otherHolder(san, name, list)
    return seen(san.kind, san.value, holder === null ? 'unknown' : 'fail', holder)
  })
  for (const { value, heldBy } of observed) {
    if (heldBy === null) continue
    const values = { node: name, san: value, holder: heldBy }
    return fail('givenToAnother', { observed, values })
  }
  return null
}

function otherHolder(san: San, name: string, list: ExpectedIndex): string | null {
  let first: string | null = null
  for (const key of keysOf(san)) {
    for (const holder of list.holding(key)) {
      if (holder !== name && (first === null || holder < first)) first = holder
    }
  }
  return first
}

function standing(name: string, question: Question, list: ExpectedIndex): ExpectedAnswer {
  const { claim, policy } = question
  const values = { node: name }
  const machine = list.machine(name)
  if (machine === null) {
    if (!policy.expectedComplete) return unknown('notListed', { values })
    return fail('unexpected', { observed: [seen('CN', name, 'fail')], values })
  }
  if (claim.kind !== 'kubeletServing') {
    const joined = maybeJoined([name], question.world)
    if (joined !== null) return unknown(joined, { observed: [seen('CN', name, 'unknown')], values })
    return pass('named', { observed: [seen('CN', name, 'pass')], values })
  }
  if (machine.addresses.length === 0) return byName(name, question)

  const keys = list.keys(name)
  const observed = claim.sans.map(({ kind, value, key }) =>
    seen(kind, value, keys.has(key) ? 'pass' : 'fail'),
  )
  const rest = { expected: [...keys], observed }
  const odd = observed.filter(({ outcome }) => outcome === 'fail').map(({ value }) => value)
  if (odd.length === 0) return pass('confirmed', { ...rest, values })
  return fail('otherAddress', { ...rest, values: { ...values, sans: joined(odd) } })
}

/**
 * The answer for a machine that the list names without addresses: its name vouches for no other
 * SAN.
 */
function byName(name: string, question: Question): ExpectedAnswer {
  const { sans } = question.claim
  const alone = new Set(onlyNodesWord(sans, name, question))
  // The policy may allow a prefix that contains Service networks.
  for (const san of sans) if (mayBeService(san, name, question)) alone.add(san)
  // Another node or machine may have the address.
  for (const san of maybeAnothers(sans, name, question)) alone.add(san)
  const observed = sans.map((san) => seen(san.kind, san.value, alone.has(san) ? 'unknown' : 'pass'))
  const rest = { observed }
  if (alone.size === 0) return pass('nameOnly', { ...rest, values: { node: name } })
  const doubtful = joined([...alone].map(({ value }) => value))
  return unknown('nameAlone', { ...rest, values: { node: name, sans: doubtful } })
}

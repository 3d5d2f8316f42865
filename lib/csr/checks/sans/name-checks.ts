import {
  type Answer,
  fail,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { hasMixedScripts, skeleton } from '#lib/csr/confusable.ts'
import { hasInvisible } from '#lib/csr/escape.ts'
import { NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { lookOf, MOST_NAMED } from '#lib/csr/world/asking-names.ts'
import type { World } from '#lib/csr/world/world.ts'

type NameAnswer = Answer<'name.confusable'>

const PREFIX_LOOKS = skeleton(NODE_USER_PREFIX)

/** Passes when the name has no deceptive characters and looks like no other name. */
export function nameConfusable({ claim, world }: Question): NameAnswer {
  const { csr, reading } = claim
  if (hasInvisible(csr.name)) {
    const observed = [seen('name', csr.name, 'fail')]
    return fail('invisibleName', { observed, values: { name: csr.name } })
  }
  if (reading.x509cr === null) return unknown('unreadable')
  const { commonNames } = reading.x509cr.subject
  const invisible = commonNames.find(hasInvisible)
  if (invisible !== undefined) return odd('invisible', invisible)
  for (const { name, skeleton: looks } of claim.names) {
    const existing = lookalikeOf(name, looks, world)
    if (existing !== null) return lookalike(name, existing)
  }
  const asked = askedBefore(claim, world)
  if (asked !== null) return asked
  const falsePrefix = commonNames.find(hasFalsePrefix)
  if (falsePrefix !== undefined) return odd('falsePrefix', falsePrefix)
  const mixed = claim.names.find(({ name }) => hasMixedScripts(name))
  if (mixed !== undefined) return odd('mixedScripts', mixed.name)
  return world.readable.nodes ? pass('distinct') : unknown('nodesUnreadable')
}

function odd(finding: 'invisible' | 'falsePrefix' | 'mixedScripts', name: string): NameAnswer {
  return fail(finding, { observed: [seen('CN', name, 'fail')], values: { name } })
}

function hasFalsePrefix(commonName: string): boolean {
  return !commonName.startsWith(NODE_USER_PREFIX) && skeleton(commonName).startsWith(PREFIX_LOOKS)
}

function lookalike(name: string, existing: string): NameAnswer {
  const observed = [seen('CN', name, 'fail', existing)]
  return fail('lookalike', { observed, values: { name, existing } })
}

/**
 * The Node, Machine or listed machine that the name looks like. The younger look-alike fails, in
 * the same second the one without a Node: a stranger cannot make an existing node suspicious.
 */
function lookalikeOf(name: string, looks: string, { cluster, expected }: World): string | null {
  const others = cluster.namesLookingLike(looks).filter((other) => other !== name)
  const listed = isListed(name, expected) ? null : (expected?.lookingLike(looks) ?? null)
  if (others.length === 0 && listed === null) return null
  const own = cluster.establishedAt(name)
  const hasNode = cluster.node(name) !== null
  const alike = own === null && listed !== null ? [listed] : []
  for (const other of others) {
    // An unknown time counts as the earliest.
    const established = cluster.establishedAt(other) ?? 0
    const isNodeAlone = hasNode && cluster.node(other) === null
    if (own === null || established < own || (established === own && !isNodeAlone)) {
      alike.push(other)
    }
  }
  return alike.sort()[0] ?? null
}

function isListed(name: string, expected: World['expected']): boolean {
  return expected !== null && expected.machine(name) !== null
}

/**
 * Compares names that only requests know: the one asked for later fails. In the same
 * second both fail.
 */
function askedBefore(claim: Claim, { cluster, expected, requests }: World): NameAnswer | null {
  const { nodeName: name } = claim
  const look = lookOf(claim)
  // Expected names are exempt: anyone with a bootstrap credential could file a look-alike first.
  if (name === null || look === null || isListed(name, expected)) return null
  const all = requests.asking.ofLook(look)
  const oldest = all.find((other) => other.name !== name)
  if (oldest === undefined || cluster.establishedAt(name) !== null) return null
  const since = requests.asking.since(name)
  if (since === null || oldest.since > since) return null
  if (all.length <= MOST_NAMED) return lookalike(name, oldest.name)
  return fail('lookalikeOfMany', { observed: [seen('CN', name, 'fail')], values: { name } })
}

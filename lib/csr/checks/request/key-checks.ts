import {
  type Answer,
  fail,
  joined,
  ofContents,
  pass,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { MOST_NAMED } from '#lib/csr/world/asking-names.ts'
import type { FollowedRequests } from '#lib/csr/world/world.ts'

const NONE_FOUND: Readonly<Record<FollowedRequests, Answer<'key.reuse'>>> = {
  all: pass('unique'),
  kubelets: unknown('othersUnread'),
  some: unknown('kubeletsUnread'),
}

/**
 * Fails for every node that shares a key: the copy cannot be told from the original. Certificates
 * count while their requests exist (about an hour); presented certificates are not compared.
 */
export const keyReuse = ofContents<'key.reuse'>('unreadable', ({ publicKey }, { claim, world }) => {
  const { fingerprint } = publicKey
  const count = world.requests.holderCount(fingerprint)
  if (count > MOST_NAMED) return fail('sharedByMany')
  const others = [...world.requests.holders(fingerprint)]
    .filter((node) => node !== claim.subjectNode)
    .sort()
  if (others.length === 0) return NONE_FOUND[world.followed]
  return fail('shared', {
    observed: others.map((node) => seen('', node, 'fail', node)),
    values: { nodes: joined(others) },
  })
})

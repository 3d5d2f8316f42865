import { fail, joined, ofContents, pass, seen } from '#lib/csr/checks/check-question.ts'
import { NAMED_KEY_HOLDERS } from '#lib/csr/world/world.ts'

/**
 * No request speaks for another node with the same key. Both fail: which of them is the copy cannot
 * be told. Certificates are covered by the requests that they were issued for, and so only as long as
 * those exist, which is an hour after the decision; the keys that ports present are not compared.
 */
export const keyReuse = ofContents<'key.reuse'>('unreadable', ({ publicKey }, { claim, world }) => {
  const { fingerprint } = publicKey
  const count = world.requests.holderCount(fingerprint)
  if (count > NAMED_KEY_HOLDERS) return fail('sharedByMany')
  const others = [...world.requests.holders(fingerprint)]
    .filter((node) => node !== claim.subjectNode)
    .sort()
  if (others.length === 0) return pass('unique')
  return fail('shared', {
    observed: others.map((node) => seen('', node, 'fail', node)),
    values: { nodes: joined(others) },
  })
})

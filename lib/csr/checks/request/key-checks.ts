import { fail, joined, ofContents, pass, seen } from '#lib/csr/checks/check-question.ts'
import { NAMED_KEY_HOLDERS } from '#lib/csr/world/world.ts'

/**
 * Fails for every node that shares a key: the copy cannot be told from the original. Certificates
 * count while their requests exist (about an hour); presented certificates are not compared.
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

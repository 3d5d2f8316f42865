import { describe, expect, it } from 'vitest'
import { makeContext, makeNode, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { deriveOther } from '#lib/csr/machine/derive.ts'
import type { Csr } from '#lib/csr/model.ts'
import { World } from '#lib/csr/world/world.ts'

const target = makeCsr({ nodeName: 'worker-1' })
const genuine = makeProposal(target, { uid: 'genuine', name: 'genuine' })
const byNode = makeProposal(target, {
  uid: 'by-node',
  name: 'by-node',
  requestor: makePerson('system:node:worker-1', { groups: ['system:nodes'] }),
})
const ofProposal = makeProposal(genuine, { uid: 'of-proposal', name: 'of-proposal' })

/** Uids of the rows under "other requests". */
function others(world: World): readonly string[] {
  const uids = [...world.requests.others]
  for (const uid of uids) expect(deriveOther(world, uid, makeContext())?.verdict).toBe('suspicious')
  return uids.sort()
}

describe('requests of the signer for proposals under other requests', () => {
  it.each<[string, readonly Csr[], readonly string[]]>([
    ['a person’s, with its target: no row of its own', [target, genuine], []],
    ['a person’s that came before its target', [genuine, target], []],
    ['a person’s, without its target', [genuine], ['genuine']],
    ['a node’s', [target, byNode], ['by-node']],
    ['a node’s that came before its target', [byNode, target], ['by-node']],
    ['a proposal of a proposal', [target, genuine, ofProposal], ['of-proposal']],
    ['a proposal of a proposal that is listed', [genuine, ofProposal], ['genuine', 'of-proposal']],
  ])('proposals are listed under other requests: %s', (_, csrs, listed) => {
    expect(others(makeWorld({ csrs, nodes: [makeNode()] }))).toEqual(listed)
  })

  it('a proposal is listed while its target is gone', () => {
    const world = makeWorld({ csrs: [target, genuine] })
    world.takeTouched()
    world.removeCsr(target.uid)
    expect(others(world)).toEqual(['genuine'])
    expect([...world.takeTouched().others]).toEqual(['genuine'])
    world.upsertCsr(target)
    expect(others(world)).toEqual([])
    expect([...world.takeTouched().others]).toEqual(['genuine'])
  })

  it('a deleted proposal is not listed', () => {
    const world = makeWorld({ csrs: [target, genuine] })
    world.removeCsr(genuine.uid)
    world.removeCsr(target.uid)
    expect(others(world)).toEqual([])
  })

  it('a proposal is read once, listed or not', () => {
    const { readIssued, ...readers } = { readIssued: () => null, reads: 0 }
    const world = new World({
      readIssued,
      readRequest: () => {
        readers.reads += 1
        return { faithful: false, problems: [], fingerprint: '', x509cr: null } as never
      },
    })
    for (const csr of [genuine, target]) world.upsertCsr(csr)
    world.removeCsr(target.uid)
    world.upsertCsr({ ...genuine, resourceVersion: '9' })
    expect(readers.reads).toBe(2)
  })
})

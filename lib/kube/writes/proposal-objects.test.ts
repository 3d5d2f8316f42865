import { describe, expect, it } from 'vitest'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson } from '#lib/csr/fixtures/make-proposal.ts'
import { isSamePerson, whyUncounted } from '#lib/csr/policy/proposal.ts'
import { type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { rawCsr } from '#lib/kube/fixtures/raw-objects.ts'
import { projectCsr } from '#lib/kube/objects/project.ts'
import { reviewProposer, whoAmI, whoIs } from '#lib/kube/reads/access-reviews.ts'
import { listProposals, propose, readProposal } from '#lib/kube/writes/proposal-objects.ts'

const server = eachScriptedServer()

const target = makeCsr({ kind: 'client', uid: '0e6bd2f4-6a53-4bd3-9f0e-2f1f3a4b5c6d' })

/** The API server's object for a filed request, with its stamps. */
const stamp: Responder = (exchange) => {
  const { metadata, spec } = exchange.body as { metadata: object; spec: object }
  exchange.json(201, {
    metadata: {
      ...metadata,
      name: 'countersign-proposal-abcde',
      uid: 'p-1',
      resourceVersion: '7',
      creationTimestamp: '2026-11-24T12:01:00Z',
    },
    spec: { ...spec, username: 'alice', groups: ['admins'] },
  })
}

describe('a proposal', () => {
  it('a proposal is the same request for another signer, and counts for another person', async () => {
    server.script.push(stamp)
    const made = await propose(server.identity, { target, note: 'on my list' })
    expect(made).toMatchObject({
      name: 'countersign-proposal-abcde',
      signerName: `countersign.dev/approval-proposal.${target.uid}`,
      request: target.request,
      note: 'on my list',
    })
    const actor = { username: 'bob', uid: '' }
    expect(whyUncounted(made, { target, actor, right: 'may' })).toBeNull()
  })

  it('a proposal keeps the person’s note on one short line', async () => {
    server.script.push(stamp)
    const made = await propose(server.identity, { target, note: `a\nb\u202e${'c'.repeat(1_000)}` })
    expect(made.note).toMatch(/^a\\u000ab\\u202ec+$/)
    expect(made.note).toHaveLength(400)
  })

  it('proposals are listed by signer, never from an old list, without broken ones', async () => {
    server.script.push((exchange) => {
      expect(exchange.query.get('fieldSelector')).toBe(
        `spec.signerName=countersign.dev/approval-proposal.${target.uid}`,
      )
      expect(exchange.query.has('resourceVersion')).toBe(false)
      const metadata = { name: 'p', uid: 'p', resourceVersion: '1' }
      const spec = { request: target.request, username: 'alice' }
      const whole = {
        metadata: { ...metadata, creationTimestamp: '2026-11-24T12:01:00Z' },
        spec: { ...spec, signerName: `countersign.dev/approval-proposal.${target.uid}` },
      }
      exchange.json(200, { items: [{ metadata, spec }, whole, null] })
    })
    const { proposals, complete } = await listProposals(server.identity, target.uid)
    expect(complete).toBe(true)
    expect(proposals.map(({ requestor }) => requestor.username)).toEqual(['alice'])
  })

  it('Go’s empty list has no proposal', async () => {
    server.script.push((exchange) => exchange.json(200, { items: null }))
    const listed = await listProposals(server.identity, target.uid)
    expect(listed).toEqual({ proposals: [], complete: true })
  })

  it.each<readonly [string, Responder]>([
    [
      'goes on',
      (exchange) => exchange.json(200, { metadata: { continue: 'more' }, items: [null] }),
    ],
    ['is too heavy', (exchange) => exchange.json(200, { items: ['x'.repeat(5 * 1024 * 1024)] })],
  ])('a proposal may be missing from a list that %s', async (_case, responder) => {
    server.script.push(responder)
    const listed = await listProposals(server.identity, target.uid)
    expect(listed).toEqual({ proposals: [], complete: false })
  })

  it('a proposal is read by its name, and null when it is gone', async () => {
    const metadata = { name: 'p/1', uid: 'p-1', resourceVersion: '1' }
    const object = {
      metadata: { ...metadata, creationTimestamp: '2026-11-24T12:01:00Z' },
      spec: { request: target.request, signerName: 'x/y', username: 'alice' },
    }
    server.script.push((exchange) => exchange.json(200, object), refuse(404, 'NotFound'))
    expect(await readProposal(server.identity, 'p/1')).toMatchObject({ uid: 'p-1' })
    expect(server.exchanges[0]?.path).toMatch(/\/certificatesigningrequests\/p%2F1$/)
    expect(await readProposal(server.identity, 'p/1')).toBeNull()
  })

  it('a proposal is not looked for in an answer that is no list', async () => {
    server.script.push((exchange) => exchange.json(200, { kind: 'Status' }))
    await expect(listProposals(server.identity, target.uid)).rejects.toThrow('notAList')
  })
})

describe('the rights of the proposer', () => {
  const alice = makePerson('alice', { uid: 'u-1', extra: { scope: ['a'] } })
  const allow =
    (...allowed: readonly string[]): Responder =>
    (exchange) => {
      const { spec } = exchange.body as {
        spec: { user: string; uid: string; groups: string[]; extra: object } & {
          resourceAttributes: Record<string, string>
        }
      }
      // The question is about the stamped identity: a token's scopes may remove rights.
      expect(spec).toMatchObject({ user: 'alice', uid: 'u-1', extra: { scope: ['a'] } })
      expect(spec.groups).toEqual(alice.groups)
      const { verb, subresource, name } = spec.resourceAttributes
      exchange.json(201, {
        status: { allowed: allowed.includes(`${verb} ${subresource ?? name}`) },
      })
    }
  const signer = 'kubernetes.io/kubelet-serving'

  it.each([
    ['update and sign', ['update approval', `approve ${signer}`], 'may'],
    ['update and sign for the domain', ['update approval', 'approve kubernetes.io/*'], 'may'],
    ['update only', ['update approval'], 'mayNot'],
    ['sign only', [`approve ${signer}`], 'mayNot'],
    ['nothing', [], 'mayNot'],
  ])('the API server reviews the proposer’s rights: %s', async (_case, allowed, expected) => {
    server.script.push(...[1, 2, 3].map(() => allow(...allowed)))
    expect(await reviewProposer(server.identity, alice, signer)).toBe(expected)
  })

  it('the proposer’s rights are unknown where the caller may not ask', async () => {
    server.script.push(...[1, 2, 3].map(() => refuse(403, 'Forbidden')))
    expect(await reviewProposer(server.identity, alice, signer)).toBe('cannotAsk')
  })

  it('the proposer’s rights are unknown when the API server does not answer', async () => {
    server.script.push(...[1, 2, 3].map(() => refuse(500, 'InternalError')))
    const answer = reviewProposer(server.identity, alice, signer)
    await expect(answer).rejects.toMatchObject({ status: 500 })
  })
})

it.each([
  ['with a uid', { username: 'alice', uid: 'u-1' }, { username: 'alice', uid: 'u-1' }],
  ['without', { username: 'alice' }, { username: 'alice', uid: '' }],
  ['nobody in particular', {}, { username: '', uid: '' }],
])('the caller’s own name and uid: %s', async (_case, userInfo, expected) => {
  server.script.push((exchange) => exchange.json(201, { status: { userInfo } }))
  expect(await whoIs(server.identity)).toEqual(expected)
})

it('a person with a long name has the same name as in their requests', async () => {
  const username = 'a'.repeat(600)
  const answer: Responder = (exchange) => exchange.json(201, { status: { userInfo: { username } } })
  server.script.push(answer, answer)
  const { requestor } = projectCsr(rawCsr('own', { spec: { username } }))
  expect(isSamePerson(requestor, await whoIs(server.identity))).toBe(true)
  expect(await whoAmI(server.identity)).toBe(requestor.username)
})

import { beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import type { Csr } from '#lib/csr/model.ts'
import {
  type Exchange,
  type Responder,
  refuse,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { fingerprintOf, type RawCsr, rawCsr, requestText } from '#lib/kube/fixtures/raw-objects.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { projectCsr } from '#lib/kube/objects/project.ts'
import {
  type ActingIdentity,
  actsAsItself,
  type Identity,
} from '#lib/kube/transport/acting-identity.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import {
  type DecisionIdentities,
  type DecisionRequest,
  type DecisionResult,
  writeDecision,
} from '#lib/kube/writes/approval-write.ts'

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const MESSAGE = 'Approved by alice with Countersign (request 42)'

const server = eachScriptedServer()
let clock: ManualClock

beforeEach(async () => {
  clock = manualClock()
})

/**
 * Decides while the clock runs through every wait; throws when the decision asks for more than the
 * script has.
 */
async function run(
  csr: Csr,
  over: Partial<DecisionRequest> = {},
  identities: Partial<DecisionIdentities> = {},
): Promise<DecisionResult> {
  let result: DecisionResult | null = null
  const both = { read: server.identity, write: server.identity, ...identities }
  const decided = writeDecision(both, {
    csr,
    fingerprint: fingerprintOf(csr.request),
    decision: 'approve',
    message: MESSAGE,
    clock,
    ...over,
  }).then((answer) => {
    result = answer
  })
  await until(() => {
    clock.advance(clock.alarms[0] ?? 0)
    const [beyond] = server.unanswered
    if (beyond !== undefined) throw new Error(`No answer for ${beyond.method} ${beyond.path}`)
    return result !== null
  }, 'a decision')
  await decided
  return result ?? { outcome: 'error' }
}

/** The API server's answer to a PUT: the object as sent, with the next version. */
const accept: Responder = (exchange) => {
  const { metadata, ...rest } = exchange.body as RawCsr
  exchange.json(200, { ...rest, metadata: { ...metadata, resourceVersion: '200' } })
}
const answer =
  (raw: unknown): Responder =>
  (exchange) =>
    exchange.json(200, raw)
const hangUp: Responder = ({ socket }) => socket.destroy()
const conflict = refuse(409, 'the object has been modified')

const ours = { type: 'Approved', status: 'True', reason: 'CountersignApprove', message: MESSAGE }
const failed = { type: 'Failed', status: 'True', message: 'signer' }
const theirs = { type: 'Denied', status: 'True', reason: 'KubectlDeny', message: 'by kubectl' }
const asItCame = { status: 'Denied', said: 'a\u202e\nb' }
const hostile = { ...theirs, message: asItCame.said }
const withCondition = (condition: object) => rawCsr('a', { status: { conditions: [condition] } })

const asked = () =>
  server.exchanges.map(({ method, path }) => `${method} ${path.replace(PATH, '')}`)
const sent = (exchange: Exchange | undefined) => exchange?.body as RawCsr

describe('the write of a decision', () => {
  it.each([
    ['6b1f02d8-77c3-4e0a-a915-2c88d40f1e6b', { auditId: '6b1f02d8-77c3-4e0a-a915-2c88d40f1e6b' }],
    ['no id at all', {}],
  ])('a decision has the id of its write in the API server’s audit log: %s', async (id, found) => {
    server.script.push((exchange) => {
      exchange.json(200, rawCsr('a', { metadata: { resourceVersion: '200' } }), { 'audit-id': id })
    })
    const result = await run(projectCsr(rawCsr('a')))
    expect(result).toEqual({ outcome: 'approved', resourceVersion: '200', ...found })
  })

  it('a decision is one PUT of the shown object with one more condition', async () => {
    server.script.push(accept)
    const metadata = { labels: { a: 'b' }, annotations: { c: 'd' }, generateName: 'csr-' }
    const raw = rawCsr('a', { metadata, spec: { extra: { x: ['y'] }, expirationSeconds: 600 } })
    const result = await run(projectCsr(raw))

    expect(result).toEqual({ outcome: 'approved', resourceVersion: '200' })
    expect(asked()).toEqual(['PUT /a/approval'])
    const body = sent(server.exchanges[0])
    const { managedFields: _, ...kept } = raw.metadata
    expect(body.kind).toBe('CertificateSigningRequest')
    expect(body.metadata).toEqual(kept)
    expect(body.spec).toMatchObject(raw.spec)
    expect(body.status).toEqual({ conditions: [ours] })
  })

  it('a decision asks only for the answer’s metadata, and needs no more', async () => {
    const { uid } = projectCsr(rawCsr('a'))
    server.script.push(
      answer({ kind: 'PartialObjectMetadata', metadata: { uid, resourceVersion: '200' } }),
    )
    const result = await run(projectCsr(rawCsr('a')))
    expect(result).toEqual({ outcome: 'approved', resourceVersion: '200' })
    const [exchange] = server.exchanges
    expect(exchange?.headers.accept?.split(',')).toEqual([
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'application/json',
    ])
  })

  it('a denial says so in its type and reason', async () => {
    server.script.push(accept)
    expect(await run(projectCsr(rawCsr('a')), { decision: 'deny', message: 'no' })).toEqual({
      outcome: 'denied',
      resourceVersion: '200',
    })
    expect(sent(server.exchanges[0]).status.conditions).toEqual([
      { type: 'Denied', status: 'True', reason: 'CountersignDeny', message: 'no' },
    ])
  })

  it('a decision has the given reason instead of a person’s', async () => {
    server.script.push(accept)
    await run(projectCsr(rawCsr('a')), { reason: 'CountersignAutoApprove' })
    expect(sent(server.exchanges[0]).status.conditions).toEqual([
      { ...ours, reason: 'CountersignAutoApprove' },
    ])
  })

  it('a decision about a copy reads the object first and loses no field', async () => {
    const raw = rawCsr('a', { metadata: { finalizers: ['x/y'] } })
    server.script.push(answer(raw), accept)
    expect(await run({ ...projectCsr(raw) })).toMatchObject({ outcome: 'approved' })
    expect(asked()).toEqual(['GET /a', 'PUT /a/approval'])
    expect(sent(server.exchanges[1]).metadata).toEqual(raw.metadata)
  })

  it('a decision reads the object first when its metadata was too large to keep', async () => {
    const raw = rawCsr('a', { metadata: { annotations: { big: 'x'.repeat(5_000) } } })
    server.script.push(answer(raw), accept)
    expect(await run(projectCsr(raw))).toMatchObject({ outcome: 'approved' })
    expect(sent(server.exchanges[1]).metadata).toEqual(raw.metadata)
  })

  it('a decision reads the object first when it has conditions, which are not stored whole', async () => {
    const foreign = { type: 'Checked', status: 'True', lastTransitionTime: 't', more: { a: 1 } }
    const raw = withCondition(foreign)
    server.script.push(answer(raw), accept)
    expect(await run(projectCsr(raw))).toMatchObject({ outcome: 'approved' })
    expect(sent(server.exchanges[1]).status.conditions).toEqual([foreign, ours])
  })

  it.each([
    ['markup', '<img src=x onerror=alert(1)>'],
    ['a query', 'a b?x=1#y&z'],
    ['a direction mark and a newline', 'a\u202eb\n'],
    ['non-ASCII', 'węzeł-1'],
  ])('a decision goes to exactly that object: a name with %s', async (_, name) => {
    server.script.push(accept)
    expect(await run(projectCsr(rawCsr(name)))).toMatchObject({ outcome: 'approved' })
    const [, path = ''] = asked()[0]?.split(' ') ?? []
    expect(path.split('/').map(decodeURIComponent)).toEqual(['', name, 'approval'])
  })

  it.each([
    ['100 kB of control characters', '\u0001'.repeat(100_000)],
    ['300 kB', `a${'b'.repeat(300_000)}`],
  ])('a decision goes to exactly that object: a name of %s', async (_, name) => {
    const raw = rawCsr(name, { uid: 'uid-a', spec: { request: requestText('a') } })
    server.script.push(answer(raw), accept)
    const csr = projectCsr(raw)
    expect(csr.name.length).toBeLessThan(600)
    expect(await run(csr, { decision: 'deny' })).toMatchObject({ outcome: 'denied' })
    const paths = server.exchanges.map(({ path }) => path.replace(PATH, '').split('/'))
    expect(paths.map((path) => path.map(decodeURIComponent))).toEqual([
      ['', name],
      ['', name, 'approval'],
    ])
    expect(sent(server.exchanges[1]).metadata).toEqual(raw.metadata)
  })

  it.each([
    ['no update', 'x'.repeat(490_000)],
    ['no URL', '\u0001'.repeat(370_000)],
    ['no URL, in letters that are not ASCII', 'ж'.repeat(190_000)],
  ])('a decision is not tried where %s has room for the name', async (_, name) => {
    const csr = projectCsr(rawCsr(name, { spec: { request: requestText('a') } }))
    const [why] = (await run(csr, { decision: 'deny' })).causes ?? []
    expect(why?.code).toBe('nameTooLong')
    expect(asked()).toEqual([])
  })

  it('a decision about a request too large to read is bound to the whole, and puts the whole', async () => {
    const request = Buffer.alloc(1_000_000, 'x').toString('base64')
    const raw = rawCsr('a', { spec: { request } })
    const over = { decision: 'deny', fingerprint: fingerprintOf(request) } as const
    server.script.push(answer(raw), accept)
    expect(await run(projectCsr(raw), over)).toMatchObject({ outcome: 'denied' })
    expect(sent(server.exchanges[1]).spec.request).toBe(request)
    const other = rawCsr('a', { spec: { request: `${request.slice(0, -4)}eHg=` } })
    server.script.push(answer(other))
    expect(await run(projectCsr(raw), over)).toMatchObject({ outcome: 'changed' })
  })

  it('a decision about a request with cut groups puts all of them', async () => {
    const groups = Array.from({ length: 1_000 }, (_, i) => `group-${i}`)
    const raw = rawCsr('a', { spec: { groups } })
    server.script.push(answer(raw), accept)
    expect(await run(projectCsr(raw), { decision: 'deny' })).toMatchObject({ outcome: 'denied' })
    expect(sent(server.exchanges[1]).spec.groups).toEqual(groups)
  })

  it.each([
    ['too long', 'x'.repeat(5_000), 'x'.repeat(1_000)],
    ['with what cannot be seen', 'a\u202eb\nc', 'a\\u202eb\\u000ac'],
    ['with what is escaped already', 'a\\u202eb', 'a\\u202eb'],
  ])('a decision’s message can be read: %s', async (_, message, written) => {
    server.script.push(accept)
    await run(projectCsr(rawCsr('a')), { message })
    expect(sent(server.exchanges[0]).status.conditions).toMatchObject([{ message: written }])
  })
})

describe('is not written', () => {
  it('no decision is written when the contents differ from those on screen', async () => {
    const result = await run(projectCsr(rawCsr('a')), { fingerprint: fingerprintOf('b3RoZXI=') })
    expect(result.outcome).toBe('changed')
    expect(asked()).toEqual([])
  })

  it.each([
    ['Approved', 'approved', ours, cause('decidedSaying', { status: 'Approved', said: MESSAGE })],
    ['Denied', 'denied', theirs, cause('decidedSaying', { status: 'Denied', said: 'by kubectl' })],
    ['Denied in words to escape', 'denied', hostile, cause('decidedSaying', asItCame)],
    ['Failed', null, failed, cause('decided', { status: 'Pending,Failed' })],
  ] as const)(
    'no decision is written when the cache knows of a decision: %s',
    async (_, stands, condition, why) => {
      expect(await run(projectCsr(withCondition(condition)))).toEqual({
        outcome: 'already',
        causes: [why],
        stands,
      })
      expect(asked()).toEqual([])
    },
  )
})

describe('after a conflict the object is read and judged', () => {
  const csr = projectCsr(rawCsr('a'))
  it.each<[string, Responder, Partial<DecisionResult>]>([
    ['gone', refuse(404, 'not found'), { outcome: 'gone', causes: [said('not found')] }],
    ['made again under the same name', answer(rawCsr('a', { uid: 'new' })), { outcome: 'changed' }],
    [
      'other contents',
      answer(rawCsr('a', { spec: { request: 'b3RoZXI=' } })),
      { outcome: 'changed' },
    ],
    [
      'another signer',
      answer(rawCsr('a', { spec: { signerName: 'kubernetes.io/kube-apiserver-client' } })),
      { outcome: 'changed' },
    ],
    [
      'denied by somebody',
      answer(withCondition(theirs)),
      {
        outcome: 'already',
        causes: [cause('decidedSaying', { status: 'Denied', said: 'by kubectl' })],
        stands: 'denied',
      },
    ],
  ])('after a conflict with %s nothing more is written', async (_, found, expected) => {
    server.script.push(conflict, found)
    expect(await run(csr)).toMatchObject(expected)
    expect(asked()).toEqual(['PUT /a/approval', 'GET /a'])
  })

  it('after a conflict over a label the decision continues with the current object', async () => {
    const moved = rawCsr('a', { resourceVersion: '150', metadata: { labels: { new: 'label' } } })
    server.script.push(conflict, answer(moved), accept)
    expect(await run(csr)).toMatchObject({ outcome: 'approved' })
    expect(sent(server.exchanges[2]).metadata).toEqual(moved.metadata)
  })

  it('after a conflict that changed the facts nothing more is written', async () => {
    server.script.push(conflict, answer(rawCsr('a', { resourceVersion: '150' })))
    const causes = [cause('takesTwoByNow')]
    const result = await run(csr, { whyNot: (again) => (again ? causes : null) })
    expect(result).toEqual({ outcome: 'changed', causes })
    expect(asked()).toEqual(['PUT /a/approval', 'GET /a'])
  })

  it('a request is judged last, after the credential’s username is known, at each attempt', async () => {
    const steps: string[] = []
    const write: ActingIdentity = {
      ...server.identity,
      async connect(how) {
        steps.push('whose it is')
        return server.identity.connect(how)
      },
    }
    server.script.push(conflict, answer(rawCsr('a', { resourceVersion: '150' })))
    const whyNot = (again: boolean) => {
      steps.push(again ? 'again' : 'first')
      return again ? [cause('takesTwoByNow')] : null
    }
    await run(csr, { whyNot }, { write })
    const [first, second] = [steps.indexOf('first'), steps.indexOf('again')]
    expect([steps[first - 1], steps[second - 1]]).toEqual(['whose it is', 'whose it is'])
    expect(steps.at(-1)).toBe('again')
  })

  it('a decision with a reason against it by then is not written at all', async () => {
    const causes = [cause('clusterLost')]
    expect(await run(csr, { whyNot: () => causes })).toEqual({ outcome: 'changed', causes })
    expect(asked()).toEqual([])
  })

  it('a decision about an object that keeps changing is given up, and reported as not written', async () => {
    for (let n = 0; n < 10; n += 1) server.script.push(conflict, answer(rawCsr('a')))
    const result = await run(csr)
    expect(result).toEqual({ outcome: 'error', causes: [said('the object has been modified')] })
    expect(asked().filter((line) => line.startsWith('PUT'))).toHaveLength(5)
  })
})

describe('the answer to the PUT is lost', () => {
  const csr = projectCsr(rawCsr('a'))
  it.each<[string, Responder]>([
    ['the connection breaks', hangUp],
    ['a gateway times out', refuse(504, 'gateway timeout')],
    ['the answer is garbage', ({ response }) => void response.end('{"meta')],
  ])('a lost answer to a completed write (%s) is read back as "approved"', async (_, lost) => {
    server.script.push(lost, answer(withCondition(ours)))
    expect(await run(csr)).toEqual({ outcome: 'approved', resourceVersion: '100' })
  })

  it('a lost answer to a write that did not happen leads to another write', async () => {
    server.script.push(hangUp, answer(rawCsr('a')), accept)
    expect(await run(csr)).toMatchObject({ outcome: 'approved' })
  })

  it('a write that arrives during the second attempt is recognized as our own', async () => {
    server.script.push(hangUp, answer(rawCsr('a')), conflict, answer(withCondition(ours)))
    expect(await run(csr)).toMatchObject({ outcome: 'approved' })
  })

  it('another person’s same decision is not taken for ours', async () => {
    const other = { ...ours, message: 'Approved by bob with Countersign (request 43)' }
    server.script.push(hangUp, answer(withCondition(other)))
    expect(await run(csr)).toMatchObject({ outcome: 'already' })
  })

  it('a lost answer that cannot be read back is unknown', async () => {
    for (let n = 0; n < 10; n += 1) server.script.push(hangUp)
    const began = clock.now()
    expect((await run(csr)).outcome).toBe('unknown')
    // Not before a restarting API server could be back.
    expect(clock.now() - began).toBeGreaterThanOrEqual(6_000)
  })

  it.each<[string, Responder]>([
    ['the permission to read is gone', refuse(403, 'no')],
    ['the request is gone', refuse(404, 'not found')],
    ['another one has its name', answer(rawCsr('a', { uid: 'uid-of-another' }))],
  ])('a lost answer is unknown when %s', async (_, then) => {
    server.script.push(hangUp, then)
    expect((await run(csr)).outcome).toBe('unknown')
  })
})

describe('the credential belongs to another user now', () => {
  const csr = projectCsr(rawCsr('a'))
  const other = new KubeError(cause('actorChanged'), { kind: 'otherActor', sent: false })
  const again = answer(rawCsr('a'))
  const LOST = { outcome: 'error', identityLost: 'actor' }

  it.each<[string, Responder[], object]>([
    ['before the write: it was not tried', [], { ...LOST, causes: [cause('actorChanged')] }],
    [
      'after one that was refused: it is not tried again',
      [conflict, again],
      { ...LOST, causes: [cause('actorChangedMeanwhile')] },
    ],
    [
      'after one whose answer was lost, and that had not been done: it may still be',
      [hangUp, again],
      { ...LOST, outcome: 'unknown', causes: [cause('actorChangedMeanwhile')] },
    ],
    [
      'after one whose answer was lost, and that had been done: that is read back',
      [hangUp, answer(withCondition(ours))],
      { outcome: 'approved', resourceVersion: '100' },
    ],
  ])('the credential belongs to another user %s', async (_, script, expected) => {
    server.script.push(...script)
    const write: ActingIdentity = {
      ...server.identity,
      async connect(how) {
        if (asked().length === script.length) throw other
        return server.identity.connect(how)
      },
    }
    expect(await run(csr, {}, { write })).toEqual(expected)
    expect(asked()).toEqual(['PUT /a/approval', 'GET /a'].slice(0, script.length))
  })
})

describe('the API server says no', () => {
  const csr = projectCsr(rawCsr('a'))
  it.each<[string, Responder, DecisionResult]>([
    ['403', refuse(403, 'bob may not'), { outcome: 'forbidden', causes: [said('bob may not')] }],
    [
      '401',
      refuse(401, 'Unauthorized'),
      { outcome: 'forbidden', causes: [said('Unauthorized')], identityLost: 'identity' },
    ],
    ['404', refuse(404, 'not found'), { outcome: 'gone', causes: [said('not found')] }],
    [
      '429 with Retry-After',
      refuse(429, 'busy', { headers: { 'retry-after': '3' } }),
      { outcome: 'throttled', causes: [said('busy')], retryAfterMs: 3_000 },
    ],
    [
      '429',
      refuse(429, 'busy'),
      { outcome: 'throttled', causes: [said('busy')], retryAfterMs: 1_000 },
    ],
    ['422', refuse(422, 'invalid'), { outcome: 'error', causes: [said('invalid')] }],
  ])('after %s from the API server no second write is made', async (_, no, expected) => {
    server.script.push(no)
    expect(await run(csr)).toEqual(expected)
    expect(asked()).toHaveLength(1)
  })

  it('an unreachable API server is an error, since nothing was sent', async () => {
    const gone = await startScriptedServer()
    const identity = actsAsItself(bearerIdentity('tester', gone.endpoint, 'token'))
    await gone.close()
    expect(await run(csr, {}, { read: identity, write: identity })).toMatchObject({
      outcome: 'error',
    })
    await identity.close()
  })

  it('a decision given up by its caller before it was sent is not written', async () => {
    const result = await run(csr, { signal: AbortSignal.abort() })
    expect(asked()).toEqual([])
    expect(result.outcome).not.toBe('approved')
  })
})

it('the type refuses a reading identity where one writes', () => {
  const reader: Identity = server.identity
  // @ts-expect-error -- only `actsAsItself` and an actor's `as` give an identity that may write
  const identities: DecisionIdentities = { read: reader, write: reader }
  expect(identities.write).toBe(reader)
})

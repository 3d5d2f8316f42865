import { describe, expect, it } from 'vitest'
import { type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { createEvent, type EventFacts } from '#lib/kube/writes/events.ts'

const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events'
const KEY = Buffer.from('a secret of this process')

const FACTS: EventFacts = {
  name: 'countersign-autoapproved-uid-1',
  namespace: 'default',
  regarding: {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    name: 'csr-1',
    uid: 'uid-1',
  },
  type: 'Normal',
  reason: 'AutoApproved',
  action: 'Approve',
  note: 'Approved automatically.',
  controller: 'countersign.dev/approver',
  instance: 'approver-2',
  time: '2026-11-24T12:00:00.000000Z',
}

const server = eachScriptedServer()

const tell = () => createEvent(server.identity, FACTS, KEY)
const created: Responder = (exchange) => exchange.json(201, exchange.body)
const taken = refuse(409, 'events.events.k8s.io already exists')

interface Odd {
  readonly event?: object
  readonly metadata?: object
}

/** The Event as another process of the approver created it, with the API server's additions. */
const standing =
  ({ event = {}, metadata = {} }: Odd = {}): Responder =>
  (exchange) =>
    exchange.json(200, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: {
        name: FACTS.name,
        namespace: 'default',
        uid: 'uid-of-event',
        resourceVersion: '7',
        creationTimestamp: '2026-11-24T11:50:00Z',
        managedFields: [{ manager: 'countersign' }],
        ...metadata,
      },
      eventTime: '2026-11-24T11:50:00.500000Z',
      reportingController: 'countersign.dev/approver',
      reportingInstance: 'approver-1',
      action: 'Approve',
      reason: 'AutoApproved',
      regarding: FACTS.regarding,
      note: 'Approved automatically.',
      type: 'Normal',
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
      ...event,
    })

/** The body of the request with that number. */
const sent = (at: number) =>
  server.exchanges[at]?.body as {
    metadata: { name: string }
    note: string
    reportingInstance: string
  }
const nameOf = (at: number) => sent(at).metadata.name

it('an Event is created under its own name', async () => {
  server.script.push(created)
  expect(await tell()).toBe('created')
  expect(server.exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `POST ${EVENTS}`,
  ])
  expect(nameOf(0)).toBe(FACTS.name)
})

it('an Event is cut to the API’s limits', async () => {
  server.script.push(created)
  const long = { note: 'ä'.repeat(2_000), instance: 'x'.repeat(500) }
  await createEvent(server.identity, { ...FACTS, ...long }, KEY)
  expect(Buffer.byteLength(sent(0).note)).toBeLessThanOrEqual(1_024)
  expect(sent(0).reportingInstance).toHaveLength(128)
})

it('an Event that another process has created is not created again', async () => {
  server.script.push(taken, standing())
  expect(await tell()).toBe('stands')
  expect(server.exchanges).toHaveLength(2)
})

describe('another Event has its name', () => {
  it.each<[string, Responder]>([
    ['another note', standing({ event: { note: 'Denied.' } })],
    ['another reason', standing({ event: { reason: 'LeftToAPerson' } })],
    ['another type', standing({ event: { type: 'Warning' } })],
    ['another object', standing({ event: { regarding: { ...FACTS.regarding, uid: 'uid-2' } } })],
    ['another controller', standing({ event: { reportingController: 'eve' } })],
    ['another source', standing({ event: { deprecatedSource: { component: 'eve' } } })],
    ['a time that is long past', standing({ event: { eventTime: '2020-01-01T00:00:00.000000Z' } })],
    ['no time', standing({ event: { eventTime: null } })],
    [
      'an owner, with which it is collected',
      standing({ metadata: { ownerReferences: [{ uid: 'x' }] } }),
    ],
    ['a deletion under way', standing({ metadata: { deletionTimestamp: '2026-11-24T11:50:00Z' } })],
    ['a label', standing({ metadata: { labels: { a: 'b' } } })],
    ['an answer that is no object', (exchange) => exchange.json(200, null)],
    ['it may not be read', refuse(403, 'no')],
    ['it is gone by now', refuse(404, 'not found')],
  ])('an Event whose name %s has is created under an unpredictable name', async (_, found) => {
    server.script.push(taken, found, created)
    expect(await tell()).toBe('renamed')
    expect(nameOf(2)).toMatch(/^countersign-autoapproved-uid-1-[0-9a-f]{16}$/)
    const { metadata: _own, ...said } = sent(0)
    expect(sent(2)).toMatchObject(said)
  })

  it('an Event with a taken name is created once: a process has one such name for it', async () => {
    const forged = standing({ event: { note: 'Denied.' } })
    server.script.push(taken, forged, created, taken, forged, taken)
    expect([await tell(), await tell()]).toEqual(['renamed', 'renamed'])
    expect(nameOf(5)).toBe(nameOf(2))
  })

  it('another process has another unpredictable name', async () => {
    server.script.push(taken, refuse(404, 'not found'), created)
    server.script.push(taken, refuse(404, 'not found'), created)
    await tell()
    await createEvent(server.identity, FACTS, Buffer.from('another secret'))
    expect(nameOf(5)).not.toBe(nameOf(2))
  })
})

it('any other refusal is an error', async () => {
  server.script.push(refuse(403, 'may not create events'))
  await expect(tell()).rejects.toMatchObject({ status: 403 })
  server.script.push(taken, refuse(500, 'etcd is away'))
  await expect(tell()).rejects.toMatchObject({ status: 500 })
})

it('an Event identifies an object with a long name by its uid, and cuts the name', async () => {
  server.script.push(created)
  const regarding = { ...FACTS.regarding, name: '\u0001'.repeat(490_000) }
  await createEvent(server.identity, { ...FACTS, regarding }, KEY)
  const { body } = server.exchanges[0] ?? {}
  expect(body).toMatchObject({ regarding: { uid: 'uid-1' } })
  expect(JSON.stringify(body).length).toBeLessThan(2_000)
})

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CauseCode, cause } from '#lib/csr/cause.ts'
import { type DocumentPlace, MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import { placesOf } from '#lib/kube/documents/document-place.ts'
import { documentFollower, type FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { eachFolder, eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { actsAsItself } from '#lib/kube/transport/acting-identity.ts'

const clock = manualClock()
const server = eachScriptedServer()
const folder = eachFolder()
let followed: FollowedDocument[] = []
let changes = 0

beforeEach(async () => {
  changes = 0
})

afterEach(async () => {
  for (const one of followed) one.stop()
  followed = []
})

async function follow(place: DocumentPlace): Promise<FollowedDocument> {
  const { identity } = server
  const document = documentFollower({ identity, clock })('policy', place, () => {
    changes += 1
  })
  followed.push(document)
  await document.refresh()
  return document
}

const save = (document: FollowedDocument, text: string, version: string | null) =>
  document.save(text, version, server.identity)

describe('a file', () => {
  let path: string
  let place: DocumentPlace

  beforeEach(() => {
    path = folder.file('policy.yaml')
    place = { kind: 'file', path }
  })

  it('a file is read at once and every two seconds; the follower is called for changes only', async () => {
    writeFileSync(path, 'one')
    const document = await follow(place)
    expect(document.current()).toMatchObject({ status: 'read', text: 'one', causes: [] })
    expect(changes).toBe(1)
    await document.refresh()
    expect(changes).toBe(1)
    writeFileSync(path, 'two')
    clock.advance(1_999)
    await until(() => true, 'nothing')
    expect(document.current().text).toBe('one')
    clock.advance(1)
    await until(() => document.current().text === 'two', 'the new text')
    expect(changes).toBe(2)
  })

  it('a file keeps its byte-order mark, and its version is that of its exact bytes', async () => {
    writeFileSync(path, '\uFEFFa: 1\r\n')
    const document = await follow(place)
    expect(document.current().text).toBe('\uFEFFa: 1\r\n')
    expect(await save(document, 'b: 2', document.current().version)).toEqual({ outcome: 'saved' })
    expect(readFileSync(path, 'utf8')).toBe('b: 2')
  })

  it('a file that vanishes is absent, and may come back', async () => {
    writeFileSync(path, 'one')
    const document = await follow(place)
    rmSync(path)
    await document.refresh()
    expect(document.current()).toEqual({
      status: 'absent',
      text: null,
      version: null,
      causes: [cause('fileAbsent', { path })],
    })
    expect(await save(document, 'again', null)).toEqual({ outcome: 'saved' })
    expect(document.current()).toMatchObject({ status: 'read', text: 'again' })
  })

  it.each<[string, () => void, CauseCode]>([
    ['not UTF-8', () => writeFileSync(path, Buffer.from([0x61, 0xc3, 0x28])), 'fileNotText'],
    ['too large', () => writeFileSync(path, 'x'.repeat(MAX_DOCUMENT_BYTES + 1)), 'fileTooLarge'],
    [
      'a pipe that nobody writes into',
      () => {
        rmSync(path)
        execFileSync('mkfifo', [path])
      },
      'fileNotAFile',
    ],
  ])('a file that %s keeps its last text, with the reason', async (_, spoil, code) => {
    writeFileSync(path, 'good')
    const document = await follow(place)
    const { version } = document.current()
    spoil()
    await document.refresh()
    expect(document.current()).toMatchObject({
      status: 'unreadable',
      text: 'good',
      version,
      causes: [{ code, values: { path } }],
    })
    expect(await save(document, 'mine', version)).toMatchObject({ outcome: 'changed' })
  })

  it('a file of exactly the limit is read whole', async () => {
    writeFileSync(path, 'x'.repeat(MAX_DOCUMENT_BYTES))
    expect((await follow(place)).current().text).toHaveLength(MAX_DOCUMENT_BYTES)
  })

  it('a save does not overwrite an unseen text', async () => {
    writeFileSync(path, 'one')
    const document = await follow(place)
    const { version } = document.current()
    writeFileSync(path, 'theirs')
    expect(await save(document, 'mine', version)).toMatchObject({ outcome: 'changed' })
    expect(readFileSync(path, 'utf8')).toBe('theirs')
    expect(document.current().text).toBe('theirs')
  })

  it('a save does not create a file where one has appeared', async () => {
    const document = await follow(place)
    writeFileSync(path, 'theirs')
    expect(await save(document, 'mine', null)).toMatchObject({ outcome: 'changed' })
  })

  it('a save replaces the file as a whole: permissions and links stay, and no draft is left', async () => {
    const link = folder.file('link.yaml')
    writeFileSync(path, 'one')
    chmodSync(path, 0o640)
    symlinkSync(path, link)
    const document = await follow({ kind: 'file', path: link })
    expect(await save(document, 'two', document.current().version)).toEqual({ outcome: 'saved' })
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder.path).toSorted()).toEqual(['link.yaml', 'policy.yaml'])
  })

  it('a text that is too large is not saved', async () => {
    const document = await follow(place)
    const text = 'é'.repeat(MAX_DOCUMENT_BYTES / 2 + 1)
    expect(await save(document, text, null)).toMatchObject({ outcome: 'error' })
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('a save into a missing folder fails and says so', async () => {
    const document = await follow({ kind: 'file', path: folder.file('none', 'policy.yaml') })
    expect(await save(document, 'mine', null)).toMatchObject({
      outcome: 'error',
      causes: [{ code: 'fileNotWritten', values: { code: 'ENOENT' } }],
    })
  })
})

interface ConfigMap {
  readonly metadata: object
  readonly data?: object
  readonly binaryData?: object
}

const answer =
  (object: ConfigMap): Responder =>
  (exchange) =>
    exchange.json(200, { apiVersion: 'v1', kind: 'ConfigMap', ...object })
const METADATA = { name: 'approval', namespace: 'countersign', uid: 'u1', resourceVersion: '7' }
const holding = (data: object, more: object = {}) => ({ metadata: { ...METADATA, ...more }, data })
/** Answers with that policy. */
const saying = (text: string, more: object = {}) => answer(holding({ 'policy.yaml': text }, more))
const lost: Responder = ({ socket }) => socket.destroy()

describe('a key of a ConfigMap', () => {
  const place: DocumentPlace = { kind: 'configMap', namespace: 'countersign', name: 'approval' }

  it('a ConfigMap is read by name, every two seconds', async () => {
    server.script.push(answer(holding({ 'policy.yaml': 'one', paused: 'true' })))
    const document = await follow(place)
    expect(document.current()).toMatchObject({ status: 'read', text: 'one' })
    server.script.push(saying('two'))
    clock.advance(2_000)
    await until(() => document.current().text === 'two', 'the new text')
    expect(server.exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/namespaces/countersign/configmaps/approval',
      'GET /api/v1/namespaces/countersign/configmaps/approval',
    ])
  })

  it('documents of one ConfigMap are read by one GET, all before the first change is told', async () => {
    const { identity } = server
    const follow = documentFollower({ identity, clock })
    const told: (string | null)[][] = []
    const texts = () => [policy, paused].map((document) => document.current().text)
    const policy = follow('policy', place, () => told.push(texts()))
    const paused = follow('paused', place, () => told.push(texts()))
    followed.push(policy, paused)
    server.script.push(answer(holding({ 'policy.yaml': 'one', paused: 'true' })))
    await paused.refresh()
    server.script.push(answer(holding({ 'policy.yaml': 'two', paused: 'false' })))
    clock.advance(2_000)
    await until(() => told.length === 4, 'both changes')
    const [first, second] = [
      ['one', 'true'],
      ['two', 'false'],
    ]
    expect(told).toEqual([first, first, second, second])
    expect(server.exchanges).toHaveLength(2)
  })

  it('a document is read while another one of its ConfigMap is no longer followed', async () => {
    const { identity } = server
    const follow = documentFollower({ identity, clock })
    const [policy, paused] = [follow('policy', place, () => {}), follow('paused', place, () => {})]
    followed.push(policy, paused)
    server.script.push(answer(holding({ 'policy.yaml': 'one', paused: 'true' })))
    await policy.refresh()
    policy.stop()
    server.script.push(answer(holding({ 'policy.yaml': 'two', paused: 'false' })))
    clock.advance(2_000)
    await until(() => paused.current().text === 'false', 'the new text')
    expect(policy.current().text).toBe('one')
  })

  const HELM = { 'app.kubernetes.io/managed-by': 'Helm' }
  const RELEASE = { 'meta.helm.sh/release-name': 'team' }
  it.each<[string, object, string | undefined]>([
    ['Helm’s', { labels: HELM, annotations: RELEASE }, 'team'],
    ['Helm’s, without its release', { labels: HELM }, ''],
    [
      'Helm’s, of a release with an endless name',
      { labels: HELM, annotations: { 'meta.helm.sh/release-name': 'x'.repeat(300) } },
      expect.stringMatching(/^x{200,253}/),
    ],
    ['nobody’s', {}, undefined],
    [
      'another tool’s',
      { labels: { 'app.kubernetes.io/managed-by': 'kustomize' }, annotations: RELEASE },
      undefined,
    ],
  ])('a ConfigMap is reported as %s', async (_, metadata, helmRelease) => {
    server.script.push(saying('one', metadata))
    expect((await follow(place)).current().helmRelease).toEqual(helmRelease)
  })

  it('a ConfigMap that Helm takes over is reported, also with the same text', async () => {
    server.script.push(saying('one'))
    const document = await follow(place)
    server.script.push(saying('one', { labels: HELM }))
    await document.refresh()
    expect([document.current().helmRelease, changes]).toEqual(['', 2])
  })

  it.each<[string, Responder, object]>([
    [
      'no ConfigMap',
      refuse(404, 'configmaps "approval" not found'),
      {
        status: 'absent',
        text: null,
        causes: [cause('configMapAbsent', { place: 'countersign/approval' })],
      },
    ],
    [
      'no such key',
      answer(holding({ other: '' })),
      {
        status: 'absent',
        text: null,
        causes: [
          cause('configMapWithoutKey', { place: 'countersign/approval', key: 'policy.yaml' }),
        ],
      },
    ],
    ['no data at all', answer({ metadata: METADATA }), { status: 'absent', text: null }],
    [
      'bytes that are no text',
      answer({ metadata: METADATA, binaryData: { 'policy.yaml': '/w==' } }),
      { status: 'unreadable', text: 'good' },
    ],
    [
      'too large',
      saying('x'.repeat(MAX_DOCUMENT_BYTES + 1)),
      { status: 'unreadable', text: 'good' },
    ],
    [
      'no right to read it',
      refuse(403, 'configmaps "approval" is forbidden: User "tester" cannot get'),
      {
        status: 'unreadable',
        text: 'good',
        causes: [
          cause('configMapForbidden', { place: 'countersign/approval' }),
          said('configmaps "approval" is forbidden: User "tester" cannot get'),
        ],
      },
    ],
    ['a lost connection', lost, { status: 'unreadable', text: 'good' }],
    ['an answer that is no object', ({ json }) => json(200, []), { status: 'unreadable' }],
  ])('after a valid text, %s keeps that text', async (_, responder, expected) => {
    server.script.push(saying('good'))
    const document = await follow(place)
    server.script.push(responder)
    await document.refresh()
    expect(document.current()).toMatchObject(expected)
  })

  async function read(text = 'one') {
    server.script.push(saying(text))
    const document = await follow(place)
    return { document, version: document.current().version }
  }
  const bodies = (method: string) =>
    server.exchanges.filter((exchange) => exchange.method === method).map(({ body }) => body)

  it('a save sends the rest of the ConfigMap unchanged, bound to the read version', async () => {
    const { document, version } = await read()
    const labels = { app: 'countersign' }
    server.script.push(
      answer({
        ...holding({ 'policy.yaml': 'one', paused: 'true' }, { labels, managedFields: [{}] }),
        binaryData: { logo: 'AA==' },
      }),
      answer(holding({})),
      saying('two', { resourceVersion: '8' }),
    )
    expect(await save(document, 'two', version)).toEqual({ outcome: 'saved' })
    expect(bodies('PUT')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...METADATA, labels },
        data: { 'policy.yaml': 'two', paused: 'true' },
        binaryData: { logo: 'AA==' },
      },
    ])
    expect(document.current().text).toBe('two')
  })

  it('a save creates the ConfigMap where there is none', async () => {
    server.script.push(refuse(404, 'not found'))
    const document = await follow(place)
    server.script.push(refuse(404, 'not found'), ({ json }) => json(201, {}), saying('new'))
    expect(await save(document, 'new', null)).toEqual({ outcome: 'saved' })
    expect(bodies('POST')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'approval', namespace: 'countersign' },
        data: { 'policy.yaml': 'new' },
      },
    ])
  })

  it('a save does not overwrite a changed text', async () => {
    const { document, version } = await read()
    const theirs = saying('theirs')
    server.script.push(theirs, theirs)
    expect(await save(document, 'two', version)).toMatchObject({ outcome: 'changed' })
    expect(bodies('PUT')).toEqual([])
  })

  it('after a conflict only a change of the same key stops the save', async () => {
    const { document, version } = await read()
    const conflict = refuse(409, 'the object has been modified')
    server.script.push(
      saying('one'),
      conflict,
      answer(holding({ 'policy.yaml': 'one', paused: 'true' }, { resourceVersion: '8' })),
      answer(holding({})),
      saying('two'),
    )
    expect(await save(document, 'two', version)).toEqual({ outcome: 'saved' })
    expect(bodies('PUT')[1]).toMatchObject({
      metadata: { resourceVersion: '8' },
      data: { 'policy.yaml': 'two', paused: 'true' },
    })

    const changed = saying('theirs')
    server.script.push(saying('two'), conflict, changed, changed)
    const { version: now } = document.current()
    expect(await save(document, 'three', now)).toMatchObject({ outcome: 'changed' })
  })

  it('a save gives up on a ConfigMap that keeps changing', async () => {
    const { document, version } = await read()
    for (let n = 0; n < 4; n += 1) {
      server.script.push(saying('one'), refuse(409, 'modified'))
    }
    server.script.push(saying('one'))
    expect(await save(document, 'two', version)).toMatchObject({ outcome: 'changed' })
  })

  it.each<[string, Responder, object]>([
    [
      'no right to write',
      refuse(403, 'cannot update resource "configmaps"'),
      { outcome: 'forbidden', causes: [said('cannot update resource "configmaps"')] },
    ],
    ['no admission', refuse(422, 'immutable'), { outcome: 'error', causes: [said('immutable')] }],
    [
      'a namespace that is not there',
      refuse(404, 'namespaces "x" not found'),
      { outcome: 'error' },
    ],
  ])(
    'a refused save of %s is reported with the API server’s message',
    async (_, refusal, expected) => {
      const { document, version } = await read()
      const before = saying('one')
      server.script.push(before, refusal, before)
      expect(await save(document, 'two', version)).toMatchObject(expected)
      expect(document.current().text).toBe('one')
    },
  )

  it.each([
    ['done', 'two', 'saved'],
    ['perhaps not', 'one', 'unknown'],
  ])('a save whose answer was lost is read back: %s', async (_, found, outcome) => {
    const { document, version } = await read()
    const after = saying(found)
    server.script.push(saying('one'), lost, after, after)
    expect(await save(document, 'two', version)).toMatchObject({ outcome })
  })

  it('a save is made as the saving person', async () => {
    const { document, version } = await read()
    const person = actsAsItself(bearerIdentity('person', server.endpoint, 'their-token'))
    server.script.push(saying('one'), answer(holding({})), saying('two'))
    await document.save('two', version, person)
    await person.close()
    const tokens = server.exchanges.map(({ method, headers }) => [method, headers.authorization])
    expect(tokens).toEqual([
      ['GET', 'Bearer test-token'],
      ['GET', 'Bearer their-token'],
      ['PUT', 'Bearer their-token'],
      ['GET', 'Bearer test-token'],
    ])
  })

  it('a stopped follower reads no more', async () => {
    const { document } = await read()
    document.stop()
    clock.advance(60_000)
    await document.refresh()
    expect(server.exchanges).toHaveLength(1)
  })
})

it.each<[DocumentPlace, DocumentPlace]>([
  [
    { kind: 'file', path: '/etc/countersign/policy.yaml' },
    { kind: 'file', path: '/etc/countersign/paused' },
  ],
  [
    { kind: 'file', path: 'policy.yaml' },
    { kind: 'file', path: 'paused' },
  ],
  [
    { kind: 'configMap', namespace: 'a', name: 'b' },
    { kind: 'configMap', namespace: 'a', name: 'b' },
  ],
])('the kill switch of the policy %j is %j', (place, beside) => {
  expect(placesOf(place, null)).toMatchObject({ policy: place, expected: null, paused: beside })
})

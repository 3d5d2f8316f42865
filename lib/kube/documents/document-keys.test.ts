import { afterEach, beforeEach, expect, it } from 'vitest'
import { versionOf } from '#lib/kube/documents/document-text.ts'
import { documentFollower } from '#lib/kube/documents/followed-document.ts'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const place = { kind: 'configMap', namespace: 'rack', name: 'expected' } as const
let server: ScriptedServer
let data: Readonly<Record<string, string>> | null
let binaryData: Readonly<Record<string, string>>

beforeEach(async () => {
  binaryData = {}
  server = await startScriptedServer(
    Array.from({ length: 40 }, () => (exchange) => {
      if (exchange.method === 'GET') {
        if (data === null) return exchange.json(404, { kind: 'Status', code: 404 })
        return exchange.json(200, { metadata: { resourceVersion: '1' }, data, binaryData })
      }
      data = (exchange.body as { data: Record<string, string> }).data
      exchange.json(200, exchange.body)
    }),
  )
})

afterEach(() => server.close())

async function follow(start: Readonly<Record<string, string>> | null) {
  data = start
  const follower = documentFollower({ identity: server.identity, clock: manualClock() })
  const document = follower('expected', place, () => {})
  await document.refresh()
  document.stop()
  return document
}

it.each([
  ['machines.csv', { 'machines.csv': 'name\nw' }, { status: 'read', text: 'name\nw' }],
  ['machines.yaml', { 'machines.yaml': '- w' }, { status: 'read', text: '- w' }],
  ['neither', { other: 'x' }, { status: 'absent', text: null }],
  ['no ConfigMap', null, { status: 'absent', text: null }],
  [
    'both',
    { 'machines.csv': 'name\nw', 'machines.yaml': '- w' },
    { status: 'unreadable', causes: [{ code: 'configMapBoth' }] },
  ],
  [
    'both, one as bytes',
    { 'machines.csv': 'name\nw' },
    { status: 'unreadable', causes: [{ code: 'configMapBoth' }] },
    { 'machines.yaml': '/w==' },
  ],
])('a ConfigMap with %s is read accordingly', async (_, start, state, binary?) => {
  binaryData = binary ?? {}
  expect((await follow(start)).current()).toMatchObject(state)
})

it.each([
  ['machines.csv', { 'machines.csv': 'old', paused: 'true' }],
  ['machines.yaml', { 'machines.yaml': 'old', paused: 'true' }],
  ['machines.csv', { paused: 'true' }],
])('a save goes into %s, and leaves the other keys', async (key, start) => {
  const document = await follow(start)
  const { version } = document.current()
  expect(version).toBe(key in start ? versionOf('old') : null)
  expect(await document.save('new', version, server.identity)).toEqual({ outcome: 'saved' })
  expect(data).toEqual({ paused: 'true', [key]: 'new' })
})

it('a save is refused while both keys are there', async () => {
  const document = await follow({ 'machines.csv': 'old', 'machines.yaml': 'older' })
  const { version } = document.current()
  expect(version).toBeNull()
  expect(await document.save('new', versionOf('old'), server.identity)).toMatchObject({
    outcome: 'changed',
  })
  expect(data).toEqual({ 'machines.csv': 'old', 'machines.yaml': 'older' })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { versionOf } from '#lib/kube/documents/document-text.ts'
import { followExpected } from '#lib/kube/documents/expected-document.ts'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const place = { kind: 'configMap', namespace: 'rack', name: 'expected' } as const
let server: ScriptedServer
let data: Readonly<Record<string, string>> | null

beforeEach(async () => {
  server = await startScriptedServer(
    Array.from({ length: 40 }, () => (exchange) => {
      if (exchange.method === 'GET') {
        if (data === null) return exchange.json(404, { kind: 'Status', code: 404 })
        return exchange.json(200, { metadata: { resourceVersion: '1' }, data })
      }
      data = (exchange.body as { data: Record<string, string> }).data
      exchange.json(200, exchange.body)
    }),
  )
})

afterEach(() => server.close())

async function follow(start: Readonly<Record<string, string>> | null) {
  data = start
  const { identity } = server
  const document = followExpected({ identity, place, clock: manualClock(), onChange() {} })
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
    {
      status: 'unreadable',
      causes: [{ code: 'configMapBoth' }],
    },
  ],
])('reads %s', async (_, start, state) => {
  expect((await follow(start)).current()).toMatchObject(state)
})

it('is not read before both keys have been looked for', async () => {
  const answers: (() => void)[] = []
  const slow = await startScriptedServer(
    Array.from({ length: 2 }, () => (exchange) => {
      const both = { 'machines.csv': 'name\nw', 'machines.yaml': '- w' }
      answers.push(() => exchange.json(200, { metadata: {}, data: both }))
    }),
  )
  const { identity } = slow
  const seen: string[] = []
  const document = followExpected({
    identity,
    place,
    clock: manualClock(),
    onChange: () => seen.push(document.current().status),
  })
  await expect.poll(() => answers.length).toBe(2)
  answers[0]?.()
  await expect.poll(() => seen).toEqual(['unread'])
  answers[1]?.()
  await expect.poll(() => seen).toEqual(['unread', 'unreadable'])
  document.stop()
  await slow.close()
})

it.each([
  ['machines.csv', { 'machines.csv': 'old', paused: 'true' }],
  ['machines.yaml', { 'machines.yaml': 'old', paused: 'true' }],
  ['machines.csv', { paused: 'true' }],
])('saves into %s where it is there, and leaves its neighbours', async (key, start) => {
  const document = await follow(start)
  const { version } = document.current()
  expect(version).toBe(key in start ? versionOf('old') : null)
  expect(await document.save('new', version)).toEqual({ outcome: 'saved' })
  expect(data).toEqual({ paused: 'true', [key]: 'new' })
})

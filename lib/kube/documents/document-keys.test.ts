import { afterEach, expect, it } from 'vitest'
import { versionOf } from '#lib/kube/documents/document-text.ts'
import { documentFollower, type FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { sandboxOfFile } from '#lib/kube/fixtures/sandbox-api.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'

const place = { kind: 'configMap', namespace: 'rack', name: 'expected' } as const
const api = sandboxOfFile()
const stored = () => api.sandbox.world.get('configmaps', place.name, place)

afterEach(() => {
  if (stored() !== undefined) api.sandbox.world.delete('configmaps', place.name, place)
})

interface Followed {
  readonly document: FollowedDocument
  readonly me: ActingIdentity
}

async function follow(start: Record<string, object> | null): Promise<Followed> {
  const metadata = { namespace: place.namespace, name: place.name }
  if (start !== null) api.sandbox.world.create('configmaps', { metadata, ...start })
  const me = api.person()
  const follower = documentFollower({ identity: me, clock: manualClock() })
  const document = follower('expected', place, () => {})
  await document.refresh()
  document.stop()
  return { document, me }
}

it.each([
  ['machines.csv', { data: { 'machines.csv': 'name\nw' } }, { status: 'read', text: 'name\nw' }],
  ['machines.yaml', { data: { 'machines.yaml': '- w' } }, { status: 'read', text: '- w' }],
  ['neither', { data: { other: 'x' } }, { status: 'absent', text: null }],
  ['no ConfigMap', null, { status: 'absent', text: null }],
  [
    'both',
    { data: { 'machines.csv': 'name\nw', 'machines.yaml': '- w' } },
    { status: 'unreadable', causes: [{ code: 'configMapBoth' }] },
  ],
  [
    'both, one as bytes',
    { data: { 'machines.csv': 'name\nw' }, binaryData: { 'machines.yaml': '/w==' } },
    { status: 'unreadable', causes: [{ code: 'configMapBoth' }] },
  ],
])('a ConfigMap with %s is read accordingly', async (_, start, state) => {
  expect((await follow(start)).document.current()).toMatchObject(state)
})

it.each([
  ['machines.csv', { 'machines.csv': 'old', paused: 'true' }],
  ['machines.yaml', { 'machines.yaml': 'old', paused: 'true' }],
  ['machines.csv', { paused: 'true' }],
])('a save goes into %s, and leaves the other keys', async (key, data) => {
  const { document, me } = await follow({ data })
  const { version } = document.current()
  expect(version).toBe(key in data ? versionOf('old') : null)
  expect(await document.save('new', version, me)).toEqual({ outcome: 'saved' })
  expect(stored()?.data).toEqual({ paused: 'true', [key]: 'new' })
})

it('a save is refused while both keys are there', async () => {
  const data = { 'machines.csv': 'old', 'machines.yaml': 'older' }
  const { document, me } = await follow({ data })
  expect(document.current().version).toBeNull()
  expect(await document.save('new', versionOf('old'), me)).toMatchObject({ outcome: 'changed' })
  expect(stored()?.data).toEqual(data)
})

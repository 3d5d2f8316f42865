import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Client, openClient } from '#e2e/contract/raw-client.ts'
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts'

/** Controls that tests have over the sandbox; the contract covers its behaviour. */

const NODES = '/api/v1/nodes'

let sandbox: Sandbox
let admin: Client
let viewer: Client
const undo: (() => void)[] = []

beforeAll(async () => {
  sandbox = await startSandbox()
})

beforeEach(() => {
  admin = openClient(sandbox.kubeconfigs.admin)
  viewer = openClient(sandbox.kubeconfigs.viewer)
})

afterEach(async () => {
  for (const one of undo.splice(0)) one()
  await Promise.all([admin.close(), viewer.close()])
})

afterAll(() => sandbox.stop())

function node(name: string) {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} }
}

it('a fault set once fails only the next matching call', async () => {
  undo.push(
    sandbox.failNext({ match: { method: 'GET', path: /nodes/ }, status: 429, retryAfter: 3 }),
  )
  expect((await viewer.call('GET', '/version')).status).toBe(200)
  const failed = await viewer.call('GET', NODES)
  expect(failed.status).toBe(429)
  expect(failed.headers['retry-after']).toBe('3')
  expect((await viewer.call('GET', NODES)).status).toBe(200)
})

it('a standing fault fails every call until it is undone', async () => {
  const stop = sandbox.failNext({ status: 503, times: 5 })
  expect((await viewer.call('GET', NODES)).status).toBe(503)
  expect((await viewer.call('GET', NODES)).status).toBe(503)
  stop()
  expect((await viewer.call('GET', NODES)).status).toBe(200)
})

it('the fault “lost answer” carries out the call and drops its answer', async () => {
  undo.push(sandbox.failNext({ match: { method: 'POST' }, dropAnswer: true }))
  await expect(admin.call('POST', NODES, { body: node('lost-answer') })).rejects.toThrow(
    'socket hang up',
  )
  expect(sandbox.world.get('nodes', 'lost-answer')).toBeDefined()
})

it('the fault “lost call” drops a call before it has an effect', async () => {
  undo.push(sandbox.failNext({ match: { method: 'POST' }, dropCall: true }))
  await expect(admin.call('POST', NODES, { body: node('lost-call') })).rejects.toThrow(
    'socket hang up',
  )
  expect(sandbox.world.get('nodes', 'lost-call')).toBeUndefined()
})

it('the fault “redirect” answers with a redirect', async () => {
  undo.push(sandbox.failNext({ redirectTo: 'https://192.0.2.1/' }))
  const answer = await viewer.call('GET', NODES)
  expect(answer.status).toBe(302)
  expect(answer.headers.location).toBe('https://192.0.2.1/')
})

it('rights can be removed and given back', async () => {
  const restore = sandbox.revokeRights('viewer', 'nodes')
  expect((await viewer.call('GET', NODES)).status).toBe(403)
  expect((await viewer.call('GET', '/apis/machine.openshift.io/v1beta1/machines')).status).toBe(200)
  restore()
  expect((await viewer.call('GET', NODES)).status).toBe(200)
  const restoreAll = sandbox.revokeRights('admin')
  expect((await admin.call('GET', NODES)).status).toBe(403)
  restoreAll()
  expect((await admin.call('GET', NODES)).status).toBe(200)
})

it.each([
  ['alice', 'approver', ['platform-admins'], { sees: true, approves: true }],
  ['bob', 'viewer', ['viewers'], { sees: true, approves: false }],
  ['carol', 'nobody', [], { sees: false, approves: false }],
] as const)(
  'a person added %s by a token has the rights of the identity %s',
  async (name, like, groups, rights) => {
    const token = sandbox.addPerson(name, like, groups)
    const person = openClient(sandbox.kubeconfigs.nobody, token)
    undo.push(() => void person.close())
    const ask = async (path: string, body: object) =>
      (await person.call('POST', `/apis/${path}`, { body })).body.status
    const { userInfo } = await ask('authentication.k8s.io/v1/selfsubjectreviews', {})
    expect(userInfo).toEqual({ username: name, groups: [...groups, 'system:authenticated'] })
    const may = async (wanted: object) => {
      const resourceAttributes = { group: 'certificates.k8s.io', ...wanted }
      const body = { spec: { resourceAttributes } }
      return (await ask('authorization.k8s.io/v1/selfsubjectaccessreviews', body)).allowed
    }
    expect({
      sees: await may({ verb: 'list', resource: 'certificatesigningrequests' }),
      approves: await may({
        ...{ verb: 'approve', resource: 'signers', name: 'kubernetes.io/kubelet-serving' },
      }),
    }).toEqual(rights)
  },
)

it('open watches can be made to expire midway', async () => {
  const watching = await viewer.watch(`${NODES}?watch=1`)
  sandbox.expireHistory({ tellWatches: true })
  const last = (await watching.rest()).at(-1)
  expect(last).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
})

it('watches can be ended', async () => {
  const watching = await viewer.watch(`${NODES}?watch=1`)
  sandbox.closeWatches()
  expect((await watching.rest()).filter(({ type }) => type === 'ERROR')).toEqual([])
  expect(sandbox.watches).toBe(0)
})

it('watches can be stalled without ending', async () => {
  const { body } = await viewer.call('GET', NODES)
  const from = `${NODES}?watch=1&resourceVersion=${body.metadata.resourceVersion}`
  const silent = await viewer.watch(from)
  sandbox.stallWatches()
  const other = await viewer.watch(from)
  sandbox.world.create('nodes', node('unheard'))
  expect((await other.next()).object.metadata.name).toBe('unheard')
  const heard = silent.next().then(
    () => 'heard',
    () => 'ended',
  )
  expect(sandbox.watches).toBe(2)
  silent.stop()
  expect(await heard).toBe('ended')
  other.stop()
})

it('the sandbox stops and returns on the same port with the same objects', async () => {
  sandbox.world.create('nodes', node('survivor'))
  await sandbox.pause()
  await expect(viewer.call('GET', NODES)).rejects.toThrow('ECONNREFUSED')
  await sandbox.resume()
  const { body } = await viewer.call('GET', `${NODES}/survivor`)
  expect(body.metadata.name).toBe('survivor')
})

it('objects can be changed without rights', () => {
  const { world } = sandbox
  world.create('nodes', { ...node('handmade'), status: { addresses: [] } })
  world.patch('nodes', 'handmade', { metadata: { labels: { rack: '2' } } })
  expect(world.get('nodes', 'handmade')).toMatchObject({
    metadata: { labels: { rack: '2' } },
    status: { addresses: [] },
  })
  world.delete('nodes', 'handmade')
  expect(world.get('nodes', 'handmade')).toBeUndefined()
})

it('the machine API can be missing', async () => {
  const { EMPTY } = await import('#sandbox/scenario.ts')
  const bare = await startSandbox({ scenario: { ...EMPTY, hasMachines: false } })
  const client = openClient(bare.kubeconfigs.viewer)
  try {
    const answer = await client.call('GET', '/apis/machine.openshift.io/v1beta1/machines')
    expect(answer).toMatchObject({ status: 404, body: '404 page not found\n' })
  } finally {
    await client.close()
    await bare.stop()
  }
})

it('the same seed gives the same names', async () => {
  const { RACK2 } = await import('#sandbox/scenarios/rack2.ts')
  const names = async (seed: number) => {
    const one = await startSandbox({ scenario: RACK2, seed })
    const all = one.world.list('csrs').map(({ metadata }) => metadata.name)
    await one.stop()
    return all
  }
  expect(await names(3)).toEqual(await names(3))
  expect(await names(3)).not.toEqual(await names(4))
})

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Documents,
  type DocumentsOptions,
  followDocuments,
  type InForce,
} from '#lib/cluster/documents.ts'
import { cause } from '#lib/csr/cause.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { type Responder, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'

/** An identity for files, whose token is never read. */
const NOBODY = bearerIdentity(
  'nobody',
  {
    origin: 'http://127.0.0.1:9',
    prefix: '',
    ca: null,
    servername: null,
    insecure: false,
    proxy: null,
  },
  'none',
)

const ACTS = { automatic: { ...DEFAULT_POLICY.automatic, mode: 'act' } } as const

const folder = eachFolder()
let clock: ManualClock
let documents: Documents
let changes: InForce[]
let listFails: boolean

beforeEach(() => {
  clock = manualClock()
  changes = []
  listFails = false
})

afterEach(() => {
  documents.stop()
})

const write = (name: string, text: string) => writeFileSync(folder.file(name), text)

function follow(
  expected = false,
  at: Pick<DocumentsOptions, 'identity' | 'place'> = {
    identity: NOBODY,
    place: { kind: 'file', path: folder.file('policy.yaml') },
  },
): void {
  documents = followDocuments({
    ...at,
    expected: expected ? { kind: 'file', path: folder.file('machines.csv') } : null,
    parsePolicy: (text) =>
      text.startsWith('good')
        ? { value: { ...DEFAULT_POLICY, name: text, ...(text === 'good to act' ? ACTS : {}) } }
        : { problems: [{ line: 3, cause: cause('fieldUnknown', { field: 'nope' }) }] },
    parseExpected: async (text) =>
      listFails
        ? { problems: [{ line: null, code: 'tooSlow' }], failed: true }
        : text.startsWith('name')
          ? { value: [{ name: 'worker-1', addresses: text.split(' ').slice(1), role: null }] }
          : { problems: [{ line: 1, code: 'noHeader' }] },
    clock,
    now: clock.now,
    onChange: (now) => changes.push(now),
  })
}

/** Advances time and reads everything again until the condition is met. */
async function reread(condition: (now: InForce) => boolean, what: string): Promise<void> {
  await until(() => {
    clock.advance(2_000)
    return condition(documents.inForce())
  }, what)
}

it('approves nothing before the first read: no policy, and the kill switch is on', () => {
  follow()
  expect(documents.inForce()).toMatchObject({ policy: null, paused: true, releasedAt: 0 })
})

it('keeps the last good policy while the document is bad or gone, and reports the problem', async () => {
  write('policy.yaml', 'good one')
  follow()
  await until(() => documents.inForce().policy?.name === 'good one', 'the policy')
  write('policy.yaml', 'bad')
  await reread(({ problem }) => problem !== null, 'the problem')
  expect(documents.inForce()).toMatchObject({
    policy: { name: 'good one' },
    problem: 'line 3: There is no field nope here.',
  })
  rmSync(folder.file('policy.yaml'))
  await reread(({ problem }) => problem?.includes('There is no file') === true, 'the loss')
  expect(documents.inForce().policy?.name).toBe('good one')
  write('policy.yaml', 'good two')
  await reread(({ policy }) => policy?.name === 'good two', 'the new one')
  expect(documents.inForce().problem).toBeNull()
})

it.each([
  ['true', true],
  ['', true],
  ['no', true],
  ['yes please\n', true],
  ['false', false],
  ['false\n', false],
])('a kill switch with the value %j is on: %s', async (text, on) => {
  write('paused', on ? 'false' : 'true')
  follow()
  write('policy.yaml', 'good')
  await until(() => documents.inForce().policy !== null, 'the policy')
  await reread(({ paused }) => paused !== on, 'the other way round')
  write('paused', text)
  await reread(({ paused }) => paused === on, 'the switch')
  expect(documents.inForce().paused).toBe(on)
})

it('a missing kill switch beside a policy is off', async () => {
  write('policy.yaml', 'good')
  follow()
  await until(() => !documents.inForce().paused, 'the switch')
  expect(documents.inForce().paused).toBe(false)
})

it('a kill switch turned on while the policy is being read stays on', async () => {
  const server = await startScriptedServer()
  const data: Record<string, string> = { 'policy.yaml': 'good' }
  const answer: Responder = ({ json }) =>
    json(200, { metadata: { name: 'policy', uid: 'u', resourceVersion: '1' }, data })
  let letGo = () => {}
  // Reads the policy, the switch and the release; then the policy again, because there is no
  // switch.
  server.script.push(answer, answer, answer, (held) => {
    letGo = () => answer(held)
  })
  const place = { kind: 'configMap', namespace: 'ns', name: 'policy' } as const
  follow(false, { identity: server.identity, place })
  await until(() => server.exchanges.length === 4, 'the other look at the policy')
  data.paused = 'true'
  server.script.push(...Array.from({ length: 400 }, () => answer))
  // Reads the switch again; twice, so that the first answer was handled.
  await reread(() => server.exchanges.length >= 8, 'more looks')
  letGo()
  const heard = server.exchanges.length
  await reread(() => server.exchanges.length >= heard + 12, 'more looks')
  expect(changes.map(({ paused }) => paused)).not.toContain(false)
  expect(documents.inForce()).toMatchObject({ policy: { name: 'good' }, paused: true })
  await server.close()
})

it('a kill switch deleted together with the policy is on', async () => {
  write('policy.yaml', 'good')
  write('paused', 'true')
  follow()
  await until(() => documents.inForce().policy !== null, 'the policy')
  rmSync(folder.file('policy.yaml'))
  rmSync(folder.file('paused'))
  await reread(({ problem }) => problem !== null, 'the loss')
  const lostAt = clock.now()
  await reread(() => clock.now() - lostAt > 10 * 60_000, 'more readings')
  expect(documents.inForce()).toMatchObject({ policy: { name: 'good' }, paused: true })
  write('policy.yaml', 'good again')
  await reread(({ policy }) => policy?.name === 'good again', 'the policy')
  await reread(({ paused }) => !paused, 'the switch')
})

it('pauses while the policy is gone, even if the kill switch says false', async () => {
  write('policy.yaml', 'good')
  write('paused', 'false')
  follow()
  await until(() => documents.inForce().policy !== null && !documents.inForce().paused, 'both')
  rmSync(folder.file('policy.yaml'))
  await reread(({ paused }) => paused, 'the pause')
  expect(documents.inForce()).toMatchObject({ policy: { name: 'good' }, paused: true })
  write('policy.yaml', 'good again')
  await reread(({ policy, paused }) => policy?.name === 'good again' && !paused, 'both again')
})

it('an unreadable kill switch keeps its value for a minute, and then is on', async () => {
  write('policy.yaml', 'good')
  write('paused', 'false')
  follow()
  await until(() => documents.inForce().policy !== null && !documents.inForce().paused, 'both')
  rmSync(folder.file('paused'))
  mkdirSync(folder.file('paused'))
  const since = clock.now()
  await reread(({ paused }) => paused, 'the switch')
  expect(clock.now() - since).toBeGreaterThanOrEqual(60_000)
  rmSync(folder.file('paused'), { recursive: true })
  write('paused', 'false')
  await reread(({ paused }) => !paused, 'the switch')
})

it('a release counts up to now, and never one in the future', async () => {
  write('released', '2026-11-24T12:00:30Z')
  follow()
  await until(() => documents.inForce().releasedAt > 0, 'the release')
  const first = documents.inForce().releasedAt
  expect(new Date(first).toISOString()).toBe('2026-11-24T12:00:30.000Z')
  write('released', '2036-01-01T00:00:00Z')
  write('policy.yaml', 'good')
  await reread(({ policy }) => policy !== null, 'the policy')
  write('released', 'tomorrow')
  write('policy.yaml', 'good two')
  await reread(({ policy }) => policy?.name === 'good two', 'the second policy')
  expect(documents.inForce().releasedAt).toBe(first)
})

it('keeps the last good list of expected machines', async () => {
  write('machines.csv', 'name\nworker-1')
  follow(true)
  expect(documents.inForce().expectedProblem).not.toBeNull()
  await until(() => documents.inForce().expected !== null, 'the list')
  expect(documents.inForce().expectedProblem).toBeNull()
  write('machines.csv', 'bad')
  await reread(({ expectedProblem }) => expectedProblem !== null, 'the problem')
  expect(documents.inForce().expected).toHaveLength(1)
})

it('reads an unreadable list again, although it has not changed', async () => {
  write('machines.csv', 'name\nworker-1')
  listFails = true
  follow(true)
  await reread(({ expectedProblem }) => expectedProblem === 'line -: tooSlow', 'the problem')
  listFails = false
  await reread(({ expected }) => expected !== null, 'the list')
  expect(documents.inForce().expectedProblem).toBeNull()
})

it('two lists in one ConfigMap are both refused', async () => {
  const server = await startScriptedServer()
  const data = { 'machines.csv': 'name', 'machines.yaml': 'name' }
  for (let answers = 0; answers < 8; answers += 1) {
    server.script.push(({ json }) => json(200, { apiVersion: 'v1', kind: 'ConfigMap', data }))
  }
  const place = { kind: 'configMap', namespace: 'rack', name: 'approval' } as const
  documents = followDocuments({
    identity: server.identity,
    place,
    expected: place,
    parsePolicy: () => ({ problems: [] }),
    parseExpected: async () => ({ value: [] }),
    clock,
    now: clock.now,
    onChange: (now) => changes.push(now),
  })
  await until(
    () => documents.inForce().expectedProblem?.includes('holds both') === true,
    'the reason',
  )
  expect(documents.inForce().expected).toBeNull()
  await server.close()
})

describe('a policy that acts, without allowedNames', () => {
  beforeEach(() => {
    write('policy.yaml', 'good to act')
  })

  it('is refused beside a list of names alone, until one of the two changes', async () => {
    write('machines.csv', 'name')
    follow(true)
    await reread(({ barred }) => barred?.code === 'actsOnNamesAlone', 'both documents')
    write('machines.csv', 'name 198.51.100.11')
    await reread(({ barred }) => barred === null, 'the list with addresses')
    write('machines.csv', 'name')
    await reread(({ barred }) => barred !== null, 'the list without')
    write('policy.yaml', 'good to watch')
    await reread(({ policy }) => policy?.name === 'good to watch', 'the policy')
    expect(documents.inForce().barred).toBeNull()
  })

  it('acts without a list', async () => {
    follow()
    await until(() => documents.inForce().policy !== null, 'the policy')
    expect(documents.inForce().barred).toBeNull()
  })
})

import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, it } from 'vitest'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { type Run, runItem } from '#lib/server/runs/run.ts'
import { keepRunFiles, runsFolder } from '#lib/server/runs/run-files.ts'
import { makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'

const SERVER = 'https://api.example.com:6443'
const ID = '3f0c2a52-6c1e-4d0a-9a36-0f3c9d1f7a11'
const OTHER = ID.replace('3', '4')

const folder = eachFolder()
let problems: string[]
beforeEach(() => {
  problems = []
})
const place = () => folder.file('state', 'runs')
const keep = (server = SERVER, now = NOW) =>
  keepRunFiles(
    place(),
    server,
    () => now,
    (said) => problems.push(said),
  )

const more = { machine: 'a', accept: 'verified', followed: false, at: NOW } as const
const run: Run = {
  ...{ id: ID, decision: 'approve', user: 'kim', note: 'rack 2', startedAt: NOW },
  ...{ status: 'running', pause: null, haltedBy: null, endedAt: null, followUntil: NOW + 900_000 },
  options: {
    ...{ verified: true, plausible: false, rebootstrapping: false },
    ...{ superseded: true, followMinutes: 15 },
  },
  machines: [{ name: 'a', seen: ['old'] }],
  items: [
    runItem(makeRequest({ uid: 'a1', name: 'csr-a1' }), more),
    { ...runItem(makeRequest({ uid: 'a2', superseded: true }), more), state: 'sent' },
  ],
}

const kept = () => keep().keep(run)
/** Replaces a part of the kept file. */
function change(from: string, to: string): void {
  const file = `${place()}/${ID}.json`
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
}

it('a run under way is shown as cut off by the next process, with what it had not decided', async () => {
  await kept()
  const [read] = keep().read()
  const { items, ...rest } = run
  expect(read).toMatchObject({ ...rest, status: 'cutOff' })
  expect(read?.items).toMatchObject(
    items.map(({ uid, name, machine, signerName, superseded }) => {
      return { uid, name, machine, signerName, superseded, state: 'left', outcome: null }
    }),
  )
  expect(problems).toEqual([])
})

it('its file is for this user alone', async () => {
  await kept()
  expect(statSync(`${place()}/${ID}.json`).mode & 0o777).toBe(0o600)
  expect(statSync(place()).mode & 0o777).toBe(0o700)
})

it('a run that is over leaves no file', async () => {
  const own = keep()
  await own.keep(run)
  await own.forget(ID)
  expect(readdirSync(place())).toEqual([])
})

it.each<[what: string, server: string, now: number, isKept: boolean]>([
  ['of another API server', 'https://other.example.com', NOW, true],
  ['of more than a day ago', SERVER, NOW + 24 * 3_600_000 + 1, false],
])('a run %s is not shown', async (_, server, now, isKept) => {
  await kept()
  const own = keep(server, now)
  expect(own.read()).toEqual([])
  // Files to remove are removed before this one is written.
  await own.keep({ ...run, id: OTHER })
  expect(readdirSync(place()).includes(`${ID}.json`)).toBe(isKept)
  expect(problems).toEqual([])
})

it('a run that another process has under way is not shown', async () => {
  await kept()
  // The parent of this process is alive; 1 is the first of all.
  change(`"pid":${process.pid}`, `"pid":${process.ppid || 1}`)
  expect(keep().read()).toEqual([])
  expect(problems).toEqual([])
})

it.each<[what: string, from: string, to: string]>([
  ['no JSON', '{', '['],
  ['a field more', '"user"', '"more":1,"user"'],
  ['another id', ID, OTHER],
  ['an item without a uid', '"uid":"a1"', '"uid":""'],
])('a file with %s is not read, which is said once', async (_, from, to) => {
  await kept()
  change(from, to)
  const own = keep()
  expect([...own.read(), ...own.read()]).toEqual([])
  expect(problems).toEqual([expect.stringContaining('A restart will not show')])
})

it('a link is not followed, and tells nothing of the file it names', () => {
  mkdirSync(place(), { recursive: true })
  writeFileSync(folder.file('secret'), 'SECRET')
  symlinkSync(folder.file('secret'), `${place()}/${ID}.json`)
  expect(keep().read()).toEqual([])
  expect(problems.join()).not.toContain('SECRET')
})

it('runs go on where no file can be written, which is said once', async () => {
  writeFileSync(folder.file('state'), '')
  const own = keep()
  await own.keep(run)
  await own.keep(run)
  expect(problems).toHaveLength(1)
  expect(own.read()).toEqual([])
})

it('runsFolder', () => {
  expect(runsFolder({ XDG_STATE_HOME: '/state' })).toBe('/state/countersign/runs')
  expect(runsFolder({}, () => '')).toBeNull()
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Documents } from '#lib/cluster/documents.ts'
import type { ExpectedDesk } from '#lib/cluster/expected-desk.ts'
import { documentsRig, expectedRig } from '#lib/cluster/fixtures/expected-rig.ts'
import { liveCluster, type ScriptedCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { type Author, savedByName } from '#lib/cluster/saved-by-name.ts'
import { KIM } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { processorMs } from '#lib/csr/fixtures/processor-time.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { documentFollower } from '#lib/kube/documents/followed-document.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { type ScriptedDocument, scriptedDocument } from '#lib/kube/fixtures/scripted-document.ts'
import { readExpected } from '#lib/policy/expected-machines.ts'
import type { ExpectedReader } from '#lib/policy/expected-reader.ts'
import { NO_EXPLANATION } from '#lib/wire/explanation.ts'

const csr = makeCsr({ kind: 'client', nodeName: 'worker-1' })
const LIST = 'name,addresses\nworker-1,198.51.100.11\nworker-2,\n'
const TWICE = 'name\nworker-1\nworker-1\n'
let cluster: ScriptedCluster

beforeEach(async () => {
  cluster = await liveCluster({ csrs: [csr, makeCsr({ kind: 'client', nodeName: 'stranger' })] })
})

/** The answer to the rig's admin, and a save by them. */
const answerOf = (list: ExpectedDesk) => list.answer(cluster.principal.actor)
const saveTo = (list: ExpectedDesk, text: string, version: string | null) =>
  list.save(text, version, cluster.principal.actor)

/** The state of worker-1's request once everything is read. */
async function verdict(): Promise<string> {
  await cluster.turn()
  const row = cluster.feed.request(csr.uid, KIM)
  return `${row?.verdict} ${row?.reason?.finding}`
}

describe('a list that is kept in memory', () => {
  let list: ExpectedDesk
  beforeEach(() => {
    list = expectedRig(cluster)
  })

  it('a list that is kept in memory is none at first', async () => {
    expect(await answerOf(list)).toEqual({
      place: null,
      key: 'machines.csv',
      helmRelease: null,
      text: null,
      version: null,
      trouble: null,
      problems: [],
      mayEdit: true,
      complete: false,
      machines: null,
      matched: null,
    })
    expect(await verdict()).toBe('plausible noMachineApi')
  })

  it('a list in memory confirms listed machines, and shows which have arrived', async () => {
    expect(await saveTo(list, LIST, null)).toEqual({
      outcome: 'saved',
      ...NO_EXPLANATION,
      problems: [],
    })
    expect(await answerOf(list)).toMatchObject({
      text: LIST,
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
      machines: [{ name: 'worker-1' }, { name: 'worker-2' }],
      matched: {
        arrived: ['worker-1'],
        missing: ['worker-2'],
        unexpected: ['stranger'],
        waiting: ['worker-1', 'stranger'],
      },
    })
    expect(await verdict()).toBe('verified named')
  })

  it('an empty text makes the program forget the list in memory', async () => {
    await saveTo(list, LIST, null)
    expect(await saveTo(list, '', (await answerOf(list)).version)).toMatchObject({
      outcome: 'saved',
    })
    expect(await answerOf(list)).toMatchObject({
      text: null,
      version: null,
      machines: null,
    })
    expect(await verdict()).toBe('plausible noMachineApi')
  })

  it('a list with a problem is not taken; the last good one stays', async () => {
    await saveTo(list, LIST, null)
    const { version } = await answerOf(list)
    expect(await saveTo(list, TWICE, version)).toEqual({
      outcome: 'refused',
      ...NO_EXPLANATION,
      problems: [{ code: 'nameTwice', line: 3, values: { value: 'worker-1', line: '2' } }],
    })
    expect(await answerOf(list)).toMatchObject({
      text: LIST,
      version,
      problems: [],
    })
    expect(await verdict()).toBe('verified named')
  })

  it('a save that has not seen the list in memory does not replace it', async () => {
    await saveTo(list, LIST, null)
    expect(await saveTo(list, 'name\nworker-9\n', null)).toMatchObject({
      outcome: 'changed',
    })
    expect((await answerOf(list)).text).toBe(LIST)
  })

  it('a list can be previewed without an effect', async () => {
    expect(await list.preview(LIST)).toMatchObject({
      matched: {
        arrived: ['worker-1'],
        missing: ['worker-2'],
        unexpected: ['stranger'],
        waiting: ['worker-1', 'stranger'],
      },
    })
    expect(await list.preview(TWICE)).toMatchObject({ problems: [{ line: 3 }] })
    expect((await answerOf(list)).machines).toBeNull()
    expect(await verdict()).toBe('plausible noMachineApi')
  })
})

describe('a list that has a place, before anything is live', () => {
  let document: ScriptedDocument
  /** Ends the readings under way, each by its text. */
  let endings: Map<string, () => void>

  /** Whether a cluster that waits for the list alone is live, and worker-1's state. */
  async function standing(): Promise<string> {
    const says = await verdict()
    return `${cluster.feed.isLive() ? 'live' : 'not live'}, ${says}`
  }

  beforeEach(async () => {
    document = scriptedDocument()
    endings = new Map()
    cluster = await liveCluster({ csrs: [csr], before: { isExpectedKnown: false } })
    const documents = documentsRig(cluster, {
      follow: document.follow,
      newReader: () => ({
        read: (text) =>
          new Promise((resolve) => endings.set(text, () => resolve(readExpected(text)))),
      }),
    })
    Object.defineProperty(cluster, 'isExpectedKnown', {
      get: () => documents.inForce().isExpectedKnown,
    })
  })

  it('nothing is live before the list in its place was read', async () => {
    expect(await standing()).toBe('not live, plausible noMachineApi')
    document.reads(LIST)
    expect(await standing()).toBe('not live, plausible noMachineApi')
    endings.get(LIST)?.()
    expect(await standing()).toBe('live, verified named')
  })

  it.each<[string, () => void]>([
    ['a refused text', () => document.reads(TWICE)],
    ['a place that cannot be read', () => document.isUnreadable()],
  ])('%s tells the page of the list', async (_, happen) => {
    const topics: string[] = []
    cluster.feed.subscribe(({ event, data }) => {
      if (event === 'changed') topics.push(...data.topics)
    })
    happen()
    endings.get(TWICE)?.()
    await cluster.turn()
    expect(topics).toContain('expected')
  })

  it('the newest version of the list is waited for', async () => {
    document.reads(LIST)
    document.reads('name\nworker-9\n')
    endings.get(LIST)?.()
    expect(await standing()).toBe('not live, plausible noMachineApi')
    endings.get('name\nworker-9\n')?.()
    expect(await standing()).toBe('live, plausible notListed')
  })

  it.each<[string, () => void]>([
    ['is not there', () => document.isAbsent()],
    ['cannot be read', () => document.isUnreadable()],
    [
      'is bad',
      () => {
        document.reads(TWICE)
        endings.get(TWICE)?.()
      },
    ],
  ])('a list that %s is none, and everything goes on', async (_, look) => {
    look()
    expect(await standing()).toBe('live, plausible noMachineApi')
  })
})

it('ten thousand machines in YAML are read aside, from draft to force', async () => {
  const list = expectedRig(cluster)
  const lines = Array.from(
    { length: 10_000 },
    (_, index) => `- {name: worker-${index}.rack, addresses: [10.${index >> 8}.${index & 255}.7]}`,
  )
  const busy = await longestTurn(async () => {
    expect(await list.preview(lines.join('\n'))).toMatchObject({ machines: { length: 10_000 } })
    const text = [...lines, '- worker-1'].join('\n')
    expect(await saveTo(list, text, null)).toMatchObject({ outcome: 'saved' })
    expect((await answerOf(list)).matched?.arrived).toEqual(['worker-1'])
    expect(await verdict()).toBe('verified named')
  })
  // Read on this thread, one turn would take longer than that alone.
  expect(busy).toBeLessThan(processorMs(() => readExpected(lines.join('\n'))))
})

/** Milliseconds of this thread's processor in which nothing else had its turn, at the worst. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0
  let before = process.threadCpuUsage()
  const tick = () => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1_000)
    before = process.threadCpuUsage()
    next = setTimeout(tick, 1)
  }
  // A timer joins turns of a millisecond; an immediate would compute while others read.
  let next = setTimeout(tick, 1)
  await work()
  tick()
  clearTimeout(next)
  return longest
}

describe('a list that cannot be read for now', () => {
  const FAILED = {
    problems: [{ code: 'tooSlow', line: null, values: { seconds: '10' } }],
    failed: true,
  } as const
  const OTHER = 'name\nworker-9\n'
  let fails: boolean
  const newReader = (): ExpectedReader => ({
    read: async (text) => (fails ? FAILED : readExpected(text)),
  })
  beforeEach(() => {
    fails = true
  })

  /** A list as it lies there, in the hands of the test. */
  function lying(reader: () => ExpectedReader) {
    const { follow, reads: lies } = scriptedDocument()
    const list = expectedRig(cluster, documentsRig(cluster, { follow, newReader: reader }))
    return { list, lies }
  }

  it('a list that cannot be read is refused, and read anew when it is tried again', async () => {
    const list = expectedRig(cluster, documentsRig(cluster, { newReader }))
    expect(await list.preview(LIST)).toEqual({ problems: FAILED.problems })
    expect(await saveTo(list, LIST, null)).toMatchObject({
      outcome: 'refused',
    })
    fails = false
    expect(await list.preview(LIST)).toHaveProperty('machines')
    expect(await saveTo(list, LIST, null)).toMatchObject({ outcome: 'saved' })
  })

  it('a list that cannot be read leaves the last good one in force, and is read anew where it lies', async () => {
    const { list, lies } = lying(newReader)
    fails = false
    lies(LIST)
    await answerOf(list)
    fails = true
    lies(OTHER)
    const reported = { problems: FAILED.problems, machines: [{ name: 'worker-1' }, {}] }
    expect(await answerOf(list)).toMatchObject(reported)
    fails = false
    expect(await answerOf(list)).toMatchObject(reported)
    cluster.clock.advance(30_000)
    expect(await answerOf(list)).toMatchObject({
      problems: [],
      machines: [{ name: 'worker-9' }],
    })
  })

  it('a list that another one has replaced is forgotten, whenever its reading ends', async () => {
    const endings = new Map<string, { readonly end: () => void; readonly signal?: AbortSignal }>()
    const { list, lies } = lying(() => ({
      read: (text, signal) =>
        new Promise((resolve) => {
          const end = () => resolve(readExpected(text))
          endings.set(text, signal === undefined ? { end } : { end, signal })
        }),
    }))
    lies(LIST)
    lies(OTHER)
    expect(endings.get(LIST)?.signal?.aborted).toBe(true)
    endings.get(OTHER)?.end()
    expect(await answerOf(list)).toMatchObject({
      machines: [{ name: 'worker-9' }],
    })
    endings.get(LIST)?.end()
    await cluster.turn()
    expect(await answerOf(list)).toMatchObject({
      machines: [{ name: 'worker-9' }],
    })
  })
})

describe('a list in a file', () => {
  let folder: string
  let path: string
  let documents: Documents<Policy, Author>
  let list: ExpectedDesk
  let log: object[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-expected-'))
    path = join(folder, 'machines.csv')
  })

  afterEach(() => {
    documents.stop()
    rmSync(folder, { recursive: true })
  })

  async function follow(): Promise<void> {
    const place = { kind: 'file', path } as const
    // A file needs no access review.
    const endpoint = {
      origin: 'http://127.0.0.1:9',
      prefix: '',
      ca: null,
      servername: null,
      insecure: false,
      proxy: null,
    }
    const identity = bearerIdentity('nobody', endpoint, 'x')
    const rig = documentsRig(cluster, {
      follow: (onChange) =>
        savedByName(
          documentFollower({ identity, clock: cluster.clock })('expected', place, onChange),
          place,
        ),
    })
    documents = rig
    log = []
    list = expectedRig(cluster, rig, {
      place,
      log: (entry) => log.push(entry),
    })
    await documents.expected.refresh()
  }

  it('a list in a file is in force as written there', async () => {
    writeFileSync(path, `\uFEFF${LIST.replaceAll('\n', '\r\n')}`)
    await follow()
    expect(await answerOf(list)).toMatchObject({
      place: { kind: 'file', path },
      trouble: null,
      problems: [],
    })
    expect(await verdict()).toBe('verified named')
  })

  it.each<[string, () => void, object]>([
    ['goes bad', () => writeFileSync(path, TWICE), { problems: [{ code: 'nameTwice', line: 3 }] }],
    ['is cut to nothing', () => writeFileSync(path, ''), { problems: [{ code: 'empty' }] }],
    [
      'vanishes',
      () => rmSync(path),
      { trouble: { causes: [{ code: 'fileAbsent' }], detail: expect.stringContaining('no file') } },
    ],
    [
      'is no text',
      () => writeFileSync(path, Buffer.from([0xff])),
      { trouble: { causes: [{ code: 'fileNotText' }] } },
    ],
  ])('a list that %s leaves the last good one in force', async (_, spoil, reported) => {
    writeFileSync(path, LIST)
    await follow()
    spoil()
    await documents.expected.refresh()
    expect(await answerOf(list)).toMatchObject({
      ...reported,
      machines: [{ name: 'worker-1' }, {}],
    })
    expect(await verdict()).toBe('verified named')
  })

  it('the log has with its digest what came into force by other means, not what was saved here', async () => {
    writeFileSync(path, LIST)
    await follow()
    const { version } = await answerOf(list)
    await saveTo(list, 'name\nmine\n', version)
    writeFileSync(path, 'name\ntheirs\n')
    await documents.expected.refresh()
    expect(log).toMatchObject([
      { event: 'expected', machines: 2, version },
      { event: 'expected.saved', machines: 1 },
      { event: 'expected', machines: 1, version: (await answerOf(list)).version },
    ])
  })

  it('a list that was mended is in force again', async () => {
    writeFileSync(path, TWICE)
    await follow()
    expect(await answerOf(list)).toMatchObject({
      machines: null,
      problems: [{ line: 3 }],
    })
    expect(await saveTo(list, LIST, (await answerOf(list)).version)).toMatchObject({
      outcome: 'saved',
    })
    expect(readFileSync(path, 'utf8')).toBe(LIST)
    expect(await answerOf(list)).toMatchObject({
      problems: [],
      machines: [{ name: 'worker-1' }, {}],
    })
  })

  it('a save does not overwrite another person’s', async () => {
    writeFileSync(path, LIST)
    await follow()
    const { version } = await answerOf(list)
    writeFileSync(path, 'name\ntheirs\n')
    expect(await saveTo(list, 'name\nmine\n', version)).toMatchObject({
      outcome: 'changed',
    })
    expect(readFileSync(path, 'utf8')).toBe('name\ntheirs\n')
  })

  it('a list in a file cannot be emptied from here', async () => {
    writeFileSync(path, LIST)
    await follow()
    expect(await saveTo(list, '', (await answerOf(list)).version)).toMatchObject({
      outcome: 'refused',
    })
    expect(readFileSync(path, 'utf8')).toBe(LIST)
  })
})

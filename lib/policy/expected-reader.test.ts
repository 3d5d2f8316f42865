import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExpected } from '#lib/policy/expected-machines.ts'
import { createExpectedReader } from '#lib/policy/expected-reader.ts'

const names = Array.from({ length: 700 }, (_, index) => `worker-${index}.rack.example.com`)
const long = names.map((name) => `- name: ${name}`).join('\n')

it.each<[string, string]>([
  ['a short list', 'name\nw'],
  ['a long one as YAML', long],
  ['a long one as CSV', `name\n${names.join('\n')}`],
  ['a long one with a name twice in its last line', `${long}\n- worker-7.rack.example.com`],
  ['a long one that is no YAML from some line on', `${long}\n- name: [w`],
  ['one beyond a mebibyte', `# ${'x'.repeat(1024 * 1024)}\n- w`],
])('%s gives the same list, problems and lines as reading in place', async (_case, text) => {
  expect(await createExpectedReader().read(text)).toEqual(readExpected(text))
})

it('a text that needs more memory than allowed is refused, and the process survives', async () => {
  const reading = await createExpectedReader({ memoryMb: 4 }).read(long)
  expect(reading).toMatchObject({ problems: [{ code: 'unread', line: null }], failed: true })
})

it('texts beyond twenty waiting ones are put off, and the next one is read', async () => {
  const reader = createExpectedReader()
  const over = new AbortController()
  const waiting = Array.from({ length: 20 }, () => reader.read(long, over.signal))
  expect(await reader.read(long)).toMatchObject({
    problems: [{ code: 'superseded' }],
    failed: true,
  })
  over.abort()
  await Promise.all(waiting)
  expect(await reader.read(long)).not.toHaveProperty('failed')
})

describe('threads', () => {
  const alive = new Set<Worker>()
  let most = 0
  const count = (worker: Worker) => {
    alive.add(worker)
    most = Math.max(most, alive.size)
    worker.once('exit', () => alive.delete(worker))
  }
  beforeEach(() => {
    most = 0
    process.on('worker', count)
  })
  afterEach(() => {
    process.off('worker', count)
  })

  it('a reading that takes too long ends, and its text is not called malformed', async () => {
    const { read } = createExpectedReader({ timeMs: 10 })
    const values = { seconds: '0.01' }
    const tooSlow = { problems: [{ code: 'tooSlow', line: null, values }], failed: true }
    expect(await Promise.all([read(long), read(long)])).toEqual([tooSlow, tooSlow])
    expect([alive.size, most]).toEqual([0, 1])
  })

  it('threads run one at a time, and each reading is answered', async () => {
    const { read } = createExpectedReader()
    const readings = await Promise.all([read(long), read(long), read(long)])
    expect(readings.every((reading) => 'value' in reading)).toBe(true)
    expect([alive.size, most]).toEqual([0, 1])
  })

  it('an aborted reading ends, and the next one starts', async () => {
    const { read } = createExpectedReader()
    const [first, second] = [new AbortController(), new AbortController()]
    const readings = [read(long, first.signal), read(long, second.signal)]
    const next = read(long)
    await once(process, 'worker')
    second.abort()
    first.abort()
    for (const reading of readings) expect(await reading).toMatchObject({ failed: true })
    expect(await next).toHaveProperty('value')
    expect([alive.size, most]).toEqual([0, 1])
  })
})

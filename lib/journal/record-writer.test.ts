import { describe, expect, it } from 'vitest'
import { makeEntry } from '#lib/journal/fixtures/record-entries.ts'
import { VolumeFull } from '#lib/journal/record-store.ts'
import { SQLITE } from '#lib/journal/record-tables.ts'
import {
  type RecordState,
  RecordWriter,
  type RecordWriterOptions,
} from '#lib/journal/record-writer.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const BYTES = 1e9
const never = new Promise<void>(() => {})

/** A store of which a test may replace what the writer uses. */
type Replaceable = { -readonly [Name in keyof RecordStore]: RecordStore[Name] }

/** A store that fails with these messages first, once each. */
function rig(faults: (string | Error)[] = [], odd: Partial<RecordWriterOptions> = {}) {
  const clock = manualClock()
  const kept: string[] = []
  const batches: number[] = []
  const states: RecordState[] = []
  const retained: [number, number][] = []
  const full = { is: false }
  let closed = 0
  const answer = () => {
    const fault = faults.shift()
    if (fault !== undefined) throw typeof fault === 'string' ? new Error(fault) : fault
  }
  const some: Partial<Replaceable> = {
    async append(entries) {
      answer()
      batches.push(entries.length)
      kept.push(...entries.map(({ key }) => key))
    },
    retainEveryMs: 0,
    async retain(before, _shadowBefore, bytes) {
      retained.push([before, bytes])
      return { isFull: full.is }
    },
    async close() {
      closed += 1
    },
  }
  const store = some as Replaceable
  const writer = new RecordWriter({
    open: async () => store,
    clock,
    days: 2,
    bytes: BYTES,
    onState: (state) => states.push(state),
    ...odd,
  })
  return { full, clock, kept, batches, states, retained, writer, store, closed: () => closed }
}

/** Lets every promise that is due settle: none of them waits for anything outside. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

const keys = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => makeEntry(`u${from + at}`, { key: `k${from + at}` }))

describe('the writer of the record', () => {
  it('the writer appends in order, many at once', async () => {
    const { writer, kept, batches } = rig()
    writer.add(keys(600))
    writer.add(keys(2, 600))
    await settled()
    expect(kept).toEqual(keys(602).map(({ key }) => key))
    expect(batches).toEqual([500, 102])
    expect(writer.state()).toEqual({ trouble: null, waiting: 0, lost: 0, fullSince: null })
    expect(writer.isKeeping()).toBe(true)
  })

  it('the writer keeps entries while the store fails, says since when, and appends them in order later', async () => {
    const { writer, clock, kept, states } = rig(['disk full', 'still full'])
    await settled()
    const since = clock.now()
    writer.add(keys(1))
    await settled()
    expect(writer.state()).toEqual({
      trouble: { since, said: 'disk full' },
      waiting: 1,
      lost: 0,
      fullSince: null,
    })
    expect(writer.isKeeping()).toBe(false)
    writer.add(keys(1, 1))
    clock.advance(250)
    await settled()
    expect(writer.state().trouble).toEqual({ since, said: 'still full' })
    clock.advance(499)
    await settled()
    expect(kept).toEqual([])
    clock.advance(1)
    await settled()
    expect(kept).toEqual(['k0', 'k1'])
    expect(states.map(({ trouble }) => trouble?.said ?? null)).toEqual(['disk full', null])
  })

  it('the writer counts what does not fit as lost, and says so', async () => {
    const { writer, clock, kept, states } = rig(['away'], { most: { entries: 2, bytes: 1e9 } })
    await settled()
    writer.add(keys(2))
    await settled()
    writer.add(keys(3, 2))
    expect(writer.state()).toMatchObject({ waiting: 2, lost: 3 })
    expect(states.at(-1)?.lost).toBe(3)
    clock.advance(250)
    await settled()
    expect(kept).toEqual(['k0', 'k1'])
    expect(writer.state()).toEqual({ trouble: null, waiting: 0, lost: 3, fullSince: null })
  })

  it('the writer bounds the bytes of its queue, too', async () => {
    const { writer } = rig(['away'], { most: { entries: 99, bytes: 2_000 } })
    writer.add([makeEntry('a', { body: { filler: 'x'.repeat(700) } }), makeEntry('b')])
    expect(writer.state()).toMatchObject({ waiting: 1, lost: 1 })
  })

  it('the writer opens the store again until that succeeds', async () => {
    const faults = ['no route', 'no route']
    const { writer, clock, kept, store } = rig([], {
      open: async () => {
        const fault = faults.shift()
        if (fault !== undefined) throw new Error(fault)
        return store
      },
    })
    writer.add(keys(1))
    await settled()
    expect(writer.isKeeping()).toBe(false)
    expect(writer.state().trouble?.said).toBe('no route')
    clock.advance(250)
    await settled()
    clock.advance(500)
    await settled()
    expect(kept).toEqual(['k0'])
  })

  it('the writer goes on with a store opened anew where an append failed', async () => {
    let opened = 0
    const first = rig(['the thread has ended'])
    const open = async () => {
      opened += 1
      return first.store
    }
    const { writer, clock } = rig([], { open })
    writer.add(keys(1))
    await settled()
    expect([opened, first.closed(), writer.isKeeping()]).toEqual([2, 1, false])
    clock.advance(250)
    await settled()
    expect([opened, first.kept, writer.isKeeping()]).toEqual([2, ['k0'], true])
  })

  it('the writer forgets what is too old or too much, once an hour', async () => {
    const { writer, clock, retained } = rig()
    await settled()
    const first = clock.now()
    writer.add(keys(1))
    await settled()
    clock.advance(60 * 60_000)
    writer.add(keys(1, 1))
    await settled()
    const twoDays = 2 * 86_400_000
    expect(retained).toEqual([
      [first - twoDays, BYTES],
      [clock.now() - twoDays, BYTES],
    ])
  })

  it('the writer looks at the size after so many bytes, beside what is appended', async () => {
    const { writer, retained, kept, store } = rig([], { bytes: 2 ** 20 })
    const { retain } = store
    const gate = Promise.withResolvers<void>()
    await settled()
    store.retain = async (...asked) => {
      await gate.promise
      return retain(...asked)
    }
    writer.add(keys(500))
    await settled()
    writer.add(keys(500, 500))
    await settled()
    expect(kept).toHaveLength(1_000)
    gate.resolve()
    await settled()
    // At its start, and once for the appends before and during it.
    expect(retained).toHaveLength(2)
  })

  it('the writer looks at the size no more often than the store allows', async () => {
    const { writer, clock, retained, store } = rig([], { bytes: 1_000 })
    Object.assign(store, { retainEveryMs: 600_000 })
    for (let at = 0; at < 3; at += 1) {
      writer.add(keys(5, 5 * at))
      await settled()
    }
    expect(retained).toHaveLength(1)
    clock.advance(600_000)
    writer.add(keys(5, 20))
    await settled()
    expect(retained).toHaveLength(2)
  })

  it('the writer deletes old entries first where the volume is full, says so, and then appends', async () => {
    const faults = [new VolumeFull('disk is full')]
    const { writer, clock, retained, kept, full, states, store } = rig(faults)
    await settled()
    full.is = true
    const fullSince = clock.now()
    const before: number[] = []
    const { append } = store
    store.append = async (entries) => {
      before.push(retained.length)
      await append(entries)
    }
    writer.add(keys(1))
    await settled()
    expect([kept, writer.isKeeping(), writer.state().fullSince]).toEqual([[], false, fullSince])
    expect(states.at(-1)).toMatchObject({ trouble: { said: 'disk is full' }, fullSince })
    clock.advance(250)
    await settled()
    expect([kept, writer.isKeeping(), before]).toEqual([['k0'], true, [1, 2]])
    expect(states.at(-1)).toMatchObject({ trouble: null, fullSince })
    full.is = false
    clock.advance(60 * 60_000)
    writer.add(keys(1, 1))
    await settled()
    expect(states.at(-1)?.fullSince).toBeNull()
  })

  it('a full queue is trouble until half of it is written', async () => {
    const { writer, clock, states, store } = rig([], { most: { entries: 1_000, bytes: 1e9 } })
    const { append } = store
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let turn = 0
    store.append = async (entries) => {
      await gates[turn++]?.promise
      return append(entries)
    }
    await settled()
    const since = clock.now()
    writer.add(keys(1_001))
    expect(writer.isKeeping()).toBe(false)
    expect(writer.state().trouble).toEqual({ since, said: 'more than can be written' })
    gates[0]?.resolve()
    await settled()
    writer.add(keys(300, 2_000))
    expect(writer.isKeeping()).toBe(true)
    gates[1]?.resolve()
    await settled()
    expect(states.map(({ trouble }) => trouble !== null)).toEqual([false, true, false])
  })

  it('an append that waits for two seconds is trouble until it is written', async () => {
    const { writer, clock, store, kept } = rig()
    const { append } = store
    const gate = Promise.withResolvers<void>()
    store.append = async (entries) => {
      await gate.promise
      return append(entries)
    }
    writer.add(keys(1))
    await settled()
    clock.advance(1_999)
    expect(writer.isKeeping()).toBe(true)
    clock.advance(1)
    expect(writer.isKeeping()).toBe(false)
    expect(writer.state().trouble?.said).toBe('not written within 2 s')
    gate.resolve()
    await settled()
    expect([writer.isKeeping(), kept]).toEqual([true, ['k0']])
  })

  it('the writer keeps entries where old ones cannot be deleted, says so, and tries again an hour later', async () => {
    const errors: unknown[] = []
    const { writer, clock, kept, states, store } = rig([], { onUnretained: (e) => errors.push(e) })
    store.retain = async () => {
      throw new Error('canceling statement due to statement timeout')
    }
    writer.add(keys(1))
    await settled()
    writer.add(keys(1, 1))
    await settled()
    expect(kept).toEqual(['k0', 'k1'])
    expect(writer.isKeeping()).toBe(true)
    expect([states.length, errors.length]).toEqual([0, 1])
    clock.advance(60 * 60_000)
    writer.add(keys(1, 2))
    await settled()
    expect([kept.length, errors.length]).toEqual([3, 2])
  })

  it('the writer writes what is queued before it stops', async () => {
    const { writer, kept, closed } = rig()
    writer.add(keys(1_200))
    await writer.stop(never)
    expect(kept).toHaveLength(1_200)
    expect(closed()).toBe(1)
  })

  it('the writer tries a store in trouble once more before it stops', async () => {
    const { writer, kept, states } = rig(['full'])
    writer.add(keys(2))
    await settled()
    expect(kept).toEqual([])
    await writer.stop(never)
    expect(kept).toEqual(['k0', 'k1'])
    expect(states.at(-1)).toEqual({ trouble: null, waiting: 0, lost: 0, fullSince: null })
  })

  it('the writer counts what it could not write as lost when it stops', async () => {
    const { writer, states } = rig(['away'])
    writer.add(keys(3))
    await settled()
    await writer.stop(Promise.resolve())
    expect(states.at(-1)).toMatchObject({ lost: 3, waiting: 0 })
  })
})

it('a record in memory never has twice its bytes, however much comes at once', async () => {
  const database = openSqlite(':memory:')
  const bytes = 4 * 2 ** 20
  const open = () => openSqlStore(database)
  const writer = new RecordWriter({ open, clock: manualClock(), days: 36_500, bytes })
  const text = 'x'.repeat(1_000)
  for (let from = 0; from < 20_000; from += 5_000) {
    writer.add(keys(5_000, from).map((entry) => ({ ...entry, text })))
    while (writer.state().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const [[size] = []] = await database.read([{ sql: SQLITE.size, values: [] }])
  // Pages that were deleted stay with the database: they are the most that it ever had.
  expect(Number(size?.bytes) + Number(size?.free)).toBeLessThan(2 * bytes)
  expect(writer.state()).toMatchObject({ trouble: null, lost: 0 })
  await writer.stop(never)
})

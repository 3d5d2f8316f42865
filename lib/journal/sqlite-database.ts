import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SearchTooLong, VolumeFull } from '#lib/journal/record-store.ts'
import { SQLITE } from '#lib/journal/record-tables.ts'
import type { Answers, SqlDatabase, Statement } from '#lib/journal/sql-database.ts'
import type {
  ThreadAnswer,
  ThreadData,
  ThreadOrder,
  ThreadWork,
} from '#lib/journal/sqlite-thread.ts'

const MEMORY = ':memory:'

/**
 * A SQLite file, or `:memory:`: WAL, each append synchronised to the disk. Writes have a thread of
 * their own and reads another, which one in memory cannot have. `reserve`: bytes beside the file.
 */
export function openSqlite(file: string, reserve = 0): SqlDatabase {
  if (file !== MEMORY) makePrivate(file)
  const writer = startThread({ file, readOnly: false, reserve })
  let reader: ReturnType<typeof startThread> | null = null
  /** Opens the reading thread at the first read: the file has its tables then. */
  const readingThread = () => {
    if (reader?.hasEnded()) reader = null
    reader ??= file === MEMORY ? writer : startThread({ file, readOnly: true, reserve: 0 })
    return reader
  }
  const run = (statements: readonly Statement[]) => writer.ask({ work: 'write', statements })
  return {
    dialect: SQLITE,
    run,
    // Its statements have no timeout.
    migrate: run,
    read: (statements, within = Number.POSITIVE_INFINITY) =>
      readingThread().ask({ work: 'read', statements, within }),
    async room() {
      const [[room] = []] = await writer.ask({ work: 'room' })
      return typeof room?.left === 'number' ? room.left : null
    },
    async close() {
      // A read under way is broken off: its answer is no longer awaited.
      if (reader !== writer) await reader?.end()
      if (!writer.hasEnded()) await writer.ask({ work: 'close' })
      await writer.end()
    },
  }
}

function startThread(workerData: ThreadData) {
  const worker = new Worker(new URL('./sqlite-thread.ts', import.meta.url), { workerData })
  worker.unref()
  const waiting = new Map<number, PromiseWithResolvers<Answers>>()
  let lastId = 0
  let ended: Error | null = null

  function endWith(why: string): void {
    ended ??= new Error(why)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', (answer: ThreadAnswer) => {
    const order = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('rows' in answer) order?.resolve(answer.rows)
    else order?.reject(errorOf(answer))
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', ({ message }) => endWith(message))
  worker.on('exit', () => endWith('The thread of the record has ended.'))

  return {
    hasEnded: () => ended !== null,
    ask(work: ThreadWork): Promise<Answers> {
      if (ended !== null) return Promise.reject(ended)
      lastId += 1
      const order = Promise.withResolvers<Answers>()
      waiting.set(lastId, order)
      worker.ref()
      worker.postMessage({ id: lastId, ...work } satisfies ThreadOrder)
      return order.promise
    },
    end: () => worker.terminate(),
  }
}

function errorOf({ error, why }: Extract<ThreadAnswer, { readonly error: unknown }>): Error {
  switch (why) {
    case 'full':
      return new VolumeFull(error)
    case 'tooLong':
      return new SearchTooLong(error)
    case null:
      return new Error(error)
  }
}

/** Makes the file for its owner alone; SQLite gives the files beside it the same mode. */
function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants
  const descriptor = openSync(file, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  const isFile = fstatSync(descriptor).isFile()
  closeSync(descriptor)
  if (!isFile) throw new Error(`${file} is no file.`)
}

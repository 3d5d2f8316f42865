import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SQLITE } from '#lib/server/record/record-tables.ts'
import type { SqlDatabase, SqlRow } from '#lib/server/record/sql-store.ts'
import type { ThreadAnswer, ThreadData, ThreadOrder } from '#lib/server/record/sqlite-thread.ts'

type Rows = readonly (readonly SqlRow[])[]

/** A SQLite file, or `:memory:`, in a thread of its own: WAL, each append synchronised to the disk. */
export function openSqlite(file: string): SqlDatabase {
  if (file !== ':memory:') makePrivate(file)
  const worker = new Worker(new URL('./sqlite-thread.ts', import.meta.url), {
    workerData: { file } satisfies ThreadData,
  })
  worker.unref()
  const waiting = new Map<number, PromiseWithResolvers<Rows>>()
  let lastId = 0
  let ended: Error | null = null

  function end(why: string): void {
    ended ??= new Error(why)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', (answer: ThreadAnswer) => {
    const order = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('rows' in answer) order?.resolve(answer.rows)
    else order?.reject(new Error(answer.error))
    if (waiting.size === 0) worker.unref()
  })
  worker.on('error', ({ message }) => end(message))
  worker.on('exit', () => end('The thread of the record has ended.'))

  function ask(statements: ThreadOrder['statements']): Promise<Rows> {
    if (ended !== null) return Promise.reject(ended)
    lastId += 1
    const order = Promise.withResolvers<Rows>()
    waiting.set(lastId, order)
    worker.ref()
    worker.postMessage({ id: lastId, statements } satisfies ThreadOrder)
    return order.promise
  }

  return {
    dialect: SQLITE,
    run: ask,
    async close() {
      if (ended === null) await ask(null)
      await worker.terminate()
    },
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

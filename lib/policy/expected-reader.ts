import { Worker } from 'node:worker_threads'
import { type ExpectedReading, readExpected } from '#lib/policy/expected-machines.ts'
import { expectedProblem } from '#lib/policy/expected-row.ts'

/** A reading's outcome. `failed` does not judge the text; the caller may try again. */
export type AsideReading =
  | ExpectedReading
  | (Extract<ExpectedReading, { problems: unknown }> & { readonly failed: true })

export interface ExpectedReader {
  /** Never rejects. An aborted signal ends the reading and its thread. */
  read(text: string, signal?: AbortSignal): Promise<AsideReading>
}

export interface ExpectedReaderOptions {
  /** Memory limit of the thread; a hostile text can only end its own thread. */
  readonly memoryMb?: number
  /** The longest list allowed takes half a second. */
  readonly timeMs?: number
}

/** Texts in memory at once: each may have a megabyte, and take seconds. */
const MOST_WAITING = 20
/** Longest text that is read in place, in at most 20 ms. */
const SHORT = 16 * 1024

/**
 * Reads lists without blocking the process. Ten thousand machines in YAML take half a second, so a
 * long text is read in a thread of its own, one at a time.
 */
export function createExpectedReader(options: ExpectedReaderOptions = {}): ExpectedReader {
  const { memoryMb = 512, timeMs = 10_000 } = options
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    read(text, signal) {
      if (text.length <= SHORT) return Promise.resolve(readExpected(text))
      if (waiting >= MOST_WAITING) return Promise.resolve(SUPERSEDED)
      waiting += 1
      const reading = turn
        .then(() => readInThread(text, { memoryMb, timeMs, signal }))
        .finally(() => {
          waiting -= 1
        })
      turn = reading
      return reading
    },
  }
}

/**
 * Two readers that share the last good reading, because a saved text is read before the save and after
 * it. Drafts do not delay the document.
 */
export function createExpectedReaders(newReader: () => ExpectedReader = createExpectedReader): {
  readonly document: ExpectedReader
  readonly draft: ExpectedReader
} {
  let last: { readonly text: string; readonly reading: AsideReading } | null = null
  const sharing = (reader: ExpectedReader): ExpectedReader => ({
    async read(text, signal) {
      if (last?.text === text) return last.reading
      const reading = await reader.read(text, signal)
      if (!('failed' in reading)) last = { text, reading }
      return reading
    },
  })
  return { document: sharing(newReader()), draft: sharing(newReader()) }
}

interface Limits extends Required<ExpectedReaderOptions> {
  readonly signal: AbortSignal | undefined
}

async function readInThread(
  text: string,
  { memoryMb, timeMs, signal }: Limits,
): Promise<AsideReading> {
  if (signal?.aborted) return SUPERSEDED
  let worker: Worker
  try {
    worker = new Worker(new URL('./expected-worker.ts', import.meta.url), {
      workerData: text,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
  } catch (error) {
    // A thread cannot start, for example because the container's process limit is reached.
    return unreadable(error instanceof Error ? error.message : String(error))
  }
  const { promise, resolve } = Promise.withResolvers<AsideReading>()
  const end = () => resolve(SUPERSEDED)
  const timer = setTimeout(() => resolve(tooSlow(timeMs)), timeMs)
  signal?.addEventListener('abort', end, { once: true })
  worker.once('message', resolve)
  worker.on('error', ({ message }) => resolve(unreadable(message)))
  worker.once('exit', (code) => resolve(unreadable(String(code))))
  const reading = await promise
  clearTimeout(timer)
  signal?.removeEventListener('abort', end)
  await worker.terminate()
  return reading
}

const SUPERSEDED: AsideReading = {
  problems: [expectedProblem('superseded', null)],
  failed: true,
}

function tooSlow(timeMs: number): AsideReading {
  const seconds = String(timeMs / 1000)
  return { problems: [expectedProblem('tooSlow', null, { seconds })], failed: true }
}

function unreadable(detail: string): AsideReading {
  return { problems: [expectedProblem('unread', null, { detail })], failed: true }
}

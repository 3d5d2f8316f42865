import { Worker } from 'node:worker_threads'
import { type ExpectedReading, readExpected } from '#lib/policy/expected-machines.ts'
import { expectedProblem } from '#lib/policy/expected-row.ts'

/** What reading a text came to. `failed`: that says nothing of the text, and may be tried again. */
export type AsideReading =
  | ExpectedReading
  | (Extract<ExpectedReading, { problems: unknown }> & { readonly failed: true })

export interface ExpectedReader {
  /** Never rejects. When the signal aborts it ends, and its thread with it: nobody waits for it. */
  read(text: string, signal?: AbortSignal): Promise<AsideReading>
}

export interface ExpectedReaderOptions {
  /** What a hostile text may use up is the thread's own, and the thread alone ends by it. */
  readonly memoryMb?: number
  /** The longest list that is allowed takes half a second. */
  readonly timeMs?: number
}

/** Characters that are read on the spot, in 20 ms at most. */
const SHORT = 16 * 1024

/**
 * Reads lists without keeping anybody waiting but each other: ten thousand machines in YAML take
 * half a second, so a long text is read in a thread of its own, one at a time.
 */
export function createExpectedReader(options: ExpectedReaderOptions = {}): ExpectedReader {
  const { memoryMb = 512, timeMs = 10_000 } = options
  let turn: Promise<unknown> = Promise.resolve()
  return {
    read(text, signal) {
      if (text.length <= SHORT) return Promise.resolve(readExpected(text))
      const reading = turn.then(() => readInThread(text, { memoryMb, timeMs, signal }))
      turn = reading
      return reading
    },
  }
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
    // No thread is to be had, as where a container may have no more processes.
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

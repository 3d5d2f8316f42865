import { Worker } from 'node:worker_threads'
import { type ExpectedReading, readExpected } from '#lib/policy/expected-machines.ts'
import { expectedProblem } from '#lib/policy/expected-row.ts'

/** What a hostile text may use up is the thread's own, and the thread alone ends by it. */
const MEMORY_MB = 512

/** Characters that are read on the spot, in 20 ms at most. */
const SHORT = 16 * 1024

/**
 * Reads a list without keeping anybody waiting: ten thousand machines in YAML take half a second,
 * so a long text is read in a thread of its own. Never rejects.
 */
export function readExpectedAside(text: string, memoryMb = MEMORY_MB): Promise<ExpectedReading> {
  return text.length <= SHORT ? Promise.resolve(readExpected(text)) : readInThread(text, memoryMb)
}

function readInThread(text: string, memoryMb: number): Promise<ExpectedReading> {
  return new Promise((resolve) => {
    let worker: Worker
    try {
      worker = new Worker(new URL('./expected-worker.ts', import.meta.url), {
        workerData: text,
        resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      })
    } catch (error) {
      // No thread is to be had, as where a container may have no more processes.
      resolve(unreadable(error instanceof Error ? error.message : String(error)))
      return
    }
    worker.once('message', (reading: ExpectedReading) => resolve(reading))
    worker.once('error', ({ message }) => resolve(unreadable(message)))
    worker.once('exit', (code) => resolve(unreadable(`The reader ended with ${code}.`)))
  })
}

function unreadable(detail: string): ExpectedReading {
  return { problems: [expectedProblem('malformed', null, { detail })] }
}

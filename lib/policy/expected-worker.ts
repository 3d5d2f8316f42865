/** Worker thread: reads one list of expected machines, posts the reading, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { readExpected } from '#lib/policy/expected-machines.ts'

parentPort?.postMessage(readExpected(String(workerData)))

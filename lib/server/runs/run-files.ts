import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { identifier } from '#lib/server/decide/decision-body.ts'
import { isUnderWay, type Run, runItem } from '#lib/server/runs/run.ts'
import { jsonOf, replaceFile, stateFolder } from '#lib/server/state-file.ts'

/**
 * Each run under way in a file of its own, written once: of an item that is not decided the cluster
 * itself tells.
 */
export interface RunFiles {
  /** Runs of a process that has ended, as `cutOff`. None of them is continued. */
  read(): readonly Run[]
  /** Resolves once the file is written, or cannot be. */
  keep(run: Run): Promise<void>
  /** Likewise. */
  forget(id: string): Promise<void>
}

export const NO_FILES: RunFiles = { read: () => [], async keep() {}, async forget() {} }

/** Machines and items of a file. A larger run is not kept. */
const MOST_ITEMS = 20_000
const MOST_BYTES = 16 * 1_048_576
const MOST_FILES = 50
/** Milliseconds after which no request of a run can be pending: the cluster deletes it before. */
const LONGEST_MS = 24 * 60 * 60_000

const text = z.string().max(1024)
const keptRun = z.strictObject({
  /** The process that had it under way, and the API server. */
  pid: z.int().positive(),
  server: z.string().max(2048),
  id: z.uuid(),
  decision: z.enum(['approve', 'deny']),
  user: text,
  note: text,
  startedAt: z.int().nonnegative(),
  followUntil: z.int().nullable(),
  options: z.strictObject({
    verified: z.boolean(),
    plausible: z.boolean(),
    rebootstrapping: z.boolean(),
    superseded: z.boolean(),
    followMinutes: z.int().nullable(),
  }),
  machines: z
    .array(z.strictObject({ name: text, seen: z.array(identifier).max(MOST_ITEMS) }))
    .max(MOST_ITEMS),
  items: z
    .array(
      z.strictObject({
        uid: identifier,
        name: text,
        machine: text,
        signerName: text,
        superseded: z.boolean(),
      }),
    )
    .max(MOST_ITEMS),
})
type KeptRun = z.infer<typeof keptRun>

export function runsFolder(...place: Parameters<typeof stateFolder>): string | null {
  const folder = stateFolder(...place)
  return folder === null ? null : join(folder, 'runs')
}

/** `server`: runs of other API servers are another process's to show. */
export function keepRunFiles(
  folder: string | null,
  server: string,
  now: () => number,
  onProblem: (words: string) => void,
): RunFiles {
  if (folder === null) return NO_FILES
  const known = new Set<string>()
  let isTold = false
  let last: Promise<void> = Promise.resolve()
  const fileOf = (id: string) => join(folder, `${id}.json`)

  function tell(error: unknown): void {
    if (isTold) return
    isTold = true
    const said = error instanceof Error ? error.message : String(error)
    onProblem(`A restart will not show which runs it cut off: ${said}`)
  }

  function inTurn(act: () => Promise<void>): Promise<void> {
    last = last.then(act).catch(tell)
    return last
  }

  function remove(id: string): Promise<void> {
    known.delete(id)
    return inTurn(() => rm(fileOf(id), { force: true }))
  }

  /** Null for a file that is not ours to show. */
  function readOne(name: string): Run | null {
    const file = join(folder ?? '', name)
    const stat = lstatSync(file)
    if (!stat.isFile() || stat.size > MOST_BYTES) throw new Error(`${file} is no file of ours.`)
    const reading = keptRun.safeParse(jsonOf(readFileSync(file, 'utf8')))
    if (!reading.success || `${reading.data.id}.json` !== name) {
      throw new Error(`${file} has other fields than expected.`)
    }
    const run = reading.data
    if (run.server !== server || isAlive(run.pid)) return null
    known.add(run.id)
    if (now() - run.startedAt <= LONGEST_MS) return cutOff(run)
    void remove(run.id)
    return null
  }

  return {
    read() {
      const runs: Run[] = []
      for (const name of namesIn(folder)) {
        try {
          const run = readOne(name)
          if (run !== null) runs.push(run)
        } catch (error) {
          tell(error)
        }
      }
      return runs.sort((a, b) => a.startedAt - b.startedAt)
    },
    async keep(run) {
      if (!isUnderWay(run) || Math.max(run.items.length, run.machines.length) > MOST_ITEMS) return
      known.add(run.id)
      await inTurn(() => replaceFile(fileOf(run.id), `${JSON.stringify(keptOf(run, server))}\n`))
    },
    async forget(id) {
      if (known.has(id)) await remove(id)
    },
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .slice(0, MOST_FILES)
  } catch {
    // There is no such folder before the first run.
    return []
  }
}

/** Whether another process of that id exists, which then still has the run under way. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function keptOf(run: Run, server: string): KeptRun {
  const { id, decision, user, note, startedAt, followUntil, options } = run
  return {
    ...{ pid: process.pid, server, id, decision, user, note, startedAt, followUntil },
    options: { ...options },
    machines: run.machines.map(({ name, seen }) => ({ name, seen: [...seen] })),
    items: run.items.map(({ uid, name, machine, signerName, superseded }) => {
      return { uid, name, machine, signerName, superseded }
    }),
  }
}

function cutOff({ pid: _, server: __, items, ...run }: KeptRun): Run {
  const unseen = { status: '', verdict: null, failing: [] } as const
  const more = { accept: 'verified', followed: false, at: run.startedAt } as const
  return {
    ...run,
    ...{ status: 'cutOff', pause: null, haltedBy: null, endedAt: null },
    items: items.map(({ machine, ...item }) => ({
      ...runItem({ ...item, ...unseen }, { machine, ...more }),
      state: 'left',
    })),
  }
}

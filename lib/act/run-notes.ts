import { z } from 'zod'
import { identifier } from '#lib/act/decision-body.ts'
import { type Run, runItem } from '#lib/act/run.ts'
import { runOptions } from '#lib/act/run-body.ts'
import type { Sentence } from '#lib/csr/cause.ts'
import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { PENDING_LASTS_MS } from '#lib/csr/status.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { codeOf } from '#lib/kube/transport/errors.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { jsonOf, reportOnce } from '#lib/settings/state-file.ts'
import { OUTCOMES } from '#lib/wire/outcomes.ts'
import { RUN_LINE_KINDS, type RunPage } from '#lib/wire/run-answers.ts'

export type RunNotes = ReturnType<typeof keepRunNotes>

/** The report of a run. Its counts are of all machines; a note has the first 500 lines. */
export type EndedRun = Pick<RunPage, 'run' | 'counts' | 'lines'>

/** Most machines and items of a note: a larger run has no note. */
const MOST_ITEMS = 20_000

/** Most lines in the note of each run that has ended. */
const MOST_LINES = 500

/** A text of a note: the longest is a person's note with what Countersign adds to it. */
const text = z.string().max(1100)
const count = z.int().nonnegative()
const countsOf = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, count])) as Readonly<Record<Name, typeof count>>
const agreed = z.strictObject({
  ...countsOf('verified', 'plausible', 'rebootstrapping', 'heldBack'),
  superseded: count.nullable(),
})
const runNote = z.strictObject({
  /** The process that had it under way, and the API server. */
  pid: z.int().positive(),
  server: z.string().max(2048),
  id: z.uuid(),
  decision: z.enum(['approve', 'deny']),
  user: text,
  note: text,
  startedAt: z.int().nonnegative(),
  followUntil: z.int().nullable(),
  options: runOptions,
  machines: z
    .array(z.strictObject({ name: text, seen: z.array(identifier).max(MOST_ITEMS) }))
    .max(MOST_ITEMS),
  agreed: agreed.nullable().default(null),
  told: z.boolean().default(false),
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
type RunNote = z.infer<typeof runNote>

const values = z.record(z.string(), z.string())
const sentenceNote = z.strictObject({
  code: z.string(),
  finding: z.string().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
const lineNote = z.strictObject({
  name: text,
  kind: z.enum(RUN_LINE_KINDS),
  done: count,
  of: count,
  uid: identifier.nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.strictObject({ code: z.enum(CHECK_CODES), finding: z.string(), values }).nullable(),
  detail: z.string().nullable(),
  // A page does without the sentences whose codes it does not know.
  causes: z.array(z.custom<Sentence>((it) => sentenceNote.safeParse(it).success)),
  since: z.number(),
})
const endedNote = z.strictObject({
  server: z.string().max(2048),
  counts: z
    .strictObject(countsOf('needsYou', 'onTheirWay', 'joined'))
    .default({ needsYou: 0, onTheirWay: 0, joined: 0 }),
  lines: z.array(lineNote).max(MOST_LINES).default([]),
  run: z.strictObject({
    id: z.uuid(),
    revision: count,
    decision: z.enum(['approve', 'deny']),
    user: text,
    startedAt: count,
    status: z.enum(['stopped', 'finished', 'cutOff']),
    haltedBy: text.nullable(),
    endedAt: count.nullable(),
    followUntil: z.int().nullable(),
    followMinutes: z.int().nullable(),
    note: text,
    agreed: agreed.nullable(),
    progress: z.strictObject({
      steps: z.strictObject(
        countsOf('clientApproved', 'servingRequested', 'servingApproved', 'ready'),
      ),
      ...countsOf(
        'machines',
        'total',
        'decided',
        'open',
        'heldBack',
        'failed',
        'notNeeded',
        'left',
      ),
      waitingForKubelets: count,
    }),
    needsYou: count,
  }),
})

/**
 * Fields that a note of an ended run does without. A person has read its report, or the restart has
 * ended its time to be read.
 */
const OVER = {
  run: { pause: null, follows: null, clicked: null, group: null, signers: [], dismissed: true },
  progress: { rate: null, secondsLeft: null },
} as const

/**
 * Keeps notes of runs in the record's store. The note of a run under way is written once: the cluster
 * says what became of its items. The note of a run that has ended is its report. `server`: runs of
 * other API servers are another process's to show.
 */
export function keepRunNotes(
  record: Pick<RunningRecord, 'untilRead' | 'write'>,
  server: string,
  now: () => number,
  onProblem: (words: string) => void,
) {
  let last: Promise<void> = Promise.resolve()
  const report = reportOnce('A restart will not show which runs it cut off', onProblem)

  function inTurn(act: (store: RecordStore) => Promise<void>): Promise<void> {
    last = last.then(() => record.write(act)).catch(report)
    return last
  }

  /** The notes about this API server. An unreadable note is reported. */
  function notesIn<Note extends { readonly server: string }>(
    bodies: readonly string[] | undefined,
    schema: z.ZodType<Note>,
  ): readonly Note[] {
    return (bodies ?? []).flatMap((body) => {
      const { data } = schema.safeParse(jsonOf(body))
      if (data === undefined) report('a note has other fields than expected.')
      return data?.server === server ? [data] : []
    })
  }

  return {
    /** Runs of processes that have ended, as `cutOff`. None of them is continued. */
    async read(): Promise<readonly Run[]> {
      // No request of an earlier run can still be pending.
      const since = now() - PENDING_LASTS_MS
      const notes = record.untilRead((store) => store.runNotes(since))
      // This process writes its own notes only after this reading, which so has none of them.
      last = notes.then(() => {})
      const all = notesIn(await notes, runNote)
      return all.filter(({ pid }) => !isAlive(pid)).map(cutOff)
    },
    /** Notes a run under way, or one that was cut off. Resolves once that is written, or cannot be. */
    async keep(run: Run): Promise<void> {
      if (run.endedAt !== null || Math.max(run.items.length, run.machines.length) > MOST_ITEMS)
        return
      await inTurn((store) =>
        store.noteRun(run.id, run.startedAt, JSON.stringify(noteOf(run, server))),
      )
    },
    /** Runs that have ended, the latest first. */
    async readEnded(): Promise<readonly EndedRun[]> {
      const notes = await record.untilRead((store) => store.endedRuns())
      return notesIn(notes, endedNote)
        .slice(0, OF_PEOPLE.endedRuns.inAll)
        .map(({ run, counts, lines }) => {
          const progress = { ...run.progress, ...OVER.progress }
          const revision = run.revision + 1
          return { run: { ...run, ...OVER.run, revision, progress }, counts, lines }
        })
    },
    /** Notes a run that has ended, in the place of its earlier note. Resolves likewise. */
    async end({ run, counts, lines }: EndedRun): Promise<void> {
      const first = lines.slice(0, MOST_LINES)
      const progress = without(run.progress, OVER.progress)
      const noted = { ...without(run, OVER.run), progress }
      const body = JSON.stringify({ server, run: noted, counts, lines: first })
      await inTurn((store) => store.endRun(run.id, run.startedAt, body))
    },
  }
}

/** Whether another process of that id exists, which then still has the run under way. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function noteOf(run: Run, server: string): RunNote {
  const { id, decision, user, note, startedAt, followUntil, options, agreed } = run
  return {
    ...{ pid: process.pid, server, id, decision, user, note, startedAt, followUntil, agreed },
    told: run.wasAnnounced ?? false,
    options: { ...options },
    machines: run.machines.map(({ name, seen }) => ({ name, seen: [...seen] })),
    items: run.items.map(({ uid, name, machine, signerName, superseded }) => {
      return { uid, name, machine, signerName, superseded }
    }),
  }
}

function without(fields: object, omitted: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !Object.hasOwn(omitted, key)))
}

function cutOff({ pid: _, server: __, told: wasAnnounced, items, ...run }: RunNote): Run {
  const unseen = { status: '', verdict: null, failing: [] } as const
  const more = { accept: 'verified', followed: false, at: run.startedAt } as const
  return {
    ...{ ...run, wasAnnounced },
    ...{ status: 'cutOff', pause: null, haltedBy: null, endedAt: null },
    items: items.map(({ machine, ...item }) => ({
      ...runItem({ ...item, ...unseen }, { machine, ...more }),
      state: 'left',
    })),
  }
}

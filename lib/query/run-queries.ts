import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { problemOf, type Tagged } from '#lib/query/api.ts'
import { useSession } from '#lib/query/live.ts'
import { MACHINE_KEY, SUMMARY_KEY } from '#lib/query/queries.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import {
  isBulk,
  isUnderWay,
  type PlanAnswer,
  type PlanBody,
  type RunPage,
  type RunSummary,
} from '#lib/wire/run-answers.ts'
import type { Summary } from '#lib/wire/views.ts'
import type { StreamEvent } from '#lib/wire/wire.ts'

/** Runs of the server, kept up to date in every tab by the stream's `run` events. */
const RUNS_KEY = ['runs'] as const
const PAGE_KEY = 'run'
const NONE: readonly RunSummary[] = []

/** Milliseconds between two readings of a run's page on screen. */
const PAGE_MS = 500
const ENDED_PAGE_MS = 2_000

/** The runs, newest first, including those that follow a click. */
export function useRuns(): readonly RunSummary[] {
  const client = useLiveClient()
  const isSignedIn = useSession().status === 'signedIn'
  const { data } = useQuery({ ...runsQuery(client), enabled: isSignedIn })
  return data ?? NONE
}

/** The bulk approvals under way, and those whose report no person has read. */
export function useShownRuns(): readonly RunSummary[] {
  const runs = useRuns()
  return useMemo(() => runs.filter((run) => isBulk(run) && !run.dismissed), [runs])
}

/** Null once the server no longer knows the run. */
export function useRun(id: string | null): RunSummary | null {
  const runs = useRuns()
  return useMemo(() => runs.find((run) => run.id === id) ?? null, [runs, id])
}

/**
 * Time until which a run of its own follows the machine. `perhaps`: a bulk follows its machines,
 * and this may be one of them. Null: no run follows it.
 */
export function useFollowed(machine: string): number | 'perhaps' | null {
  const client = useLiveClient()
  const isSignedIn = useSession().status === 'signedIn'
  const select = useCallback(
    (runs: readonly RunSummary[]) => {
      const following = runs.filter((run) => run.followUntil !== null && isUnderWay(run))
      const own = following.find(({ follows }) => follows === machine)
      if (own !== undefined) return own.followUntil
      return following.some(({ follows }) => follows === null) ? 'perhaps' : null
    },
    [machine],
  )
  const { data } = useQuery({ ...runsQuery(client), enabled: isSignedIn, select })
  return data ?? null
}

/** The first page of a run's lines, read again while it is on screen. */
export function useRunPage(id: string): RunPage | null {
  const { api } = useLiveClient()
  const { data } = useQuery({
    queryKey: [PAGE_KEY, id],
    queryFn: ({ signal }) => api.json<RunPage>(pagePath(id), { signal }),
    refetchInterval: ({ state }) =>
      state.data === undefined || isUnderWay(state.data.run) ? PAGE_MS : ENDED_PAGE_MS,
    retry: false,
  })
  return data ?? null
}

/** A run with its first lines, many enough for a page on paper. */
export function useReport(id: string): {
  /** Null before it is read. */
  readonly page: RunPage | null
  /** The server knows no run of that id. */
  readonly isGone: boolean
} {
  const client = useLiveClient()
  const isSignedIn = useSession().status === 'signedIn'
  const { data, error } = useQuery({
    queryKey: [PAGE_KEY, id, 'report'],
    // Most lines of a report on paper.
    queryFn: () => readRun(client, id, 500),
    enabled: isSignedIn,
    refetchInterval: ENDED_PAGE_MS,
    retry: false,
  })
  return { page: data ?? null, isGone: error !== null && problemOf(error).status === 404 }
}

/** A page of a run, in its present state. */
export function readRunPage({ api }: Pick<LiveClient, 'api'>, id: string, from = 0) {
  return api.json<RunPage>(pagePath(id, from))
}

/** Reads every line of a run, or the first `most`, page after page. */
export async function readRun(
  client: Pick<LiveClient, 'api'>,
  id: string,
  most = Number.POSITIVE_INFINITY,
): Promise<RunPage> {
  let whole: RunPage | null = null
  for (;;) {
    const from: number = whole?.lines.length ?? 0
    const page = await readRunPage(client, id, from)
    whole = whole === null ? page : { ...page, from: 0, lines: [...whole.lines, ...page.lines] }
    const { needsYou, onTheirWay, joined } = page.counts
    const isAll = whole.lines.length >= Math.min(most, needsYou + onTheirWay + joined)
    if (page.lines.length === 0 || isAll) return whole
  }
}

/** The selection of the board's main button. */
export function offeredPlan(queryClient: QueryClient): 'safe' | 'returning' {
  const summary = queryClient.getQueryData<Tagged<Summary>>(SUMMARY_KEY)?.answer
  return (summary?.counts.returning ?? 0) > 0 ? 'returning' : 'safe'
}

/** Makes the plan once; then reads it again, without machines that have changed. */
export function usePlan(selection: PlanBody['selection']): {
  readonly plan: PlanAnswer | null
  /** True when the server refused or forgot the plan. One dialog never makes a second plan. */
  readonly isGone: boolean
} {
  const { api, newId } = useLiveClient()
  const [key] = useState(() => ['plan', newId()] as const)
  const { data, isError } = useQuery({
    queryKey: key,
    queryFn: async ({ client, signal }) => {
      const made = client.getQueryData<PlanAnswer>(key)
      if (made === undefined) {
        const body: PlanBody = { selection }
        return api.json<PlanAnswer>('/api/plans', { method: 'POST', body, signal })
      }
      const now = await api.json<PlanAnswer>(`/api/plans/${made.id}`, { signal })
      return { ...now, groups: withNames(now.groups, made.groups) }
    },
    refetchInterval: 1_000,
    retry: false,
    gcTime: 0,
  })
  return { plan: data ?? null, isGone: isError }
}

/** Adds the names, which never change and come with the first answer only. */
function withNames(now: PlanAnswer['groups'], made: PlanAnswer['groups']): PlanAnswer['groups'] {
  const { verified, plausible, rebootstrapping } = now
  return {
    verified: { ...verified, names: made.verified.names },
    plausible: { ...plausible, names: made.plausible.names },
    rebootstrapping: { ...rebootstrapping, names: made.rebootstrapping.names },
  }
}

/** Updates the cache by an event of the stream. */
export function receiveRun(queryClient: QueryClient, event: StreamEvent): void {
  if (event.event === 'run') noteRun(queryClient, event.data)
  // A new stream does not repeat earlier changes, and a restarted server has no earlier runs.
  else if (event.event === 'hello') {
    queryClient.invalidateQueries({ queryKey: RUNS_KEY }).catch(() => {
      // The next event has it read again.
    })
  }
}

export function noteRun(queryClient: QueryClient, run: RunSummary): void {
  const known = knownRun(queryClient, run.id)
  // A machine's page names the run that approves its serving request.
  if (known?.status !== run.status || known.followUntil !== run.followUntil) {
    queryClient.invalidateQueries({ queryKey: [MACHINE_KEY] }).catch(() => {
      // The next event has it read again.
    })
  }
  queryClient.setQueryData<readonly RunSummary[]>(RUNS_KEY, (runs) =>
    runs === undefined ? [run] : withRun(runs, run),
  )
}

export function knownRun(queryClient: QueryClient, id: string): RunSummary | null {
  const runs = queryClient.getQueryData<readonly RunSummary[]>(RUNS_KEY)
  return runs?.find((run) => run.id === id) ?? null
}

function runsQuery({ api }: Pick<LiveClient, 'api'>) {
  return queryOptions({
    queryKey: RUNS_KEY,
    queryFn: async ({ client, signal }): Promise<readonly RunSummary[]> => {
      const { runs } = await api.json<{ runs: readonly RunSummary[] }>('/api/runs', { signal })
      const known = client.getQueryData<readonly RunSummary[]>(RUNS_KEY) ?? NONE
      // An event may have arrived before the answer.
      return runs.map((run) =>
        later(
          known.find(({ id }) => id === run.id),
          run,
        ),
      )
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
}

function pagePath(id: string, from = 0): string {
  return `/api/runs/${encodeURIComponent(id)}?from=${from}`
}

function withRun(runs: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const known = runs.find(({ id }) => id === run.id)
  if (known === undefined) return [run, ...runs]
  const next = later(known, run)
  return next === known ? runs : runs.map((one) => (one === known ? next : one))
}

function later(known: RunSummary | undefined, run: RunSummary): RunSummary {
  return known !== undefined && known.revision >= run.revision ? known : run
}

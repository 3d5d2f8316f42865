import type { RunItem } from '#lib/act/run.ts'
import type { Rows } from '#lib/cluster/board.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'

/** Current rows of the watch. */
export interface RunWorld {
  readonly machine: (name: string) => JudgedMachine | null
  readonly request: (item: Pick<RunItem, 'uid' | 'machine'>) => JudgedRequest | null
  readonly mayApprove: (signerName: string) => boolean
  /** Whether evidence is lost, so that some checks are unknown. */
  readonly partlyJudged: boolean
}

/** Rows by the names that a run looks up, and the rights of its user. */
export function worldOf(
  { machines, others }: Rows,
  mayApprove: RunWorld['mayApprove'],
  partlyJudged = false,
): RunWorld {
  return {
    mayApprove,
    partlyJudged,
    machine: (name) => machines.get(name) ?? null,
    request({ uid, machine }) {
      if (machine === '') return others.get(uid) ?? null
      const row = machines.get(machine)
      return row === undefined ? null : (requestsOf(row).get(uid) ?? null)
    },
  }
}

const byUid = new WeakMap<JudgedMachine, ReadonlyMap<string, JudgedRequest>>()

/** Indexed by uid: a machine may have thousands of requests, and a run looks each up. */
function requestsOf(machine: JudgedMachine): ReadonlyMap<string, JudgedRequest> {
  let requests = byUid.get(machine)
  if (requests === undefined) {
    requests = new Map(machine.requests.map((request) => [request.uid, request]))
    byUid.set(machine, requests)
  }
  return requests
}

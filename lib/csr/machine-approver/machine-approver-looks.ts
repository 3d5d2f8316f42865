import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import { LONGEST_PAUSE, RESYNC } from '#lib/csr/machine-approver/machine-approver-facts.ts'

/**
 * What the machine-approver would do with the request that a machine is told by if it looked now.
 * `triesAgain`: it refuses with an error, and tries again. `forgets`: it passes the request over
 * without an error, and does not look again. Null: that cannot be known.
 */
export interface Look {
  readonly uid: string
  /** Its resourceVersion: with every change of the request the machine-approver looks again. */
  readonly version: string
  readonly answer: 'approves' | 'triesAgain' | 'forgets' | null
  /** The case that keeps it from approving; null for none. */
  readonly because: HoldFinding<'machineApprover'> | null
}

interface Remembered extends Look {
  /** Why it may have passed the request over, and when that was so last, milliseconds. */
  readonly forgot: { readonly because: string; readonly at: number } | null
  /** When what it lacked came; null: nothing was seen to be lacking. */
  readonly fitsSince: number | null
}

/**
 * How the machine-approver would have met each machine's request before now, as far as this process
 * has seen it: it does not look again at what it has passed over.
 */
export class MachineApproverLooks {
  readonly #looks = new Map<string, Remembered>()

  /** Call after a machine is derived. Null: none of its requests waits. */
  set(machineName: string, look: Look | null, now: number): void {
    if (look === null) {
      this.#looks.delete(machineName)
      return
    }
    const before = this.#of(machineName, look)
    const remembered = { ...look, answer: look.answer ?? before?.answer ?? null }
    this.#looks.set(machineName, {
      ...remembered,
      forgot: forgotAfter(before, look, now),
      fitsSince: fitsSinceAfter(before, look, now),
    })
  }

  /** Why it may have passed over this version of the request; null: no such state was seen. */
  passedOver(machineName: string, request: RequestVersion, now: number): string | null {
    const forgot = this.#of(machineName, request)?.forgot ?? null
    return forgot !== null && now < forgot.at + RESYNC ? forgot.because : null
  }

  /** When it looks again at every request, what it passed over too; null: it has not passed it over. */
  resyncAt(machineName: string, request: RequestVersion): number | null {
    const forgot = this.#of(machineName, request)?.forgot ?? null
    return forgot === null ? null : forgot.at + RESYNC
  }

  /**
   * When it tries a request again at the latest whose Machine, nodeRef or addresses came late.
   * Its pauses double, so the next is as long as the request is old, at most `LONGEST_PAUSE`. The
   * request's own time where nothing was seen to come late. In milliseconds since the epoch.
   */
  triesBy(machineName: string, request: RequestVersion, createdAt: number, now: number): number {
    const known = this.#of(machineName, request)
    const since = known?.answer === 'triesAgain' ? now : (known?.fitsSince ?? null)
    if (since === null) return createdAt
    return since + Math.min(Math.max(0, since - createdAt), LONGEST_PAUSE)
  }

  #of(machineName: string, { uid, version }: RequestVersion): Remembered | null {
    const known = this.#looks.get(machineName)
    return known?.uid === uid && known.version === version ? known : null
  }
}

type RequestVersion = Pick<Look, 'uid' | 'version'>

function forgotAfter(before: Remembered | null, look: Look, now: number): Remembered['forgot'] {
  if (look.answer === 'forgets') return { because: look.because ?? '', at: now }
  const forgot = before?.forgot ?? null
  // The state that makes it pass over ended a moment ago.
  return forgot !== null && before?.answer === 'forgets' ? { ...forgot, at: now } : forgot
}

function fitsSinceAfter(before: Remembered | null, look: Look, now: number): number | null {
  if (look.answer !== 'approves') return look.answer === null ? (before?.fitsSince ?? null) : null
  return before?.answer === 'triesAgain' ? now : (before?.fitsSince ?? null)
}

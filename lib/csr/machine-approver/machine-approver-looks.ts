import type { Because } from '#lib/csr/hold/hold-findings.ts'
import { LONGEST_PAUSE, RESYNC } from '#lib/csr/machine-approver/machine-approver-facts.ts'

type Forgot = Because<'admin', 'machineApproverForgot'>

/**
 * The machine-approver's answer to a machine's request if it tried now. `triesAgain`: an error, so
 * it retries. `forgets`: ignored without an error, so it does not retry. Null: unknown.
 */
export type Look = RequestVersion &
  (
    | { readonly answer: 'forgets'; readonly because: Forgot }
    | { readonly answer: 'approves' | 'triesAgain' | null }
  )

interface RequestVersion {
  readonly uid: string
  /** The request's resourceVersion: the machine-approver tries again after every change. */
  readonly version: string
}

interface Remembered extends RequestVersion {
  readonly answer: Look['answer']
  /** The last state that may have made it ignore the request, and its time in milliseconds. */
  readonly forgot: { readonly because: Forgot; readonly at: number } | null
  /** When the missing fact appeared; null if none was seen missing. */
  readonly fitsSince: number | null
}

/**
 * Earlier answers by machine, as far as this process has seen them: the machine-approver does not
 * retry a request that it ignored.
 */
export class MachineApproverLooks {
  readonly #looks = new Map<string, Remembered>()

  /** Call after a machine was derived. Null: it has no pending request. */
  set(machineName: string, look: Look | null, now: number): void {
    if (look === null) {
      this.#looks.delete(machineName)
      return
    }
    const before = this.#of(machineName, look)
    this.#looks.set(machineName, {
      uid: look.uid,
      version: look.version,
      answer: look.answer ?? before?.answer ?? null,
      forgot: forgotAfter(before, look, now),
      fitsSince: fitsSinceAfter(before, look, now),
    })
  }

  /** Why this version of the request may have been ignored; null if no such state was seen. */
  passedOver(machineName: string, request: RequestVersion, now: number): Forgot | null {
    const forgot = this.#of(machineName, request)?.forgot ?? null
    return forgot !== null && now < forgot.at + RESYNC ? forgot.because : null
  }

  /** When the next resync tries an ignored request again; null if it was not ignored. */
  resyncAt(machineName: string, request: RequestVersion): number | null {
    const forgot = this.#of(machineName, request)?.forgot ?? null
    return forgot === null ? null : forgot.at + RESYNC
  }

  /**
   * Latest time of the next try after a late fact, in milliseconds since the epoch; `createdAt`
   * without one. Pauses double: the next is as long as the request's age, up to `LONGEST_PAUSE`.
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

function forgotAfter(before: Remembered | null, look: Look, now: number): Remembered['forgot'] {
  if (look.answer === 'forgets') return { because: look.because, at: now }
  const forgot = before?.forgot ?? null
  // The ignoring state has just ended.
  return forgot !== null && before?.answer === 'forgets' ? { ...forgot, at: now } : forgot
}

function fitsSinceAfter(before: Remembered | null, look: Look, now: number): number | null {
  if (look.answer !== 'approves') return look.answer === null ? (before?.fitsSince ?? null) : null
  return before?.answer === 'triesAgain' ? now : (before?.fitsSince ?? null)
}

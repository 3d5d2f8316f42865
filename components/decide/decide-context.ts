import { createContext, use } from 'react'
import type { Target } from '#components/decide/target.ts'

/** Options of an approval, from a row, a page, a menu or a key. */
export interface ApproveOptions {
  /** Approve the machine's serving request, too, when it arrives. */
  readonly follow?: boolean
  /** Approve the older requests with the newest. */
  readonly duplicates?: boolean
  /** Ask for a note first, also where a click would do. */
  readonly note?: boolean
}

export interface DecideActions {
  /**
   * Takes the next step of this target. A verified or plausible request is approved at once. A dialog
   * asks first for a suspicious one, one of an existing node, and one that takes two people. A refused
   * request's page opens. The caller shows whether approving is allowed now (off-reason.tsx); the server
   * decides anew.
   */
  approve(target: Target, options?: ApproveOptions): void
  /** Opens its page, with every check. */
  review(target: Target): void
  /** Opens the dialog that asks why and says what the kubelet does next. */
  deny(targets: readonly Target[]): void
  /** Opens the bulk approval: of these machines by name, or the one that the page offers. */
  bulk(names?: readonly string[]): void
  /** Opens that run, or the bulk runs that the top bar shows: how it goes, or how it went. */
  run(id?: string): void
}

export const DecideContext = createContext<DecideActions | null>(null)

/** Throws outside DecideProvider: that is a mistake in the page, not a state. */
export function useDecideActions(): DecideActions {
  const actions = use(DecideContext)
  if (actions === null) throw new Error('useDecideActions needs a DecideProvider above it')
  return actions
}

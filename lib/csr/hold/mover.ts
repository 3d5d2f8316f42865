import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import type { Hold, Holder } from '#lib/csr/model.ts'

/** What approves by itself, and leaves these to a person however long one waits. */
const LEFT: { readonly [By in Holder]?: readonly HoldFinding<By>[] } = {
  machineApprover: [
    'ignored',
    'clientDisabled',
    'nodeExists',
    'noMachine',
    'hasNodeRef',
    'outsideWindow',
    'forgotten',
  ],
  approver: ['shadow'],
}

/** Whose move it is: who holds it up, unless that one leaves it to a person. */
export function moverOf({ holder, finding }: Pick<Hold, 'holder' | 'finding'>): Holder {
  const left: readonly string[] = LEFT[holder] ?? []
  return left.includes(finding) ? 'admin' : holder
}

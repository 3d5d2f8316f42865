import { DECIDING as APPROVER_DECIDING } from '#lib/csr/hold/approver-cases.ts'
import { type HoldCase, type HoldQuestion, holdsIf } from '#lib/csr/hold/hold-question.ts'
import { DECIDING as MACHINE_APPROVER_DECIDING } from '#lib/csr/hold/machine-approver-cases.ts'
import { isReady } from '#lib/csr/machine/node-status.ts'
import { execAndLogs, hasServingPending } from '#lib/csr/machine/stage.ts'

const MOVERS = ['admin', 'machineApprover', 'approver', 'kubelet'] as const

/** Ready without a serving certificate: one case for each party that may have to act. */
export const NO_EXEC_AND_LOGS: readonly HoldCase[] = MOVERS.map((holder) =>
  holdsIf(holder, 'noExecAndLogs', (question) => {
    const { facts } = question
    const isUp = facts.node !== null && isReady(facts.node)
    return isUp && execAndLogs(facts) === 'unavailable' && nextToAct(question) === holder
  }),
)

/** The kubelet has to file first; then a person approves, unless an approver is about to. */
function nextToAct(question: HoldQuestion): (typeof MOVERS)[number] {
  if (!hasServingPending(question.facts)) return 'kubelet'
  if (APPROVER_DECIDING.when(question) !== null) return 'approver'
  if (MACHINE_APPROVER_DECIDING.when(question) !== null) return 'machineApprover'
  return 'admin'
}

import type { CheckResult } from '#lib/csr/model.ts'
import type { MachineDetail, RequestDetail } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { filled } from '#lib/messages/grammar/cause-words.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'

/**
 * A check's answer with English sentences, for scripts. Pages have the sentences in their own
 * language.
 */
export interface WordedCheck extends CheckResult {
  readonly summary: string
  readonly remedy: string | null
}

export type WordedRequest = Omit<RequestDetail, 'checks'> & {
  readonly checks: readonly WordedCheck[]
}
export type WordedMachine = Omit<MachineDetail, 'requests'> & {
  readonly requests: readonly WordedRequest[]
}

export function wordedMachine(machine: MachineDetail): WordedMachine {
  return { ...machine, requests: machine.requests.map(wordedRequest) }
}

export function wordedRequest(request: RequestDetail): WordedRequest {
  return { ...request, checks: request.checks.map(wordedCheck) }
}

function wordedCheck(check: CheckResult): WordedCheck {
  const words = findingWords(en.checks.table, check.code, check.finding)
  const remedy = words?.decision ?? words?.remedy
  return {
    ...check,
    summary: inEnglish([check]),
    remedy: remedy === undefined ? null : filled(remedy, check.values),
  }
}

import { visible } from '#lib/csr/escape.ts'
import type { CheckResult, MachineDetail, Reason, RequestDetail } from '#lib/csr/model.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { en } from '#lib/messages/en.ts'

/** A check's answer with its sentences, for scripts; the page has them in its own language. */
export interface ToldCheck extends CheckResult {
  readonly summary: string
  readonly remedy: string | null
}

export type ToldRequest = Omit<RequestDetail, 'checks'> & { readonly checks: readonly ToldCheck[] }
export type ToldMachine = Omit<MachineDetail, 'requests'> & {
  readonly requests: readonly ToldRequest[]
}

export function toldMachine(machine: MachineDetail): ToldMachine {
  return { ...machine, requests: machine.requests.map(toldRequest) }
}

export function toldRequest(request: RequestDetail): ToldRequest {
  return { ...request, checks: request.checks.map(toldCheck) }
}

/** Why, in one sentence: what a decision's answer says of a request that it held back. */
export function explain({ code, finding, values }: Reason): string {
  const words = findingWords(en.checks.table, code, finding)
  return words === null ? `${code}: ${finding}` : fill(words.summary, values)
}

function toldCheck(check: CheckResult): ToldCheck {
  const words = findingWords(en.checks.table, check.code, check.finding)
  return {
    ...check,
    summary: explain(check),
    remedy: words?.remedy === undefined ? null : fill(words.remedy, check.values),
  }
}

/** Values are the claimant's or the cluster's words: nothing invisible of them gets into a text. */
function fill(text: string, values: Reason['values']): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) =>
    Object.hasOwn(values, name) ? visible(values[name] ?? '') : blank,
  )
}

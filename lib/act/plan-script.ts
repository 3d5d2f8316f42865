/** A plan as a script of kubectl's or oc's own approvals, for a change ticket. */

import type { PlannedMachine } from '#lib/act/plan.ts'
import { visible } from '#lib/csr/escape.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { en } from '#lib/messages/en.ts'
import type { ApproverProgram } from '#lib/wire/run-answers.ts'

/** Commands by program; each takes the name of a request. */
const COMMANDS: Readonly<Record<ApproverProgram, string>> = {
  oc: 'oc adm certificate approve',
  kubectl: 'kubectl certificate approve',
}

export interface ScriptOptions {
  readonly program: ApproverProgram
  /** Whether older requests that pass the same checks are included. */
  readonly superseded: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Names that a shell and a reader take as they are. The API server takes nearly any text as a request's
 * name, also one with line ends or characters that turn the direction of writing.
 */
const PLAIN_NAME = /^[a-z0-9][a-z0-9.-]*$/

/** Most requests of one script: more would take a moment in which no other call is answered. */
export const MOST_IN_SCRIPT = 5_000

export function requestsIn(
  machines: readonly PlannedMachine[],
  { superseded }: Pick<ScriptOptions, 'superseded'>,
): number {
  return machines.reduce(
    (sum, one) => sum + one.requests.length + (superseded ? one.superseded.length : 0),
    0,
  )
}

/** The script's text: the machines in their order, of each the client request before the serving one. */
export function planScript(machines: readonly PlannedMachine[], options: ScriptOptions): string {
  const { program, superseded, now } = options
  const words = en.bulk.script
  const parts = machines.map(({ machine, trust, requests, superseded: older }) => ({
    title: `# ${visible(machine.name)}: ${en.common.verdicts[trust === 'verified' ? trust : 'plausible'].toLowerCase()}`,
    requests: superseded ? [...requests, ...older] : requests,
  }))
  const count = requestsIn(machines, options)
  const head = [words.title(machines.length, count, new Date(now).toISOString()), ...words.byName]
  const lines = parts.flatMap(({ title, requests }) => [
    '',
    title,
    ...requests.flatMap((request) => approval(request, COMMANDS[program])),
  ])
  return ['#!/bin/sh', ...head.map((line) => `# ${line}`), 'set -e', ...lines, ''].join('\n')
}

function approval(request: RequestRow, command: string): readonly string[] {
  const { name, uid, fingerprint, signerName } = request
  if (!PLAIN_NAME.test(name)) return [`# ${en.bulk.script.leftOut(visible(name))}`]
  const kind = signerName === KUBE_APISERVER_CLIENT_KUBELET ? 'client' : 'serving'
  return [`# ${kind}, uid ${visible(uid)}, SHA-256 ${fingerprint}`, `${command} ${name}`]
}

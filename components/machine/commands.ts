import { deniedTogether, isApprovedAtOnce } from '#components/decide/target.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isCutName } from '#lib/csr/reading/cut-text.ts'
import { duplicatesAmong, isDuplicateOf, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { MachineRow, RequestRow } from '#lib/csr/rows/rows.ts'
import { commandLine } from '#lib/csr/shell-words.ts'

export type CommandKind =
  | 'approve'
  | 'approveSuperseded'
  | 'denyAll'
  | 'denyHeldBack'
  | 'denySuperseded'
  | 'describeThis'
  | 'approveThis'
  | 'denyThis'
  | 'getNode'
  | 'watchNode'

/** A button's action as a shell command. */
export interface Command {
  readonly kind: CommandKind
  readonly signer: 'client' | 'serving' | null
  readonly line: string
}

const DESCRIBE = ['oc', 'describe', 'csr']
const APPROVE = ['oc', 'adm', 'certificate', 'approve']
const DENY = ['oc', 'adm', 'certificate', 'deny']

/** Commands for one machine in its present state; for its Node where no request waits. */
export function machineCommands(machine: MachineRow): readonly Command[] {
  const commands = [
    ...signerCommands(machine, KUBE_APISERVER_CLIENT_KUBELET, 'client'),
    ...signerCommands(machine, KUBELET_SERVING, 'serving'),
  ]
  // Superseded requests come last: they are not the next step while another request waits.
  const next = commands.filter(({ kind }) => !kind.endsWith('Superseded'))
  if (next.length > 0) return next
  if (commands.length > 0) return commands
  return [
    machine.node === null
      ? { kind: 'watchNode', signer: null, line: 'oc get nodes --watch' }
      : { kind: 'getNode', signer: null, line: commandLine(['oc', 'get', 'node'], [machine.name]) },
  ]
}

/** Commands for one request by itself; none for a decided one. */
export function requestCommands(request: RequestRow): readonly Command[] {
  if (!isPendingRow(request)) return []
  const command = (kind: CommandKind, words: readonly string[]): Command => {
    return { kind, signer: null, line: lineFor(words, [request]) }
  }
  return [
    command('describeThis', DESCRIBE),
    ...(isApprovedAtOnce(request) ? [command('approveThis', APPROVE)] : []),
    command('denyThis', DENY),
  ]
}

/** A command by name; by uid where the name is too long to be listed in full. */
function lineFor(words: readonly string[], requests: readonly RequestRow[]): string {
  const [cut, whole] = [requests.filter(isCut), requests.filter((request) => !isCut(request))]
  const named = whole.map(({ name }) => name)
  return [
    ...(named.length === 0 ? [] : [commandLine(words, named)]),
    ...cut.map(({ uid }) => byUid(words, uid)),
  ].join('; ')
}

function isCut({ name }: RequestRow): boolean {
  return isCutName(name)
}

/**
 * The name is fetched by uid and passed by `xargs -0` as one word, on Linux up to 128 KiB. A NUL in
 * the name would begin a second word: there the command appends `%`, which no name may contain, and
 * ends with an error.
 */
function byUid(words: readonly string[], uid: string): string {
  const name = `{{range .items}}{{if eq .metadata.uid "${uid}"}}{{.metadata.name}}{{end}}{{end}}`
  const found = commandLine(['oc', 'get', 'csr', '-o'], [`go-template=${name}`])
  return `${found} | tr '\\0' % | xargs -0 ${words.join(' ')} --`
}

function signerCommands(
  machine: MachineRow,
  signerName: string,
  signer: 'client' | 'serving',
): readonly Command[] {
  const pending = machine.requests.filter(
    (request) => request.signerName === signerName && isPendingRow(request),
  )
  const [first] = pending
  if (first === undefined) return []
  const command = (
    kind: CommandKind,
    words: readonly string[],
    requests: readonly RequestRow[],
  ): Command => ({ kind, signer, line: lineFor(words, requests) })
  const newest = pending.find(({ superseded }) => !superseded)
  // No command approves in one step what needs more than a click here.
  if (newest === undefined) {
    const isSafe = (one: RequestRow) => isApprovedAtOnce(one) && isDuplicateOf(one, first)
    return [
      ...(pending.every(isSafe) ? [command('approveSuperseded', APPROVE, pending)] : []),
      command('denySuperseded', DENY, pending),
    ]
  }
  const approved = isApprovedAtOnce(newest) ? [newest, ...duplicatesAmong(newest, pending)] : []
  const denied = deniedTogether(pending)
  return [
    ...(approved.length > 0 ? [command('approve', APPROVE, approved)] : []),
    command(denied.length === pending.length ? 'denyAll' : 'denyHeldBack', DENY, denied),
  ]
}

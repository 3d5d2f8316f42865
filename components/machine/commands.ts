import { commandLine } from '#components/machine/shell-words.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isPending } from '#lib/query/board.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

export type CommandKind =
  | 'describe'
  | 'approveNewest'
  | 'approveAll'
  | 'denyAll'
  | 'getNode'
  | 'watchNode'

/** What a button of the page does, as one would type it. */
export interface Command {
  readonly kind: CommandKind
  readonly signer: 'client' | 'serving' | null
  readonly line: string
}

/** The commands of one machine as it stands: only what would do something now. */
export function machineCommands(machine: ListedMachine): readonly Command[] {
  return [
    ...signerCommands(machine, KUBE_APISERVER_CLIENT_KUBELET, 'client'),
    ...signerCommands(machine, KUBELET_SERVING, 'serving'),
    machine.node === null
      ? { kind: 'watchNode', signer: null, line: 'oc get nodes --watch' }
      : { kind: 'getNode', signer: null, line: commandLine(['oc', 'get', 'node'], [machine.name]) },
  ]
}

function signerCommands(
  machine: ListedMachine,
  signerName: string,
  signer: 'client' | 'serving',
): readonly Command[] {
  const pending = machine.requests.filter(
    (request) => request.signerName === signerName && isPending(request),
  )
  return requestCommands(pending, signer)
}

/** The same for some pending requests of one signer, newest first; none → nothing to do. */
export function requestCommands(
  pending: readonly ListedRequest[],
  signer: 'client' | 'serving' | null,
): readonly Command[] {
  const names = pending.map(({ name }) => name)
  const newest = names.slice(0, 1)
  if (newest.length === 0) return []
  // What cannot be approved from here is not offered as a line to paste either.
  const approvable = pending.filter(({ verdict }) => verdict !== 'refused').map(({ name }) => name)
  const approve = ['oc', 'adm', 'certificate', 'approve']
  return [
    { kind: 'describe', signer, line: commandLine(['oc', 'describe', 'csr'], newest) },
    ...(approvable.length > 0
      ? [
          {
            kind: 'approveNewest',
            signer,
            line: commandLine(approve, approvable.slice(0, 1)),
          } as const,
        ]
      : []),
    ...(approvable.length > 1
      ? [{ kind: 'approveAll', signer, line: commandLine(approve, approvable) } as const]
      : []),
    { kind: 'denyAll', signer, line: commandLine(['oc', 'adm', 'certificate', 'deny'], names) },
  ]
}

import { commandLine } from '#components/machine/shell-words.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import type { Hold, MachineRow } from '#lib/query/wire.ts'

export interface HoldCommand {
  readonly kind: keyof Messages['hold']['commands']
  readonly line: string
}

interface Place {
  readonly machine: Pick<MachineRow, 'name' | 'requests'>
  /** OpenShift keeps its control plane in other namespaces. */
  readonly openShift: boolean
}

const APPROVER = ['oc', '-n', 'openshift-cluster-machine-approver']

const APPROVER_LOG: HoldCommand = {
  kind: 'approverLog',
  line: [
    ...APPROVER,
    'logs deployment/machine-approver -c machine-approver-controller --tail=50',
  ].join(' '),
}
const APPROVER_OPERATOR: HoldCommand = {
  kind: 'approverOperator',
  line: 'oc get clusteroperator machine-approver -o yaml',
}
const APPROVER_CONFIG: HoldCommand = {
  kind: 'approverConfig',
  line: [...APPROVER, 'get configmap machine-approver-config -o yaml'].join(' '),
}
const APPROVER_RESTART: HoldCommand = {
  kind: 'approverRestart',
  line: [...APPROVER, 'delete pod -l app=machine-approver'].join(' '),
}
const MACHINES: HoldCommand = {
  kind: 'machines',
  line: 'oc -n openshift-machine-api get machines -o wide',
}
const KUBELET_LOG: HoldCommand = {
  kind: 'kubeletLog',
  line: "journalctl -u kubelet --since '10 min ago' --no-pager",
}

/** What to type to see for oneself, by `<holder>.<finding>`. */
const COMMANDS: Readonly<Record<string, (place: Place) => readonly HoldCommand[]>> = {
  'machineApprover.unavailable': () => [APPROVER_OPERATOR, APPROVER_LOG],
  'machineApprover.degraded': () => [APPROVER_OPERATOR, APPROVER_LOG],
  'machineApprover.brakeTripped': () => [APPROVER_LOG],
  'machineApprover.clientDisabled': () => [APPROVER_CONFIG, APPROVER_RESTART],
  'machineApprover.nodeExists': describeNode,
  'machineApprover.noMachine': () => [MACHINES],
  'machineApprover.hasNodeRef': () => [MACHINES],
  'machineApprover.outsideWindow': () => [MACHINES],
  'machineApprover.lacksSan': () => [MACHINES],
  'machineApprover.forgotten': () => [APPROVER_RESTART, APPROVER_LOG],
  'machineApprover.clientUnknown': () => [APPROVER_CONFIG, APPROVER_RESTART],
  'machineApprover.silent': () => [APPROVER_LOG, APPROVER_RESTART],
  'signer.silent': ({ openShift }) => [
    {
      kind: 'signerPods',
      line: openShift
        ? 'oc -n openshift-kube-controller-manager get pods'
        : 'kubectl -n kube-system get pods -l component=kube-controller-manager',
    },
  ],
  'kubelet.failed': describeRequest,
  'kubelet.servingNoNode': () => [KUBELET_LOG],
  'kubelet.servingNoAddress': describeNode,
  'kubelet.servingMissing': () => [KUBELET_LOG],
  'kubelet.notReady': describeNode,
  'kubelet.noStatus': () => [KUBELET_LOG],
  'kubelet.noNode': () => [KUBELET_LOG],
}

export function holdCommands({ holder, finding }: Hold, place: Place): readonly HoldCommand[] {
  const key = `${holder}.${finding}`
  return Object.hasOwn(COMMANDS, key) ? (COMMANDS[key]?.(place) ?? []) : []
}

function describeNode({ machine }: Place): readonly HoldCommand[] {
  return [{ kind: 'describeNode', line: commandLine(['oc', 'describe', 'node'], [machine.name]) }]
}

function describeRequest({ machine }: Place): readonly HoldCommand[] {
  const failed = machine.requests.find(({ failure }) => failure !== null)
  if (failed === undefined) return []
  return [{ kind: 'describe', line: commandLine(['oc', 'describe', 'csr'], [failed.name]) }]
}

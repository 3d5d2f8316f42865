import { isPendingRow, newestOf } from '#lib/csr/rows/next-request.ts'
import { commandLine } from '#lib/csr/shell-words.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import type { Hold, MachineRow } from '#lib/query/domain-types.ts'

export interface HoldCommand {
  readonly kind: keyof Messages['hold']['commands']
  readonly line: string
}

interface Place {
  readonly machine: Pick<MachineRow, 'name' | 'requests'>
  /** OpenShift keeps its control plane in namespaces of its own. */
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

/** Commands to type, by the hold's code `<holder>.<finding>`. */
const COMMANDS: Readonly<Record<string, (place: Place) => readonly HoldCommand[]>> = {
  'admin.machineApproverBrake': () => [APPROVER_RESTART],
  'admin.machineApproverOff': () => [APPROVER_CONFIG, APPROVER_RESTART],
  'admin.machineApproverRule.nodeExists': (place) => [...describeNode(place), ...lookAgain(place)],
  'admin.machineApproverRule': (place) => [MACHINES, ...lookAgain(place)],
  'admin.machineApproverSilent.unavailable': () => [APPROVER_OPERATOR, APPROVER_LOG],
  'admin.machineApproverSilent': (place) => [APPROVER_LOG, ...lookAgain(place)],
  'admin.machineApproverUnseen.configChanged': () => [APPROVER_CONFIG, APPROVER_RESTART],
  'signer.silent': ({ openShift }) => [
    {
      kind: 'signerPods',
      line: openShift
        ? 'oc -n openshift-kube-controller-manager get pods'
        : 'kubectl -n kube-system get pods -l component=kube-controller-manager',
    },
  ],
  'kubelet.failed': describeRequest,
  'kubelet.silent': () => [KUBELET_LOG],
  'kubelet.noAddress': describeNode,
  'kubelet.notReady': describeNode,
}

export function holdCommands({ holder, finding, values }: Hold, place: Place) {
  const keys = [`${holder}.${finding}.${values.because}`, `${holder}.${finding}`]
  const key = keys.find((one) => Object.hasOwn(COMMANDS, one))
  return key === undefined ? [] : (COMMANDS[key]?.(place) ?? [])
}

/**
 * Changes an annotation, so that the machine-approver gets an event. The time makes each value new.
 */
function lookAgain({ machine }: Place): readonly HoldCommand[] {
  const next = newestOf(machine.requests.filter(isPendingRow))
  if (next === null) return [APPROVER_RESTART]
  const annotate = commandLine(['oc', 'annotate', '--overwrite', 'csr'], [next.name])
  return [APPROVER_RESTART, { kind: 'annotate', line: `${annotate} look-again="$(date +%s)"` }]
}

function describeNode({ machine }: Place): readonly HoldCommand[] {
  return [{ kind: 'describeNode', line: commandLine(['oc', 'describe', 'node'], [machine.name]) }]
}

function describeRequest({ machine }: Place): readonly HoldCommand[] {
  const failed = machine.requests.find(({ failure }) => failure !== null)
  if (failed === undefined) return []
  return [{ kind: 'describe', line: commandLine(['oc', 'describe', 'csr'], [failed.name]) }]
}

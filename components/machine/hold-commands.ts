import type { Hold, Holder } from '#lib/csr/model.ts'
import type { HoldFinding } from '#lib/csr/rows/hold-findings.ts'
import { isPendingRow, newestOf } from '#lib/csr/rows/next-request.ts'
import type { MachineRow } from '#lib/csr/rows/rows.ts'
import { commandLine } from '#lib/csr/shell-words.ts'
import type { Messages } from '#lib/messages/catalogue.ts'

interface HoldCommand {
  readonly kind: keyof Messages['hold']['commands']
  readonly line: string
}

interface Place {
  readonly machine: Pick<MachineRow, 'name' | 'requests'>
  /** OpenShift keeps its control plane in namespaces of its own. */
  readonly openShift: boolean
}

const APPROVER = 'oc -n openshift-cluster-machine-approver'

/** Commands that are the same for every machine, by kind. */
const LINES = {
  approverLog: `${APPROVER} logs deployment/machine-approver -c machine-approver-controller --tail=50`,
  approverOperator: 'oc get clusteroperator machine-approver -o yaml',
  approverConfig: `${APPROVER} get configmap machine-approver-config -o yaml`,
  approverRestart: `${APPROVER} delete pod -l app=machine-approver`,
  machines: 'oc -n openshift-machine-api get machines -o wide',
  kubeletLog: "journalctl -u kubelet --since '10 min ago' --no-pager",
} as const

type Commands = readonly (HoldCommand | keyof typeof LINES)[]

type HoldCode = { [By in Holder]: `${By}.${HoldFinding<By>}${'' | `.${string}`}` }[Holder]

/** Commands to type, by the hold's code `<holder>.<finding>`. */
const COMMANDS: { readonly [Code in HoldCode]?: (place: Place) => Commands } = {
  'admin.machineApproverBrake': () => ['approverRestart'],
  'admin.machineApproverOff': () => ['approverConfig', 'approverRestart'],
  'admin.machineApproverRule.nodeExists': (place) => [...describeNode(place), ...lookAgain(place)],
  'admin.machineApproverRule': (place) => ['machines', ...lookAgain(place)],
  'admin.machineApproverSilent.unavailable': () => ['approverOperator', 'approverLog'],
  'admin.machineApproverSilent': (place) => ['approverLog', ...lookAgain(place)],
  'admin.machineApproverUnseen.configChanged': () => ['approverConfig', 'approverRestart'],
  'signer.silent': ({ openShift }) => [
    {
      kind: 'signerPods',
      line: openShift
        ? 'oc -n openshift-kube-controller-manager get pods'
        : 'kubectl -n kube-system get pods -l component=kube-controller-manager',
    },
  ],
  'kubelet.failed': describeRequest,
  'kubelet.silent': () => ['kubeletLog'],
  'kubelet.noAddress': describeNode,
  'kubelet.notReady': describeNode,
}

export function holdCommands(
  { holder, finding, values }: Hold,
  place: Place,
): readonly HoldCommand[] {
  const keys = [`${holder}.${finding}.${values.because}`, `${holder}.${finding}`]
  const code = keys.find((key): key is keyof typeof COMMANDS => Object.hasOwn(COMMANDS, key))
  const commands = code === undefined ? [] : (COMMANDS[code]?.(place) ?? [])
  return commands.map((one) => (typeof one === 'string' ? { kind: one, line: LINES[one] } : one))
}

/**
 * Changes an annotation, so that the machine-approver gets an event. The time makes each value new.
 */
function lookAgain({ machine }: Place): Commands {
  const next = newestOf(machine.requests.filter(isPendingRow))
  if (next === null) return ['approverRestart']
  const annotate = commandLine(['oc', 'annotate', '--overwrite', 'csr'], [next.name])
  return ['approverRestart', { kind: 'annotate', line: `${annotate} look-again="$(date +%s)"` }]
}

function describeNode({ machine }: Place): Commands {
  return [{ kind: 'describeNode', line: commandLine(['oc', 'describe', 'node'], [machine.name]) }]
}

function describeRequest({ machine }: Place): Commands {
  const failed = machine.requests.find(({ failure }) => failure !== null)
  if (failed === undefined) return []
  return [{ kind: 'describe', line: commandLine(['oc', 'describe', 'csr'], [failed.name]) }]
}

import type { WayStep } from '#lib/csr/kubelets/way-out.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { Messages } from '#lib/messages/catalogue.ts'

type WayCommand = readonly [name: keyof Messages['kubelets']['way']['commands'], line: string]

/** Shell commands of each step; on OpenShift the operators set the kubelets up. */
const COMMANDS: Readonly<Record<WayStep, readonly WayCommand[]>> = {
  ask: [
    ['newNodes', 'kubectl --namespace kube-system edit configmap kubelet-config'],
    ['thisNode', "echo 'serverTLSBootstrap: true' | sudo tee -a /var/lib/kubelet/config.yaml"],
    ['restart', 'sudo systemctl restart kubelet'],
  ],
  approve: [['requests', `kubectl get csr --field-selector spec.signerName=${KUBELET_SERVING}`]],
  renew: [],
  dropFlag: [
    ['editFlag', 'kubectl --namespace kube-system edit deployment metrics-server'],
    ['top', 'kubectl top nodes'],
  ],
}

/** Whether the cluster has OpenShift's operators. */
export function isOpenShift({ operators }: { readonly operators: readonly unknown[] }): boolean {
  return operators.length > 0
}

/** Shell commands of a step, each with the name of its words. */
export function wayCommands(step: WayStep, onOpenShift: boolean): readonly WayCommand[] {
  return onOpenShift && step === 'ask' ? [] : COMMANDS[step]
}

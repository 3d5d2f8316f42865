import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { commandLine } from '#lib/csr/shell-words.ts'

/** RBAC rules as a role contains them, for the admin to add. */

export const READ_REQUESTS_RULE = `- apiGroups: ["certificates.k8s.io"]
  resources: ["certificatesigningrequests"]
  verbs: ["get", "list", "watch"]`

/** Rules for optional rights, without which the rest works. */
export const READ_RULES = {
  nodes: `- apiGroups: [""]
  resources: ["nodes"]
  verbs: ["get", "list", "watch"]`,
  machines: `- apiGroups: ["machine.openshift.io", "cluster.x-k8s.io"]
  resources: ["machines"]
  verbs: ["get", "list", "watch"]`,
  operators: `- apiGroups: ["config.openshift.io"]
  resources: ["clusteroperators"]
  verbs: ["get", "list", "watch"]`,
}

export const APPROVAL_RULE = `- apiGroups: ["certificates.k8s.io"]
  resources: ["certificatesigningrequests/approval"]
  verbs: ["update"]`

export function signersRule(signerNames: readonly string[]): string {
  // One name a line: two together are wider than a tooltip.
  const names = signerNames.map((name) => `\n    - ${JSON.stringify(name)}`).join('')
  return `- apiGroups: ["certificates.k8s.io"]
  resources: ["signers"]
  resourceNames:${names}
  verbs: ["approve"]`
}

/** Shell commands that give a user the right to approve requests of kubelets. */
export function approverCommand(user: string): string {
  const role = 'countersign-approve-kubelets'
  const binding = `${role}-${user.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
  const bind = [
    'kubectl',
    'create',
    'clusterrolebinding',
    binding,
    `--clusterrole=${role}`,
    '--user',
  ]
  return `kubectl apply -f - <<'EOF'
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ${role} }
rules:
${APPROVAL_RULE}
${signersRule([KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING])}
EOF
${commandLine(bind, [user])}`
}

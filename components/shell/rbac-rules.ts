import { KUBELET_SIGNERS } from '#lib/csr/names.ts'
import type { Cluster } from '#lib/wire/wire.ts'

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

const APPROVAL_RULE = `- apiGroups: ["certificates.k8s.io"]
  resources: ["certificatesigningrequests/approval"]
  verbs: ["update"]`

function signersRule(signerNames: readonly string[]): string {
  // One name a line: two together are wider than a tooltip.
  const names = signerNames.map((name) => `\n    - ${JSON.stringify(name)}`).join('')
  return `- apiGroups: ["certificates.k8s.io"]
  resources: ["signers"]
  resourceNames:${names}
  verbs: ["approve"]`
}

/**
 * Command by which an admin gives this person all that they lack for approving requests of these
 * signers, by default those of kubelets. It creates a role of its own, and fails rather than change one that exists.
 */
export function approveCommand(
  { user, access }: Pick<Cluster, 'user' | 'access'>,
  signerNames: readonly string[] = Object.values(KUBELET_SIGNERS),
): string {
  const missing = signerNames.filter((name) => access.signers[name] !== true)
  const rules = [
    ...(access.approval ? [] : [APPROVAL_RULE]),
    ...(missing.length > 0 ? [signersRule(missing)] : []),
  ]
  const name = quoted(`countersign-approve-${user.replaceAll(/[^\w.@:-]/g, '-')}`)
  return `kubectl create -f - <<'END'
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ${name}
rules:
${rules.join('\n')}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${name}
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: ${quoted(user)}
END`
}

/** A text in YAML, with every character that cannot be seen as an escape. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^\x20-\x7e]/gu,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  )
}

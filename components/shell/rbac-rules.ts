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

/** Every name that has a meaning of its own to Kubernetes, OpenShift or this product, once. */

export const KUBE_APISERVER_CLIENT = 'kubernetes.io/kube-apiserver-client'
export const KUBE_APISERVER_CLIENT_KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet'
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'

/** Whether one of the two signers that a joining kubelet uses. */
export function isKubeletSigner(signerName: string): boolean {
  return signerName === KUBE_APISERVER_CLIENT_KUBELET || signerName === KUBELET_SERVING
}

/** Where a kubelet listens unless its configuration says otherwise. */
export const KUBELET_PORT = 10_250

export const NODE_USER_PREFIX = 'system:node:'
export const NODE_GROUP = 'system:nodes'
export const AUTHENTICATED_GROUP = 'system:authenticated'
export const SERVICE_ACCOUNTS_GROUP = 'system:serviceaccounts'

/** OpenShift's bootstrap identity. */
export const NODE_BOOTSTRAPPER =
  'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'
/** The groups the API server gives it: exactly these. */
export const NODE_BOOTSTRAPPER_GROUPS: readonly string[] = [
  'system:serviceaccounts:openshift-machine-config-operator',
  SERVICE_ACCOUNTS_GROUP,
  AUTHENTICATED_GROUP,
]

/** kubeadm's bootstrap identity: `system:bootstrap:<token id>` in this group. */
export const BOOTSTRAP_USER_PREFIX = 'system:bootstrap:'
export const BOOTSTRAPPERS_GROUP = 'system:bootstrappers'

/** Groups and users to whom a certificate gives the whole cluster. */
export const CONTROL_GROUPS: readonly string[] = [
  'system:masters',
  'kubeadm:cluster-admins',
  // OpenShift's own binding of cluster-admin.
  'system:cluster-admins',
]
export const CONTROL_USERS: readonly string[] = [
  'system:admin',
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-scheduler',
]

/** Beyond the one of kube-system, service accounts that the control plane itself runs as. */
export const KUBE_SYSTEM_ACCOUNT_PREFIX = 'system:serviceaccount:kube-system:'

/**
 * A proposal to approve a request is a request of its own, for this signer and the other's uid:
 * nobody signs for it (docs/decisions, "The first of two people").
 */
export const PROPOSAL_SIGNER_PREFIX = 'countersign.dev/approval-proposal.'
export const PROPOSAL_NAME_PREFIX = 'countersign-proposal-'
/** What the first person wrote; for display only, anybody who may update requests can change it. */
export const PROPOSAL_NOTE = 'countersign.dev/note'
/** The name of the request that is proposed, for whoever lists requests with kubectl. */
export const PROPOSAL_FOR = 'countersign.dev/proposal-for'

export const APPROVED = 'Approved'
export const DENIED = 'Denied'
export const FAILED = 'Failed'

export const DIGITAL_SIGNATURE = 'digital signature'
export const KEY_ENCIPHERMENT = 'key encipherment'
export const CLIENT_AUTH = 'client auth'
export const SERVER_AUTH = 'server auth'

export const REASON_APPROVE = 'CountersignApprove'
export const REASON_DENY = 'CountersignDeny'
/** Without a person: by the policy that the message names. */
export const REASON_AUTO_APPROVE = 'CountersignAutoApprove'

/** Address types of Nodes and Machines. */
export const HOSTNAME = 'Hostname'
export const INTERNAL_IP = 'InternalIP'
export const EXTERNAL_IP = 'ExternalIP'
export const INTERNAL_DNS = 'InternalDNS'
export const EXTERNAL_DNS = 'ExternalDNS'

export const ROLE_LABEL_PREFIX = 'node-role.kubernetes.io/'
export const ROLE_LABEL = 'kubernetes.io/role'
/**
 * NodeRestriction keeps a kubelet from giving itself a label of these roles. OpenShift's lets it do
 * so once, as it creates its Node.
 */
export const CONTROL_PLANE_ROLES: readonly string[] = ['control-plane', 'master']

/**
 * OpenShift's ConfigMap with the CA of kubelets' serving certificates, as `namespace/name`: the only
 * one that its machine-approver verifies them with.
 */
export const KUBELET_SIGNER_CA = 'openshift-config-managed/csr-controller-ca'

/** Reason of a Node's Ready condition, by kube-controller-manager: no kubelet ever posted one. */
export const NEVER_REPORTED = 'NodeStatusNeverUpdated'

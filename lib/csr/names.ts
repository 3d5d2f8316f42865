/** Names with a meaning to Kubernetes, OpenShift or this product, each written once. */

export const KUBE_APISERVER_CLIENT = 'kubernetes.io/kube-apiserver-client'
export const KUBE_APISERVER_CLIENT_KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet'
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving'

/** The signer of each source of kubelets' requests; the API server lists each source separately. */
export const KUBELET_SIGNERS = {
  clientCsrs: KUBE_APISERVER_CLIENT_KUBELET,
  servingCsrs: KUBELET_SERVING,
} as const

/** Requests of the kubelet signers: each source is of one signer. */
export type KubeletSource = keyof typeof KUBELET_SIGNERS
/** `otherCsrs`: requests of all other signers, by which nothing is decided. */
export type CsrSource = KubeletSource | 'otherCsrs'

export const KUBELET_SOURCES: readonly KubeletSource[] = ['clientCsrs', 'servingCsrs']
export const CSR_SOURCES: readonly CsrSource[] = [...KUBELET_SOURCES, 'otherCsrs']

/** The source that tells of a signer's requests. */
export function sourceOf(signerName: string): CsrSource {
  return KUBELET_SOURCES.find((source) => KUBELET_SIGNERS[source] === signerName) ?? 'otherCsrs'
}

/** Whether the signer is one of the two that a joining kubelet uses. */
export function isKubeletSigner(signerName: string): boolean {
  return sourceOf(signerName) !== 'otherCsrs'
}

/** A kubelet's default port. */
export const KUBELET_PORT = 10_250

export const NODE_USER_PREFIX = 'system:node:'
export const NODE_GROUP = 'system:nodes'
export const AUTHENTICATED_GROUP = 'system:authenticated'
export const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:'
export const SERVICE_ACCOUNTS_GROUP = 'system:serviceaccounts'

/** OpenShift's bootstrap identity. */
export const NODE_BOOTSTRAPPER =
  'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'
/** Exactly the groups that the API server gives the node-bootstrapper. */
export const NODE_BOOTSTRAPPER_GROUPS: readonly string[] = [
  'system:serviceaccounts:openshift-machine-config-operator',
  SERVICE_ACCOUNTS_GROUP,
  AUTHENTICATED_GROUP,
]

/** kubeadm's bootstrap identity: `system:bootstrap:<token id>` in this group. */
export const BOOTSTRAP_USER_PREFIX = 'system:bootstrap:'
export const BOOTSTRAPPERS_GROUP = 'system:bootstrappers'

/** Groups and users that control the whole cluster. */
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

/** Prefix of the control plane's own service accounts. */
export const KUBE_SYSTEM_ACCOUNT_PREFIX = 'system:serviceaccount:kube-system:'

/**
 * Signer of proposals, followed by the target's uid: a proposal is a request that no signer ever
 * signs (docs/decisions, "The first of two people").
 */
export const PROPOSAL_SIGNER_PREFIX = 'countersign.dev/approval-proposal.'
export const PROPOSAL_NAME_PREFIX = 'countersign-proposal-'
/**
 * The first person's note, for display only: anyone with the right to update requests can change
 * it.
 */
export const PROPOSAL_NOTE = 'countersign.dev/note'
/** Name of the proposed request, for admins who list requests with kubectl. */
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
/** Reason of an approval without a person; the message names the policy. */
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
 * NodeRestriction keeps a kubelet from setting these role labels. OpenShift allows it once, at the
 * Node's creation.
 */
export const CONTROL_PLANE_ROLES: readonly string[] = ['control-plane', 'master']

/**
 * OpenShift's ConfigMap with the CA of kubelet serving certificates, as `namespace/name`: its
 * machine-approver verifies with no other CA.
 */
export const KUBELET_SIGNER_CA = 'openshift-config-managed/csr-controller-ca'

/** Ready reason by kube-controller-manager when no kubelet has ever reported. */
export const NEVER_REPORTED = 'NodeStatusNeverUpdated'

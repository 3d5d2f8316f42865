import { LIVE_TROUBLES } from '#lib/csr/kubelets/evidence.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { PROBLEM_CODES } from '#lib/csr/problem-codes.ts'

/**
 * Findings of each check: outcome and meaning beside each. This type holds the message
 * catalogue complete, as `<code>` and `<finding>` name a sentence in it.
 */
export const FINDINGS = {
  'request.faithful': [
    'faithful', // pass
    ...PROBLEM_CODES, // fail: the reader's first problem. `detail` says where or what
  ],
  'request.extensions': [
    'usual', // pass
    'unusual', // fail: an extension that no kubelet asks for, or an unusual value
    'unreadable', // unknown
  ],
  'request.signature': [
    'valid', // pass
    'invalid', // fail
    'keyTooLarge', // fail: `key`; signatures by such keys are not verified
    'unreadable', // unknown
  ],
  'subject.commonName': [
    'one', // pass
    'none', // fail
    'several', // fail
    'unprintable', // fail: invisible or control characters
    'unreadable', // unknown
  ],
  'subject.nodeName': [
    'valid', // pass
    'noPrefix', // fail: does not begin with system:node:
    'invalid', // fail: what follows is no DNS-1123 subdomain
    'several', // fail: more than one common name, so no single node name
    'none', // fail: no common name
    'unreadable', // unknown
  ],
  'subject.organization': [
    'exact', // pass
    'other', // fail: not exactly system:nodes
    'moreAttributes', // fail: the subject has other attributes
    'unreadable', // unknown
  ],
  usages: ['exact', 'other'],
  'sans.kinds': [
    'none', // pass, client: no SAN of any kind
    'hosts', // pass, serving: DNS names and IPs only
    'unexpected', // fail, client: a SAN
    'missing', // fail, serving: no DNS name and no IP
    'otherKind', // fail, serving: an e-mail, URI or other kind
    'unreadable', // unknown
  ],
  'requestor.bootstrapper': [
    'openshift', // pass: the node-bootstrapper service account
    'kubeadm', // pass: a bootstrap token
    'renewal', // pass: the node itself
    'policy', // pass: named by the policy
    'moreGroups', // fail: a known name with the extra `groups`
    'otherGroups', // fail: a known name that lacks one of its groups
    'otherNode', // fail: another node
    'stranger', // fail: an unknown requestor
    'unreadable', // unknown: nothing to compare the requestor with
  ],
  'requestor.node': [
    'itself', // pass
    'moreGroups', // fail: the node with the extra `groups`
    'otherGroups', // fail: the node without one of a node's groups
    'otherNode', // fail
    'stranger', // fail
    'unreadable', // unknown
  ],
  'node.new': [
    'new', // pass
    'rebootstrapping', // unknown: a Node that is NotReady. `ready` (its condition), `since`, `createdAt`
    'rebootstrapForbidden', // fail: a NotReady Node, and the policy forbids re-bootstrapping
    'takeover', // fail: a Node that is Ready. `since`, `createdAt`
    'leftOver', // fail: a Ready Node, created after the request. `since`, `createdAt`
    'aside', // fail: a Node that exists but could not be read
    'nodesUnreadable', // unknown
    'noName', // unknown: the request has no single node name
  ],
  'node.known': [
    'known', // pass
    'missing', // fail
    'deleting', // fail
    'younger', // fail: the Node is younger than the request. `createdAt`
    'aside', // fail: a Node that exists but could not be read
    'nodesUnreadable', // unknown
    'noName', // unknown
  ],
  'sans.owned': [
    'owned', // pass
    'notOwned', // fail: `sans`
    'moreAddresses', // unknown: the Node's addresses were cut when stored, and may include `sans`
    'nodesUnreadable', // unknown
    'noName', // unknown
  ],
  'sans.foreign': [
    'free', // pass
    'held', // fail: `san` is held by `holder`
    'nodesUnreadable', // unknown
    'machinesUnreadable', // unknown: no Node has it, Machines cannot be read
    'machinesPartly', // unknown: no Node has it, one of two Machine APIs cannot be read
    'moreAddresses', // unknown: the addresses of `holder` were cut, and may include `san`
    'noName', // unknown
  ],
  'sans.reserved': [
    'free', // pass
    'cluster', // fail: kubernetes, *.svc, …
    'local', // fail: localhost, loopback, link-local, unspecified, multicast
    'metadata', // fail: a cloud's metadata service
    'special', // fail: a range no machine may use (lib/csr/addresses/ip-ranges.ts)
    'spelling', // fail: an invalid DNS name, or one that programs may read as an IP address
    'wildcard', // fail
    'apiServer', // fail
    'serviceNetwork', // fail
    'networksUntold', // unknown: only the Node vouches for `san`, which may be a Service's address
    'unreadable', // unknown
  ],
  'identity.machine': [
    'confirmed', // pass: `machine`
    'noMachine', // unknown: none for this node
    'otherNamespace', // unknown: a Machine of a namespace that is not believed. `machine`
    'otherCluster', // unknown: a Cluster API Machine of a cluster not known to be this one. `machine`
    'joinedBefore', // unknown, client: a Node of its name exists, or its nodeRef is set. `machine`
    'approvedBefore', // unknown, client: another request for its name was approved. `machine`
    'nodesUnreadable', // unknown: whether it has joined or is of this cluster
    'noMachineApi', // unknown: the cluster has no Machines
    'machinesUnreadable', // unknown
    'machinesPartly', // unknown: one of two APIs cannot be read, the other contradicts nothing
    'noAddresses', // unknown: the Machine lists none. `machine`
    'moreAddresses', // unknown: its addresses were cut, and may include `sans`. `machine`
    'deleting', // unknown: `machine`
    'staleNodeRef', // unknown: its nodeRef is to an earlier Node of that name. `machine`
    'otherNode', // fail: its nodeRef is to another node. `machine`, `node`
    'outsideWindow', // fail: `machine`, `createdAt`
    'lacksSan', // fail: `machine`, `sans`
    'severalMachines', // fail: `machines`
    'noName', // unknown
  ],
  'identity.requestor': [
    'authenticated', // pass
    'missing', // unknown: no Node of that name
    'deleting', // unknown
    'younger', // unknown: the Node is younger than the request
    'nodesUnreadable', // unknown
    'noName', // unknown
  ],
  'identity.expected': [
    'confirmed', // pass, serving: on the list, with every address it asks for
    'named', // pass, client: on the list by its name; the request has nothing else to compare
    'joinedBefore', // unknown, client: on the list, but a Node of its name exists or existed
    'approvedBefore', // unknown, client: on the list, but another request for its name was approved
    'nodesUnreadable', // unknown, client: on the list, but Nodes cannot be read
    'nameOnly', // pass, serving: on the list without addresses; other sources give every SAN
    'nameAlone', // unknown, serving: on the list without addresses; only the Node vouches for `sans`
    'noList', // unknown
    'notListed', // unknown: not on the list, which does not claim to be complete
    'unexpected', // fail: not on the list, which claims to be complete
    'otherAddress', // fail: the list gives it other addresses. `sans`
    'givenToAnother', // fail: the list gives `san` to `holder`
    'noName', // unknown
  ],
  'identity.liveCertificate': [
    'same', // pass: issued by the CA in `ca`, for this node, with exactly these SANs
    'notAsked', // unknown: the kubelet was not asked yet, or its answer has expired
    ...LIVE_TROUBLES, // unknown, each. `port` of otherPort
    'asksForMore', // unknown: `sans` are requested but not presented
    'asksForLess', // unknown: `sans` are presented but not requested
    'otherName', // unknown: a certificate by the cluster's CA that names no node. `name`
    'otherNode', // fail: it is another node's. `node`
    'noName', // unknown
  ],
  'policy.addresses': ['anyAllowed', 'allowed', 'outside', 'unreadable'],
  'policy.names': ['anyAllowed', 'allowed', 'outside', 'unreadable'],
  'policy.serving': [
    'anyAllowed', // pass: the policy limits neither names nor addresses
    'within', // pass: nothing told of the machine is outside
    'nameWillFail', // unknown: no pattern allows `node`, which its kubelet asks for
    'addressesWillFail', // unknown: no prefix allows any of the addresses `sans` that it is to have
    'nameOutside', // fail: the same, where the policy holds client requests back by it
    'addressesOutside', // fail
    'noName', // unknown
  ],
  'policy.expiration': [
    'unset', // pass
    'within', // pass
    'tooLong', // fail: `seconds`, `max`
  ],
  'policy.rules': [
    'none', // pass: the policy has no rules of its own
    'satisfied', // pass
    'broken', // fail: `rule` is the first rule that is false, `message` its meaning
    'untold', // unknown: `rule` could not be evaluated, because of `why`
    'neither', // unknown: `rule` gave neither true nor false
    'notAscii', // unknown: `rule` matches a pattern against text that is not ASCII
    'tooLong', // unknown: `field` is longer than `most`, the limit of `rule`
    'tooMany', // unknown: `field` has more than `most` values, the limit of `rule`
    'cutField', // unknown: a rule may read `field`, which was cut when it was stored
    'nodesUnreadable', // unknown: a rule may read the Node
    'machinesUnreadable', // unknown: a rule may read the Machine
    'machinesPartly', // unknown: the Machine may be in the unreadable one of two APIs
    'noName', // unknown
  ],
  'key.strength': ['strong', 'weak', 'tooLarge', 'unreadable'],
  'key.reuse': [
    'unique', // pass
    'shared', // fail: `nodes`
    'sharedByMany', // fail: by too many to name
    'kubeletsUnread', // unknown: not all requests of kubelets are followed
    'othersUnread', // unknown: not all requests of other signers are followed
    'unreadable', // unknown
  ],
  'machine.alarm': [
    'none', // pass
    'raised', // fail: for what was issued for `request`
    'noName', // unknown
  ],
  'machine.denial': [
    'none', // pass
    'denied', // fail: `request` was denied at `deniedAt`
    'deniedSometime', // fail: `request` was denied at an unreadable time
    'noName', // unknown
  ],
  'name.confusable': [
    'distinct', // pass
    'lookalike', // fail: of `existing`
    'lookalikeOfMany', // fail: of earlier requested names, too many to list
    'mixedScripts', // fail
    'invisible', // fail: in the node's or common name
    'invisibleName', // fail: in the request's own name
    'falsePrefix', // fail: looks like system:node: but is not
    'nodesUnreadable', // unknown: nothing to compare with
    'unreadable', // unknown
  ],
  'node.localhost': ['named', 'localhost', 'noName'],
  'requestor.self': [
    'other', // pass
    'self', // fail
    'noActor', // unknown: no person is deciding
  ],
  'signer.inScope': [
    'kubelet', // pass
    'grantsControl', // fail: a client certificate that controls the cluster. `user`, `groups`
    'grantsUser', // fail: a client certificate for the API server. `user`, `groups`
    'grantsUntold', // fail: a client certificate for the API server, for an unreadable subject
    'otherSigner', // fail
    'otherSignerControl', // fail: another signer, and `groups` in its subject control the cluster
  ],
} as const satisfies Partial<Record<CheckCode, readonly string[]>>

/** Codes of the checks in the table. */
export type TabledCode = keyof typeof FINDINGS
export type Finding<Code extends TabledCode = TabledCode> = (typeof FINDINGS)[Code][number]

/**
 * Values that a check's sentences may use, all of them text: timestamps are RFC 3339, numbers
 * decimal, lists joined by `, `. Each finding has the values named beside it above.
 */
export const FINDING_VALUES = {
  'request.faithful': ['detail'],
  'request.extensions': ['extensions'],
  'request.signature': ['algorithm', 'key'],
  'subject.commonName': ['names'],
  'subject.nodeName': ['names'],
  'subject.organization': ['subject'],
  usages: ['usages'],
  'sans.kinds': ['sans'],
  'requestor.bootstrapper': ['requestor', 'groups'],
  'requestor.node': ['requestor', 'groups'],
  'node.new': ['node', 'ready', 'since', 'createdAt'],
  'node.known': ['node', 'createdAt'],
  'sans.owned': ['sans'],
  'sans.foreign': ['san', 'holder'],
  'sans.reserved': ['san'],
  'identity.machine': ['machine', 'machines', 'node', 'createdAt', 'sans'],
  'identity.requestor': ['node'],
  'identity.expected': ['node', 'sans', 'san', 'holder'],
  'identity.liveCertificate': ['ca', 'sans', 'name', 'node', 'port'],
  'policy.addresses': ['sans'],
  'policy.names': ['sans'],
  'policy.serving': ['node', 'sans'],
  'policy.expiration': ['seconds', 'max'],
  'policy.rules': ['rule', 'message', 'why', 'field', 'most'],
  'key.strength': ['key'],
  'key.reuse': ['nodes'],
  'machine.alarm': ['request'],
  'machine.denial': ['request', 'deniedAt'],
  'name.confusable': ['name', 'existing'],
  'node.localhost': ['node'],
  'requestor.self': ['requestor'],
  'signer.inScope': ['signer', 'user', 'groups'],
} as const satisfies Record<TabledCode, readonly string[]>

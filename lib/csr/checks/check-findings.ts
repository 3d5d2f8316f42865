import type { CheckCode } from '#lib/csr/model.ts'
import { PROBLEM_CODES } from '#lib/csr/reading/reading-problems.ts'
import { LIVE_TROUBLES } from '#lib/csr/world/evidence.ts'

/**
 * Each check's cases. `<code>` and `<finding>` name a sentence in the message catalogue, which is
 * held to be complete by this type. Beside each: the outcome, and what the case means.
 */
export const FINDINGS = {
  'request.faithful': [
    'faithful', // pass
    ...PROBLEM_CODES, // fail, each: the first that the reader has met. `detail` is where, or what
  ],
  'request.extensions': [
    'usual', // pass
    'unusual', // fail: an extension no kubelet asks for, or an odd value of one it does
    'unreadable', // unknown
  ],
  'request.signature': [
    'valid', // pass
    'invalid', // fail
    'keyTooLarge', // fail: `key`, with which nothing is verified
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
    'moreGroups', // fail: a known name, in `groups` besides those it comes with
    'otherGroups', // fail: a known name, without one of the groups it comes with
    'otherNode', // fail: another node
    'stranger', // fail: nobody known
    'unreadable', // unknown: nothing to compare the requestor with
  ],
  'requestor.node': [
    'itself', // pass
    'moreGroups', // fail: the node, in `groups` besides a node's
    'otherGroups', // fail: without one of a node's groups
    'otherNode', // fail
    'stranger', // fail
    'unreadable', // unknown
  ],
  'node.new': [
    'new', // pass
    'rebootstrapping', // unknown: a Node that is NotReady. `ready` (its condition), `since`, `createdAt`
    'rebootstrapForbidden', // fail: the same, and the policy forbids it
    'takeover', // fail: a Node that is Ready. `since`, `createdAt`
    'leftOver', // fail: the same, and it was created after the request. `since`, `createdAt`
    'aside', // fail: a Node of which we know no more
    'nodesUnreadable', // unknown
    'noName', // unknown: no single name to ask about
  ],
  'node.known': [
    'known', // pass
    'missing', // fail
    'deleting', // fail
    'younger', // fail: the Node is younger than the request. `createdAt`
    'aside', // fail: a Node of which we know no more
    'nodesUnreadable', // unknown
    'noName', // unknown
  ],
  'sans.owned': [
    'owned', // pass
    'notOwned', // fail: `sans`
    'moreAddresses', // unknown: the Node has more addresses than are kept, and may have `sans`
    'nodesUnreadable', // unknown
    'noName', // unknown
  ],
  'sans.foreign': [
    'free', // pass
    'held', // fail: `san` is held by `holder`
    'nodesUnreadable', // unknown
    'machinesUnreadable', // unknown: no Node has it, Machines cannot be asked
    'machinesPartly', // unknown: the same, of one of two APIs
    'moreAddresses', // unknown: `holder` has more addresses than are kept, and may have `san`
    'noName', // unknown
  ],
  'sans.reserved': [
    'free', // pass
    'cluster', // fail: kubernetes, *.svc, …
    'local', // fail: localhost, loopback, link-local, unspecified, multicast
    'metadata', // fail: a cloud's metadata service
    'special', // fail: a range for no machine (lib/csr/ip-ranges.ts)
    'spelling', // fail: a DNS name that is none, or that may be read as an IP address
    'wildcard', // fail
    'apiServer', // fail
    'serviceNetwork', // fail
    'networksUntold', // unknown: `san` is the Node's word alone, and may be a Service's address
    'unreadable', // unknown
  ],
  'identity.machine': [
    'confirmed', // pass: `machine`
    'noMachine', // unknown: none for this node
    'otherCluster', // unknown: one of Cluster API, of a cluster not known to be this one. `machine`
    'joinedBefore', // unknown, client: a Node of its name exists, or its nodeRef is to it. `machine`
    'approvedBefore', // unknown, client: another request for its name was approved. `machine`
    'nodesUnreadable', // unknown: whether it has joined, or is of this cluster, cannot be told
    'noMachineApi', // unknown: the cluster has no Machines
    'machinesUnreadable', // unknown
    'machinesPartly', // unknown: one of two APIs cannot be read, the other speaks against nothing
    'noAddresses', // unknown: the Machine lists none. `machine`
    'moreAddresses', // unknown: it lists more than are kept, and may have `sans`. `machine`
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
    'named', // pass, client: on the list by its name, and it holds nothing else to compare
    'joinedBefore', // unknown, client: the same, and a Node of its name exists or did
    'approvedBefore', // unknown, client: the same, and another request for its name was approved
    'nodesUnreadable', // unknown, client: the same, and whether one does cannot be told
    'nameOnly', // pass, serving: on the list, which gives no addresses; each SAN is given elsewhere
    'nameAlone', // unknown, serving: on the list, which gives no addresses; `sans` are the Node's word
    'noList', // unknown
    'notListed', // unknown: the list does not claim to be complete
    'unexpected', // fail: the same, and it does
    'otherAddress', // fail: the list gives it other addresses. `sans`
    'givenToAnother', // fail: the list gives `san` to `holder`
    'noName', // unknown
  ],
  'identity.liveCertificate': [
    'same', // pass: by the CA in `ca`, for this node, with the very names and addresses
    'notAsked', // unknown: not asked yet, or longer ago than counts
    ...LIVE_TROUBLES, // unknown, each. `port` of otherPort
    'asksForMore', // unknown: `sans` are asked for and not presented
    'asksForLess', // unknown: `sans` are presented and not asked for
    'otherName', // unknown: a certificate by the cluster's CA for what is no node. `name`
    'otherNode', // fail: it is another node's. `node`
    'noName', // unknown
  ],
  'policy.addresses': ['anyAllowed', 'allowed', 'outside', 'unreadable'],
  'policy.names': ['anyAllowed', 'allowed', 'outside', 'unreadable'],
  'policy.expiration': [
    'unset', // pass
    'within', // pass
    'tooLong', // fail: `seconds`, `max`
  ],
  'policy.rules': [
    'none', // pass: the policy has no rules of its own
    'satisfied', // pass
    'broken', // fail: the first that does not hold is `rule`, and `message` what that means
    'untold', // unknown: of `rule` it could not be told, for `why`
    'neither', // unknown: `rule` says neither true nor false
    'notAscii', // unknown: `rule` holds a pattern against what is not ASCII
    'tooLong', // unknown: `field` is longer than the `most` that `rule` looks at
    'tooMany', // unknown: `field` has more values than the `most` that `rule` looks at
    'cutField', // unknown: a rule may look at `field`, of which less is kept than the cluster has
    'nodesUnreadable', // unknown: a rule may look at the Node
    'machinesUnreadable', // unknown: the same of the Machine
    'machinesPartly', // unknown: it may be in the one of two APIs that cannot be read
    'noName', // unknown
  ],
  'key.strength': ['strong', 'weak', 'tooLarge', 'unreadable'],
  'key.reuse': [
    'unique', // pass
    'shared', // fail: `nodes`
    'sharedByMany', // fail: by too many to name
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
    'deniedSometime', // fail: the same, and when cannot be read
    'noName', // unknown
  ],
  'name.confusable': [
    'distinct', // pass
    'lookalike', // fail: of `existing`
    'lookalikeOfMany', // fail: of names that were asked for before, too many to say which
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
    'noActor', // unknown: nobody is deciding
  ],
  'signer.inScope': [
    'kubelet', // pass
    'grantsControl', // fail: a client certificate that controls the cluster. `user`, `groups`
    'grantsUser', // fail: a client certificate for the API server. `user`, `groups`
    'grantsUntold', // fail: the same, and whom it would be for cannot be said
    'otherSigner', // fail
    'otherSignerControl', // fail: the same, and `groups` in its subject control the cluster
  ],
} as const satisfies Partial<Record<CheckCode, readonly string[]>>

/** The codes of the checks that the table has. */
export type TabledCode = keyof typeof FINDINGS
export type Finding<Code extends TabledCode = TabledCode> = (typeof FINDINGS)[Code][number]

/**
 * The blanks that a check's sentences may fill, all of them text: timestamps are RFC 3339, numbers
 * decimal, lists joined by `, `. A finding fills those that are named beside it above.
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

import { LIVE_TROUBLES } from '#lib/csr/live-troubles.ts'
import { PROBLEM_CODES } from '#lib/csr/problem-codes.ts'

/**
 * `nodeBootstrapper`: a client request by anyone but the node itself.
 * `selfNodeClient`: a client renewal by the node.
 */
export type RequestKind = 'nodeBootstrapper' | 'selfNodeClient' | 'kubeletServing' | 'other'

/** One row of the table: all that is known of a check without its function. */
export interface CheckFacts {
  readonly appliesTo: readonly RequestKind[]
  /** Verdict of a request that fails it. */
  readonly severity: 'refused' | 'suspicious'
  /** Whether the answer depends on the request and the policy alone, so that it never changes. */
  readonly lasting: boolean
  /** Absent where the answer holds under any policy. `limits`: the policy sets what is allowed. */
  readonly policy?: 'reads' | 'limits'
  /** Whether it asks a source besides the request: one such pass makes a machine verified. */
  readonly confirms?: true
  /** Findings by outcome, the meaning beside each: each names a sentence in the catalogue. */
  readonly pass: readonly string[]
  readonly fail: readonly string[]
  readonly unknown: readonly string[]
  /** Unknown findings that say more of an unconfirmed machine than that no Machine confirms it. */
  readonly explains?: readonly string[]
  /** Unknown findings that tell that this machine's next request will be held back. */
  readonly warns?: readonly string[]
  /** Unknown findings that no automatic approval waits for. */
  readonly excused?: readonly string[]
  /**
   * Values that its sentences may use, all of them text: timestamps are RFC 3339, numbers decimal,
   * lists joined by `, `. Each finding has the values named beside it.
   */
  readonly values: readonly string[]
}

const CLIENT: readonly RequestKind[] = ['nodeBootstrapper', 'selfNodeClient']
const BOOTSTRAP: readonly RequestKind[] = ['nodeBootstrapper']
const RENEWAL: readonly RequestKind[] = ['selfNodeClient']
const SERVING: readonly RequestKind[] = ['kubeletServing']
const KUBELET: readonly RequestKind[] = [...CLIENT, ...SERVING]
const MACHINE: readonly RequestKind[] = [...BOOTSTRAP, ...SERVING]
const ALL: readonly RequestKind[] = [...KUBELET, 'other']

/** Makes rows of one kind; a mark names findings that the row has. */
function rowsOf(severity: CheckFacts['severity'], lasting: boolean) {
  return <
    const Value extends string,
    const Row extends Pick<CheckFacts, 'pass' | 'fail' | 'unknown' | 'policy' | 'confirms'>,
  >(
    appliesTo: CheckFacts['appliesTo'],
    values: readonly Value[],
    row: Row & Partial<Record<'explains' | 'warns' | 'excused', readonly Row['unknown'][number][]>>,
  ) => ({ ...row, appliesTo, severity, lasting, values })
}

/** A check of the request alone; a fail means that this product never approves it. */
const refuse = rowsOf('refused', true)
/** A check of the request alone; a fail is suspicious. */
const suspect = rowsOf('suspicious', true)
/** A check against the cluster as it is now, or against the viewer. */
const compare = rowsOf('suspicious', false)

/**
 * All checks, in the order in which they are shown. A row needs a function in
 * lib/csr/verdict/check-table.ts and sentences in each language: it does not compile without.
 */
export const CHECK_FACTS = {
  'request.faithful': refuse(ALL, ['detail'], {
    pass: ['faithful'],
    fail: [...PROBLEM_CODES], // the reader's first problem. `detail` says where or what
    unknown: [],
  }),
  'request.extensions': suspect(KUBELET, ['extensions'], {
    pass: ['usual'],
    fail: ['unusual'], // an extension that no kubelet asks for, or an unusual value
    unknown: ['unreadable'],
  }),
  'request.signature': refuse(ALL, ['algorithm', 'key'], {
    pass: ['valid'],
    fail: ['invalid', 'keyTooLarge'], // keyTooLarge: too large a `key` to verify a signature by
    unknown: ['unreadable'],
  }),
  'subject.commonName': refuse(ALL, ['names'], {
    pass: ['one'],
    fail: ['none', 'several', 'unprintable'], // unprintable: invisible or control characters
    unknown: ['unreadable'],
  }),
  'subject.nodeName': refuse(KUBELET, ['names'], {
    pass: ['valid'],
    fail: [
      'noPrefix', // does not begin with system:node:
      'invalid', // what follows is no DNS-1123 subdomain
      'several', // more than one common name, so no single node name
      'none', // no common name
    ],
    unknown: ['unreadable'],
  }),
  'subject.organization': refuse(KUBELET, ['subject'], {
    pass: ['exact'],
    fail: ['other', 'moreAttributes'], // not exactly system:nodes; other attributes as well
    unknown: ['unreadable'],
  }),
  usages: refuse(KUBELET, ['usages'], {
    pass: ['exact'],
    fail: ['other'],
    unknown: [],
  }),
  'sans.kinds': refuse(KUBELET, ['sans'], {
    pass: ['none', 'hosts'], // client: no SAN of any kind; serving: DNS names and IPs only
    fail: [
      'unexpected', // client: a SAN
      'missing', // serving: no DNS name and no IP
      'otherKind', // serving: an e-mail, URI or other kind
    ],
    unknown: ['unreadable'],
  }),
  'requestor.bootstrapper': suspect(CLIENT, ['requestor', 'groups'], {
    policy: 'reads',
    pass: [
      'openshift', // the node-bootstrapper service account
      'kubeadm', // a bootstrap token
      'renewal', // the node itself
      'policy', // named by the policy
    ],
    fail: [
      'moreGroups', // a known name with the extra `groups`
      'otherGroups', // a known name that lacks one of its groups
      'otherNode', // another node
      'stranger', // an unknown requestor
    ],
    unknown: ['unreadable'], // nothing to compare the requestor with
  }),
  'requestor.node': suspect(SERVING, ['requestor', 'groups'], {
    pass: ['itself'],
    fail: ['moreGroups', 'otherGroups', 'otherNode', 'stranger'], // extra `groups`; lacks one
    unknown: ['unreadable'],
  }),
  'node.new': compare(BOOTSTRAP, ['node', 'ready', 'since', 'createdAt'], {
    policy: 'reads',
    explains: ['rebootstrapping'],
    pass: ['new'],
    fail: [
      'rebootstrapForbidden', // a NotReady Node, and the policy forbids re-bootstrapping
      'takeover', // a Node that is Ready. `since`, `createdAt`
      'leftOver', // a Ready Node, created after the request. `since`, `createdAt`
      'aside', // a Node that exists but could not be read
    ],
    unknown: [
      'rebootstrapping', // a Node that is NotReady. `ready` (its condition), `since`, `createdAt`
      'nodesUnreadable',
      'noName', // the request has no single node name
    ],
  }),
  'node.known': compare(SERVING, ['node', 'createdAt'], {
    pass: ['known'],
    fail: ['missing', 'deleting', 'younger', 'aside'], // `createdAt` after the request; unreadable
    unknown: ['nodesUnreadable', 'noName'],
  }),
  // `sans.foreign` comes before `sans.owned`: naming the holder says more than "not its own".
  'sans.foreign': compare(SERVING, ['san', 'holder'], {
    pass: ['free'],
    fail: ['held'], // `san` is held by `holder`
    unknown: [
      'nodesUnreadable',
      'machinesUnreadable', // no Node has it, Machines cannot be read
      'machinesPartly', // no Node has it, one of two Machine APIs cannot be read
      'moreAddresses', // the addresses of `holder` were cut, and may include `san`
      'noName',
    ],
  }),
  'sans.reserved': compare(SERVING, ['san'], {
    pass: ['free'],
    fail: [
      'cluster', // kubernetes, *.svc, …
      'local', // localhost, loopback, link-local, unspecified, multicast
      'metadata', // a cloud's metadata service
      'special', // a range no machine may use (lib/csr/addresses/ip-ranges.ts)
      'spelling', // an invalid DNS name, or one that programs may read as an IP address
      'wildcard',
      'apiServer',
      'serviceNetwork',
    ],
    unknown: [
      'networksUntold', // only the Node vouches for `san`, which may be a Service's address
      'unreadable',
    ],
  }),
  'sans.owned': compare(SERVING, ['sans'], {
    pass: ['owned'],
    fail: ['notOwned'], // `sans`
    unknown: ['moreAddresses', 'nodesUnreadable', 'noName'], // where the Node's were cut: `sans`
  }),
  'identity.machine': compare(MACHINE, ['machine', 'machines', 'node', 'createdAt', 'sans'], {
    confirms: true,
    explains: ['approvedBefore'],
    pass: ['confirmed'], // `machine`
    fail: [
      'otherNode', // its nodeRef is to another node. `machine`, `node`
      'outsideWindow', // `machine`, `createdAt`
      'lacksSan', // `machine`, `sans`
      'severalMachines', // `machines`
    ],
    unknown: [
      'noMachine', // none for this node
      'otherNamespace', // a Machine of a namespace that is not believed. `machine`
      'otherCluster', // a Cluster API Machine of a cluster not known to be this one. `machine`
      'joinedBefore', // client: a Node of its name exists, or its nodeRef is set. `machine`
      'approvedBefore', // client: another request for its name was approved. `machine`
      'nodesUnreadable', // whether it has joined or is of this cluster
      'noMachineApi', // the cluster has no Machines
      'machinesUnreadable',
      'machinesPartly', // one of two APIs cannot be read, the other contradicts nothing
      'noAddresses', // the Machine lists none. `machine`
      'moreAddresses', // its addresses were cut, and may include `sans`. `machine`
      'deleting', // `machine`
      'staleNodeRef', // its nodeRef is to an earlier Node of that name. `machine`
      'noName',
    ],
  }),
  'identity.requestor': compare(RENEWAL, ['node'], {
    confirms: true,
    pass: ['authenticated'],
    fail: [],
    unknown: ['missing', 'deleting', 'younger', 'nodesUnreadable', 'noName'], // as in `node.known`
  }),
  'identity.expected': compare(MACHINE, ['node', 'sans', 'san', 'holder'], {
    policy: 'reads',
    confirms: true,
    explains: ['approvedBefore', 'notListed', 'nameAlone'],
    pass: [
      'confirmed', // serving: on the list, with every address it asks for
      'named', // client: on the list by its name; the request has nothing else to compare
      'nameOnly', // serving: on the list without addresses; other sources give every SAN
    ],
    fail: [
      'unexpected', // not on the list, which claims to be complete
      'otherAddress', // the list gives it other addresses. `sans`
      'givenToAnother', // the list gives `san` to `holder`
    ],
    unknown: [
      'joinedBefore', // client: on the list, but a Node of its name exists or existed
      'approvedBefore', // client: on the list, but another request for its name was approved
      'nodesUnreadable', // client: on the list, but Nodes cannot be read
      'nameAlone', // serving: on the list without addresses; only the Node vouches for `sans`
      'noList',
      'notListed', // not on the list, which does not claim to be complete
      'noName',
    ],
  }),
  'identity.liveCertificate': compare(SERVING, ['ca', 'sans', 'name', 'node', 'port'], {
    confirms: true,
    pass: ['same'], // issued by the CA in `ca`, for this node, with exactly these SANs
    fail: ['otherNode'], // it is another node's. `node`
    unknown: [
      'notAsked', // the kubelet was not asked yet, or its answer has expired
      ...LIVE_TROUBLES, // `port` of otherPort
      'asksForMore', // `sans` are requested but not presented
      'asksForLess', // `sans` are presented but not requested
      'otherName', // a certificate by the cluster's CA that names no node. `name`
      'noName',
    ],
  }),
  'policy.addresses': suspect(SERVING, ['sans'], {
    policy: 'limits',
    pass: ['anyAllowed', 'allowed'],
    fail: ['outside'],
    unknown: ['unreadable'],
  }),
  'policy.names': suspect(SERVING, ['sans'], {
    policy: 'limits',
    pass: ['anyAllowed', 'allowed'],
    fail: ['outside'],
    unknown: ['unreadable'],
  }),
  'policy.serving': compare(CLIENT, ['node', 'sans'], {
    policy: 'limits',
    warns: ['nameWillFail', 'addressesWillFail'],
    pass: ['anyAllowed', 'within'], // no limits; nothing told of the machine is outside
    fail: ['nameOutside', 'addressesOutside'], // where the policy holds client requests back
    unknown: [
      'nameWillFail', // no pattern allows `node`, which its kubelet asks for
      'addressesWillFail', // no prefix allows any of the addresses `sans` that it is to have
      'noName',
    ],
  }),
  'policy.expiration': suspect(KUBELET, ['seconds', 'max'], {
    policy: 'limits',
    pass: ['unset', 'within'],
    fail: ['tooLong'], // `seconds`, `max`
    unknown: [],
  }),
  'policy.rules': compare(KUBELET, ['rule', 'message', 'why', 'field', 'most'], {
    policy: 'limits',
    pass: ['none', 'satisfied'], // none: the policy has no rules of its own
    fail: ['broken'], // `rule` is the first rule that is false, `message` its meaning
    unknown: [
      'untold', // `rule` could not be evaluated, because of `why`
      'neither', // `rule` gave neither true nor false
      'notAscii', // `rule` matches a pattern against text that is not ASCII
      'tooLong', // `field` is longer than `most`, the limit of `rule`
      'tooMany', // `field` has more than `most` values, the limit of `rule`
      'cutField', // a rule may read `field`, which was cut when it was stored
      'nodesUnreadable', // a rule may read the Node
      'machinesUnreadable', // a rule may read the Machine
      'machinesPartly', // the Machine may be in the unreadable one of two APIs
      'noName',
    ],
  }),
  'key.strength': suspect(ALL, ['key'], {
    pass: ['strong'],
    fail: ['weak', 'tooLarge'],
    unknown: ['unreadable'],
  }),
  'key.reuse': compare(ALL, ['nodes'], {
    excused: ['othersUnread'],
    pass: ['unique'],
    fail: ['shared', 'sharedByMany'], // by `nodes`; by too many to name
    unknown: [
      'kubeletsUnread', // not all requests of kubelets are followed
      'othersUnread', // not all requests of other signers are followed
      'unreadable',
    ],
  }),
  'machine.alarm': compare(KUBELET, ['request'], {
    pass: ['none'],
    fail: ['raised'], // for what was issued for `request`
    unknown: ['noName'],
  }),
  'machine.denial': compare(KUBELET, ['request', 'deniedAt'], {
    pass: ['none'],
    fail: ['denied', 'deniedSometime'], // `request`, at `deniedAt`; at an unreadable time
    unknown: ['noName'],
  }),
  'name.confusable': compare(ALL, ['name', 'existing'], {
    pass: ['distinct'],
    fail: [
      'lookalike', // of `existing`
      'lookalikeOfMany', // of earlier requested names, too many to list
      'mixedScripts',
      'invisible', // in the node's or common name
      'invisibleName', // in the request's own name
      'falsePrefix', // looks like system:node: but is not
    ],
    unknown: ['nodesUnreadable', 'unreadable'], // nodesUnreadable: nothing to compare with
  }),
  'node.localhost': suspect(KUBELET, ['node'], {
    pass: ['named'],
    fail: ['localhost'],
    unknown: ['noName'],
  }),
  'requestor.self': compare(ALL, ['requestor'], {
    pass: ['other'],
    fail: ['self'],
    unknown: ['noActor'], // no person is deciding
  }),
  'signer.inScope': suspect(ALL, ['signer', 'user', 'groups'], {
    pass: ['kubelet'],
    fail: [
      'grantsControl', // a client certificate that controls the cluster. `user`, `groups`
      'grantsUser', // a client certificate for the API server. `user`, `groups`
      'grantsUntold', // a client certificate for the API server, for an unreadable subject
      'otherSigner',
      'otherSignerControl', // another signer, and `groups` in its subject control the cluster
    ],
    unknown: [],
  }),
}

export type CheckCode = keyof typeof CHECK_FACTS
/** Codes of all checks, in the order in which they are shown. */
export const CHECK_CODES = Object.keys(CHECK_FACTS) as readonly CheckCode[]

export type CheckOutcome = 'pass' | 'fail' | 'unknown'
export type Finding<Code extends CheckCode = CheckCode, Of extends CheckOutcome = CheckOutcome> = {
  readonly [One in Of]: (typeof CHECK_FACTS)[Code][One][number]
}[Of]
export type FindingValue<Code extends CheckCode = CheckCode> =
  (typeof CHECK_FACTS)[Code]['values'][number]

/** The row of a check; undefined for the code of another version. */
function factsOf(code: string): CheckFacts | undefined {
  return (CHECK_FACTS as Readonly<Record<string, CheckFacts>>)[code]
}

/** Whether a pass of this check confirms the machine. */
export function isConfirming(code: string): boolean {
  return factsOf(code)?.confirms === true
}

/** Whether the check tells that this machine's next request will be held back. */
export function isWarning({ code, finding }: Record<'code' | 'finding', string>): boolean {
  return factsOf(code)?.warns?.includes(finding) === true
}

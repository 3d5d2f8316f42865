import { PROBLEM_CODES, type ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import { reading } from '#lib/messages/en/reading.ts'
import { unread } from '#lib/messages/en/unread.ts'
import type { CheckCatalogue, FindingWords } from '#lib/messages/grammar/check-words.ts'

/**
 * A row has room for the problem only, which comes last because it may end in the requestor's
 * words.
 */
function unfaithful(problem: string) {
  return {
    short: problem,
    summary: `The request cannot be shown exactly: what the signer would make of it may differ from what you see. ${problem}`,
    decision:
      'Deny it, and find out what wrote it. A kubelet never makes such a request. Countersign does not approve it.',
  } satisfies FindingWords
}

/** One case for each of the reader's problems; a missing one does not compile. */
const unfaithfulFor = Object.fromEntries(
  PROBLEM_CODES.map((code) => [code, unfaithful(reading[code])]),
) as Readonly<Record<ReadingProblemCode, ReturnType<typeof unfaithful>>>

/** GKE's own program reads these blocks, and no page can show what they prove. */
const attestedByGke = {
  short: reading.gkeBlocks,
  summary: `${reading.gkeBlocks}. Countersign cannot show what these blocks prove.`,
  decision:
    'Leave it to GKE, whose own program approves its nodes; Countersign does not approve it. In a cluster that is not GKE’s no kubelet sends these blocks: deny it there.',
} satisfies FindingWords

/** Checks that need nothing but the request itself. */
export const requestChecks = {
  'request.faithful': {
    title: 'Can be shown exactly',
    findings: {
      faithful: {
        short: 'Read strictly, nothing left over',
        summary: 'The request was read strictly and nothing in it is hidden.',
      },
      ...unfaithfulFor,
      gkeBlocks: attestedByGke,
    },
  },
  'request.extensions': {
    title: 'Extensions',
    findings: {
      usual: {
        short: 'Only the usual extensions',
        summary: 'It asks only for extensions that kubelets use.',
      },
      unusual: {
        short: 'Asks for unusual extensions',
        summary:
          'It asks for {extensions}, which no kubelet does. Whether the signer copies them into the certificate depends on the signer.',
        decision:
          'Ask the admin of the machine what these are for. Deny the request if the admin does not know.',
      },
      unreadable: unread.request,
    },
  },
  'request.signature': {
    title: 'Self-signature',
    findings: {
      valid: {
        short: 'Signed with its own key',
        summary: 'The request is signed with the key that it carries.',
      },
      invalid: {
        short: 'Its signature does not fit its key',
        summary:
          'The signature does not fit the key in the request: its requestor may not hold that key, or the request was changed on the way.',
        decision: 'Deny it. A kubelet that still wants a certificate files another request.',
      },
      keyTooLarge: {
        short: 'Its key is too large to verify with: {key}',
        summary:
          'The key is {key}, so its signature was not verified: Kubernetes takes no certificate whose RSA key has more than 8192 bits.',
        decision: 'Deny it. A kubelet makes ECDSA keys on P-256 by itself.',
      },
      unreadable: unread.request,
    },
  },
  'subject.commonName': {
    title: 'One common name',
    findings: {
      one: { short: 'One common name', summary: 'The subject has exactly one common name.' },
      none: {
        short: 'No common name: it names no holder',
        summary: 'The subject has no common name, so it does not say whose certificate this is.',
        decision: 'Deny it. A kubelet always puts its node’s name there.',
      },
      several: {
        short: 'Several common names: the subject is ambiguous',
        summary:
          'The subject has several common names: {names}. The signer takes the last one, other programs the first: you cannot know for whom the certificate would be.',
        decision: 'Deny it, and look at where it came from: this is not made by accident.',
      },
      unprintable: {
        short: 'Its common name has invisible characters',
        summary:
          'The common name {names} holds characters that cannot be seen or that reorder the others.',
        decision: 'Deny it. No node has such a name.',
      },
      unreadable: unread.request,
    },
  },
  'subject.nodeName': {
    title: 'Names a node',
    findings: {
      valid: { short: 'Names a node', summary: 'The common name is that of a node.' },
      noPrefix: {
        short: 'Does not name a node',
        summary:
          'The common name {names} does not begin with `system:node:`: this is no kubelet’s.',
        decision: 'Deny it, or have it made for the signer that it is meant for.',
      },
      invalid: {
        short: 'Not a valid node name',
        summary: 'The common name {names} is not `system:node:` followed by a valid node name.',
        decision:
          'Deny it. Set the machine’s host name to a valid one; its kubelet then asks again.',
      },
      several: {
        short: 'Names several nodes',
        summary: 'The subject has several common names, so no single node is named.',
        decision: 'Deny it.',
      },
      none: {
        short: 'Names no node',
        summary: 'The subject has no common name, so no node is named.',
        decision: 'Deny it.',
      },
      unreadable: unread.request,
    },
  },
  'subject.organization': {
    title: 'Organization',
    findings: {
      exact: { short: 'Only system:nodes', summary: 'The only organization is `system:nodes`.' },
      other: {
        short: 'Asks for another group than system:nodes',
        summary:
          'The subject is {subject}. Organizations become groups: the certificate would carry rights that a node does not have, or lack those it needs.',
        decision: 'Deny it. A kubelet asks for `system:nodes` and nothing else.',
      },
      moreAttributes: {
        short: 'Its subject holds more than a kubelet’s',
        summary: 'The subject is {subject}: it holds attributes that a kubelet never sets.',
        decision: 'Deny it. The signers of kubelet certificates do not accept it either.',
      },
      unreadable: unread.request,
    },
  },
  usages: {
    title: 'Key usages',
    findings: {
      exact: { short: 'The usual usages', summary: 'It asks for the usages of its signer only.' },
      other: {
        short: 'Asks for other key usages',
        summary:
          'It asks for {usages}. Its signer is for one purpose, client or server; with other usages the certificate could serve another.',
        decision: 'Deny it. A kubelet asks for the usages of the signer and nothing else.',
      },
    },
  },
  'sans.kinds': {
    title: 'Kinds of names',
    findings: {
      none: {
        short: 'No alternative names',
        summary: 'It asks for no alternative names, as a client request should.',
      },
      hosts: {
        short: 'DNS names and IPs only',
        summary: 'It asks for DNS names and IP addresses only.',
      },
      unexpected: {
        short: 'A client request with alternative names',
        summary: 'It asks for {sans}, but a client certificate has no use for alternative names.',
        decision: 'Deny it. The signer would refuse it, and a kubelet never asks for it.',
      },
      missing: {
        short: 'No name or address to serve',
        summary:
          'It asks for no DNS name and no IP address, so no client could reach the kubelet by it.',
        decision: 'Deny it, and see on the machine why its kubelet has no address.',
      },
      otherKind: {
        short: 'Asks for an e-mail, URI or other name',
        summary: 'It asks for {sans}: a serving certificate holds DNS names and IPs only.',
        decision: 'Deny it. A kubelet never asks for it.',
      },
      unreadable: unread.request,
    },
  },
  'policy.addresses': {
    title: 'Allowed addresses',
    findings: {
      anyAllowed: {
        short: 'Any address is allowed',
        summary: 'The settings do not restrict addresses.',
      },
      allowed: {
        short: 'Allowed addresses',
        summary: 'Every address is within an allowed prefix.',
      },
      outside: {
        short: 'Asks for {sans}, outside the allowed prefixes',
        summary: 'It asks for {sans}, outside the address prefixes that the settings allow.',
        remedy:
          'See whether the machine stands in the right network. Widen the allowed prefixes if it does.',
      },
      unreadable: unread.request,
    },
  },
  'policy.names': {
    title: 'Allowed names',
    findings: {
      anyAllowed: { short: 'Any name is allowed', summary: 'The settings do not restrict names.' },
      allowed: { short: 'Allowed names', summary: 'Every DNS name matches an allowed pattern.' },
      outside: {
        short: 'Asks for {sans}, outside the allowed patterns',
        summary: 'It asks for {sans}, which no pattern of the settings allows.',
        remedy: 'See whether the machine has the right name. Add a pattern if it has.',
      },
      unreadable: unread.request,
    },
  },
  'policy.serving': {
    title: 'Its serving request',
    findings: {
      anyAllowed: {
        short: 'Any name and address is allowed',
        summary: 'The settings restrict neither names nor addresses.',
      },
      within: {
        short: 'Nothing known would hold it back',
        summary:
          'The settings allow what is known of the name and the addresses that it will ask for.',
      },
      nameWillFail: {
        short: 'Serving will wait: name is outside the policy',
        summary:
          'The client certificate can be approved. Then the kubelet asks for a serving certificate for its own name {node}, which no pattern of the settings allows: that request will be held back.',
        remedy:
          'See whether the machine has the right name. Add a pattern to `allowedNames` if it has.',
      },
      addressesWillFail: {
        short: 'Serving will wait: addresses outside the policy',
        summary:
          'The client certificate can be approved. Then the kubelet asks for a serving certificate for its addresses, and no prefix of the settings allows those that are expected of {node}, {sans}: that request will be held back.',
        remedy:
          'See whether the machine stands in the right network. Widen `allowedAddresses` if it does.',
      },
      nameOutside: {
        short: 'No pattern allows its name {node}',
        summary:
          'No pattern of the settings allows the name {node}, which its kubelet will ask for in its serving request. The policy holds such a machine back at its client request (`limitClients`).',
        remedy:
          'See whether the machine has the right name. Add a pattern to `allowedNames` if it has.',
      },
      addressesOutside: {
        short: 'No prefix allows its addresses {sans}',
        summary:
          'No prefix of the settings allows the addresses that are expected of {node}, {sans}. The policy holds such a machine back at its client request (`limitClients`).',
        remedy:
          'See whether the machine stands in the right network. Widen `allowedAddresses` if it does.',
      },
      noName: { short: 'It names no single machine', summary: 'It names no single machine.' },
    },
  },
  'policy.expiration': {
    title: 'Requested life',
    findings: {
      unset: {
        short: 'The signer decides how long it lives',
        summary: 'It asks for no particular life; the signer decides.',
      },
      within: {
        short: 'Within the allowed life',
        summary: 'It asks for a life that the settings allow.',
      },
      tooLong: {
        short: 'Asks for {seconds}, {max} are allowed',
        summary:
          'It asks for a certificate that lives {seconds}; the settings allow {max}. A certificate cannot be taken back before its end.',
        decision: 'Deny it, or raise the limit in the settings if such a life is wanted.',
      },
    },
  },
  'policy.rules': {
    title: 'Rules of the policy',
    findings: {
      none: {
        short: 'The policy has no rules of its own',
        summary: 'The policy has no rules of its own.',
      },
      satisfied: {
        short: 'As the rules of the policy want it',
        summary: 'It is as each rule of the policy wants it.',
      },
      broken: {
        short: 'Rule “{rule}”: {message}',
        summary: 'It is not as the rule “{rule}” of the policy wants it: {message}',
        decision: 'Find out why it is not before you approve it, or mend the rule in the policy.',
      },
      untold: {
        short: 'Rule “{rule}” could not be looked at',
        summary:
          'Whether it is as the rule “{rule}” of the policy wants it could not be told. The reader of CEL said: {why}',
        remedy: 'Mend the rule in the policy, or look at what it asks for yourself.',
      },
      neither: {
        short: 'Rule “{rule}” says neither true nor false',
        summary: 'The rule “{rule}” of the policy says neither true nor false of it.',
        remedy: 'Mend the rule in the policy, or look at what it asks for yourself.',
      },
      notAscii: {
        short: 'Rule “{rule}” could not be looked at: not ASCII',
        summary:
          'The rule “{rule}” of the policy holds a pattern against a text that is not ASCII, of which `matches` says nothing.',
        remedy: 'Look at what the rule asks for yourself.',
      },
      tooLong: {
        short: 'Rule “{rule}” could not be looked at: {field} is too long',
        summary:
          'The rule “{rule}” of the policy was not asked: {field} is longer than {most} characters.',
        remedy: 'Look at what the rule asks for yourself.',
      },
      tooMany: {
        short: 'Rule “{rule}” could not be looked at: {field} has too many values',
        summary:
          'The rule “{rule}” of the policy was not asked: {field} has more than {most} values.',
        remedy: 'Look at what the rule asks for yourself.',
      },
      cutField: {
        short: 'The rules could not be looked at: {field} is too long',
        summary:
          'The rules of the policy may look at {field} of the Node or the Machine, which is longer than is read here.',
        remedy: 'Look at what the rules ask for yourself.',
      },
      nodesUnreadable: {
        ...unread.nodes,
        short: 'The rules could not be looked at: Nodes cannot be read',
        summary: 'The rules of the policy may look at the Node, and Nodes cannot be read.',
      },
      machinesUnreadable: {
        ...unread.machines,
        short: 'The rules could not be looked at: Machines cannot be read',
        summary: 'The rules of the policy may look at the Machine, and Machines cannot be read.',
      },
      machinesPartly: {
        ...unread.machinesPartly,
        short: 'The rules could not be looked at: not all Machines can be read',
        summary:
          'The rules of the policy may look at the Machine, and not all Machines can be read.',
      },
      noName: {
        short: 'It names no single machine',
        summary: 'It names no single machine that the rules could look at.',
      },
    },
  },
  'key.strength': {
    title: 'Key strength',
    findings: {
      strong: { short: 'A strong key', summary: 'The key is strong enough.' },
      weak: {
        short: 'Weak key: {key}',
        summary:
          'The key is {key}: it can be broken, or Kubernetes cannot check signatures of its kind.',
        decision: 'Deny it. A kubelet makes ECDSA keys on P-256 by itself.',
      },
      tooLarge: {
        short: 'Key too large: {key}',
        summary:
          'The key is {key}: Kubernetes takes no certificate whose RSA key has more than 8192 bits.',
        decision: 'Deny it. A kubelet makes ECDSA keys on P-256 by itself.',
      },
      unreadable: unread.request,
    },
  },
  'node.localhost': {
    title: 'A name of its own',
    findings: {
      named: { short: 'Has a name of its own', summary: 'The machine has a name of its own.' },
      localhost: {
        short: 'Calls itself {node}: no host name set',
        summary:
          'The machine calls itself {node}: its host name was not set when the kubelet started. Every such machine would claim the same node.',
        decision:
          'Set the host name on the machine (DHCP, DNS or `hostnamectl`), then restart its kubelet. Do not approve this one.',
      },
      noName: { short: 'Names no node', summary: 'The request names no node.' },
    },
  },
  'signer.inScope': {
    title: 'Signer',
    findings: {
      kubelet: {
        short: 'A kubelet’s signer',
        summary: 'The signer is one of the two that kubelets use.',
      },
      grantsControl: {
        short: 'Grants cluster control: {groups}',
        summary:
          'This is no kubelet joining. The certificate would give {user} in {groups} control of the cluster, and cannot be taken back.',
        decision:
          'Approve it only if you know who asked and why, by the command line, and not because it waits here.',
      },
      grantsUser: {
        short: 'Grants API access as {user}',
        summary:
          'This is no kubelet joining. The certificate would let its holder act as {user} in {groups} until it ends.',
        remedy: 'Find out who asked for it. It is never part of a bulk.',
      },
      grantsUntold: {
        short: 'Grants API access, to whom cannot be said',
        summary:
          'This is no kubelet joining. The certificate would give access to the API server, and as whom cannot be said of this request.',
        remedy: 'Find out who asked for it. It is never part of a bulk.',
      },
      otherSigner: {
        short: 'Signed by another controller',
        summary: 'The signer {signer} is not a kubelet’s: what it grants is its own affair.',
        remedy: 'Leave it to the controller that the signer belongs to, or find out who asked.',
      },
      otherSignerControl: {
        short: 'Control of the cluster, if this signer’s CA is trusted: {groups}',
        summary:
          'The signer {signer} is not a kubelet’s. If the API server trusts this signer’s CA, the certificate gives {groups} control of the cluster, and cannot be taken back.',
        decision:
          'Find out who asked, and whether `--client-ca-file` of the API server holds that CA. Deny the request if you cannot find out why it asks for {groups}.',
      },
    },
  },
} satisfies Partial<CheckCatalogue>

import { unread } from '#lib/messages/en/unread.ts'
import type { CheckCatalogue } from '#lib/messages/grammar/check-words.ts'

const noName = {
  short: 'Names no single node',
  summary: 'The request names no single node, so nothing can confirm it.',
}

/** Checks that confirm an identity from outside the request: one pass makes a machine verified. */
export const identityChecks = {
  'identity.machine': {
    title: 'Confirmed by a Machine',
    findings: {
      confirmed: {
        short: 'Machine {machine}',
        summary: 'The Machine {machine} stands for this node and says the same.',
      },
      noMachine: {
        short: 'Well-formed; no Machine confirms it',
        summary: 'No Machine stands for this node, as for machines that were added by hand.',
        decision: 'Compare the name and address with what you racked before you approve.',
      },
      otherNamespace: {
        short: 'Well-formed; Machine {machine} does not count',
        summary:
          'The Machine {machine} has this name, but Machines of its namespace are not believed here: it confirms nothing and contradicts nothing.',
        decision:
          'Compare the name and address with what you racked before you approve. If Machines of that namespace stand for machines of this cluster, name it in the policy under machines.namespaces.',
      },
      otherCluster: {
        short: 'Well-formed; Machine {machine} is not known to be of this cluster',
        summary:
          'The Machine {machine} has this name, but its Cluster API cluster is not known to be this one: most Nodes here do not say that they belong to it. It confirms nothing and contradicts nothing.',
        decision:
          'See which cluster the machine is to join. If it is this one, compare its name and address before you approve, and name the Machine’s namespace in the policy under machines.namespaces.',
      },
      joinedBefore: {
        short: 'Machine {machine} has joined before',
        summary:
          'The Machine {machine} has this name, but it has a Node already: that confirms the name, and not the new key.',
        decision: 'Make sure that this machine is being started over before you approve.',
      },
      approvedBefore: {
        short: 'Another request for Machine {machine} was approved',
        summary:
          'The Machine {machine} has this name, but another client request for it was approved already: that confirms the name, and not a second key.',
        decision: 'Find out which of the two came from this machine before you approve.',
      },
      nodesUnreadable: unread.nodes,
      noMachineApi: {
        short: 'Well-formed; nothing independent confirms it',
        summary:
          'This cluster has no Machine objects, so nothing independent confirms the machine.',
        decision: 'Compare the name and address with what you racked before you approve.',
      },
      machinesUnreadable: {
        ...unread.machines,
        summary: 'Machine objects cannot be read, so they cannot confirm it.',
      },
      machinesPartly: {
        ...unread.machinesPartly,
        summary:
          'Not all Machine objects can be read, and one that cannot may contradict the others: they cannot confirm it.',
      },
      noAddresses: {
        short: 'Machine {machine} lists no addresses yet',
        summary: 'The Machine {machine} lists no addresses yet, so it cannot confirm these.',
        remedy: 'Wait until it does, or compare the addresses yourself.',
      },
      moreAddresses: {
        short: 'Machine {machine} has more addresses than are read',
        summary:
          'The Machine {machine} lists more addresses than are read here, so {sans} may be among them.',
        remedy: 'Look at the addresses of the Machine yourself.',
      },
      deleting: {
        short: 'Machine {machine} is being deleted',
        summary: 'The Machine {machine} is being deleted, so it confirms nothing any more.',
        remedy: 'Let the deletion finish.',
      },
      staleNodeRef: {
        short: 'Machine {machine} stands for an earlier Node',
        summary:
          'The Machine {machine} stands for an earlier Node of that name, so it does not confirm this one.',
        decision: 'Make sure that it is the same machine before you approve.',
      },
      otherNode: {
        short: 'Machine {machine} stands for {node}',
        summary:
          'The Machine {machine} stands for another node, {node}: it contradicts the request.',
        decision: 'Find out which of the two the machine is. Deny this request if it is the other.',
      },
      outsideWindow: {
        short: 'Machine {machine} is from another time',
        summary:
          'The Machine {machine} was created at {createdAt}; a machine asks between 10 s before and 2 h after. This one asked at another time.',
        decision: 'If the machine took that long to start, approve it by itself, after a look.',
      },
      lacksSan: {
        short: 'Machine {machine} lacks {sans}',
        summary: 'The Machine {machine} does not have {sans}: it contradicts the request.',
        decision: 'See which of the two is right. Do not approve before they agree.',
      },
      severalMachines: {
        short: 'Several Machines: {machines}',
        summary: 'Several Machines stand for this node: {machines}. One of them is wrong.',
        remedy: 'Delete the wrong one, or correct its address.',
      },
      noName,
    },
  },
  'identity.requestor': {
    title: 'Confirmed by the API server',
    findings: {
      authenticated: {
        short: 'The node itself, authenticated',
        summary: 'The API server has authenticated the requestor as this very node, and it exists.',
      },
      missing: {
        short: 'No Node of that name',
        summary: 'There is no Node of that name, so the requestor’s name confirms nothing.',
      },
      deleting: {
        short: 'The Node is being deleted',
        summary: 'The Node is being deleted, so it confirms nothing any more.',
      },
      younger: {
        short: 'The Node is younger than the request',
        summary: 'The Node is younger than the request, so it is not the one that asked.',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'identity.expected': {
    title: 'Expected by you',
    findings: {
      confirmed: {
        short: 'Expected, with these addresses',
        summary: 'The list of expected machines has {node}, with every address that it asks for.',
      },
      named: {
        short: 'Expected by name',
        summary:
          'The list of expected machines has {node}. A client request holds no addresses: only the name is compared.',
      },
      joinedBefore: {
        short: 'Expected by name; has joined before',
        summary:
          'The list of expected machines has {node}, but a machine of that name has joined already: the list confirms the name, and not the new key.',
        decision: 'Make sure that this machine is being started over before you approve.',
      },
      approvedBefore: {
        short: 'Another request for {node} was approved',
        summary:
          'The list of expected machines has {node}, but another client request for it was approved already: the list confirms the name, and not a second key.',
        decision: 'Find out which of the two came from this machine before you approve.',
      },
      nodesUnreadable: unread.nodes,
      nameOnly: {
        short: 'Expected by name',
        summary:
          'The list of expected machines has {node} and gives it no addresses. It asks for its own name, and for what the policy or a Machine allows it.',
        remedy: 'Add its addresses to the list, and they are compared, too.',
      },
      nameAlone: {
        short: 'Expected by name; {sans} by its own word',
        summary:
          'The list of expected machines has {node} and gives it no addresses. Only {node} itself says that it has {sans}.',
        remedy:
          'Add its addresses to the list if they are right. Or name them in the policy: addresses in allowedAddresses, names in allowedNames. An address also takes that the service network is known: see “No reserved names”.',
      },
      noList: {
        short: 'No list of expected machines',
        summary: 'There is no list of expected machines to compare with.',
        remedy: 'Give one on the page Expected: names and addresses of the machines you add.',
      },
      notListed: {
        short: 'Not on the list of expected machines',
        summary: 'The list of expected machines does not have {node}.',
        remedy: 'If you added this machine, put it on the list.',
      },
      unexpected: {
        short: 'Not on the list, which is complete',
        summary:
          'The list of expected machines does not have {node}, and the policy says that the list is complete.',
        remedy: 'Put it on the list if you added this machine. Otherwise find out whose it is.',
      },
      otherAddress: {
        short: 'Expected without {sans}',
        summary:
          'The list of expected machines gives {node} other addresses: it does not have {sans}.',
        remedy: 'See which of the two is right. Correct the list if the machine is.',
      },
      givenToAnother: {
        short: '{san} is expected of {holder}',
        summary:
          'The list of expected machines gives {san} to {holder}. With that certificate {node} could answer as {holder}.',
        remedy: 'Find out which of the two the machine is. Correct the list if it is wrong.',
      },
      noName,
    },
  },
  'identity.liveCertificate': {
    title: 'Confirmed by the kubelet’s own certificate',
    findings: {
      same: {
        short: 'The kubelet presents the same already',
        summary:
          'The kubelet presents a certificate of the cluster’s CA ({ca}) for this node, with exactly these names and addresses: this is its renewal.',
      },
      notAsked: {
        short: 'The kubelet has not been asked',
        summary:
          'What the kubelet presents on its own port is not known: it has not been asked, or too long ago.',
      },
      noAddress: {
        short: 'The Node has no address to ask',
        summary: 'The Node lists no InternalIP, so its kubelet cannot be asked.',
      },
      otherPort: {
        short: 'The Node names port {port}, which is not asked',
        summary:
          'The Node says that its kubelet listens on port {port}. That is the node’s own word, and the settings do not name that port, so the kubelet was not asked.',
        remedy:
          'If your kubelets listen there, start Countersign and its approver with COUNTERSIGN_KUBELET_PORTS=10250,{port}.',
      },
      barredAddress: {
        short: 'The Node lists no address that may be asked',
        summary:
          'Each InternalIP of the Node is in a range that Countersign never connects to, so the kubelet was not asked: loopback, link-local, metadata, shared (100.64.0.0/10), benchmarks (198.18.0.0/15), IPv4 inside IPv6, or a Service network.',
        remedy:
          'Correct the Node’s addresses. If your nodes are in 100.64.0.0/10 or 198.18.0.0/15, name their network in COUNTERSIGN_KUBELET_NETWORKS.',
      },
      unreachable: {
        short: 'The kubelet cannot be reached',
        summary: 'The kubelet’s port cannot be reached from here, so it confirms nothing.',
        remedy:
          'Let Countersign run where it reaches the nodes’ InternalIPs, or compare the names and addresses yourself.',
      },
      notTls: {
        short: 'The kubelet’s port does not answer in TLS',
        summary:
          'What answers on the kubelet’s port does not complete a TLS handshake, so it confirms nothing.',
        decision: 'See what listens there before you approve.',
      },
      noCertificate: {
        short: 'The kubelet has no certificate yet',
        summary:
          'The kubelet has no serving certificate yet, so it can present none: this is its first request, or its last certificate has ended.',
        decision: 'Compare the names and addresses with the machine before you approve.',
      },
      selfSigned: {
        short: 'The kubelet presents a self-signed certificate',
        summary:
          'The kubelet presents a certificate that it signed itself, as before its first one by the cluster: that confirms nothing.',
        decision: 'Compare the names and addresses with the machine before you approve.',
      },
      unknownCa: {
        short: 'The kubelet presents another CA’s certificate',
        summary:
          'The kubelet presents a certificate of another CA than the cluster’s ({ca}), perhaps one that it made for itself: that confirms nothing.',
        remedy: 'Find out who issued it, and compare the names and addresses yourself.',
      },
      expired: {
        short: 'The kubelet presents an expired certificate',
        summary: 'The kubelet’s certificate has ended, so it confirms nothing.',
        decision: 'Compare the names and addresses with the machine before you approve.',
      },
      notYetValid: {
        short: 'The kubelet presents a certificate that is not valid yet',
        summary:
          'The kubelet’s certificate begins at a time that is still to come by the clock of the machine where Countersign runs, so it confirms nothing.',
        decision:
          'Compare that clock with the cluster’s, and the names and addresses with the machine before you approve.',
      },
      unreadable: {
        short: 'The kubelet’s certificate is not a proper one',
        summary:
          'The kubelet presents a certificate that cannot be shown faithfully, or is not one to serve with, so it confirms nothing.',
        decision: 'Compare the names and addresses with the machine before you approve.',
      },
      noCa: {
        short: 'The cluster’s CA is not known here',
        summary: 'The CA that issues kubelets’ certificates is not known here.',
        remedy:
          'Let Countersign’s identity `get` the ConfigMap `openshift-config-managed/csr-controller-ca`, or `kube-system/kube-root-ca.crt` elsewhere.',
      },
      asksForMore: {
        short: 'The kubelet does not present {sans}',
        summary:
          'The kubelet presents a certificate of this node without {sans}, which the request asks for: it is not a renewal of the same.',
        remedy: 'Find out why the node asks for another name or address.',
      },
      asksForLess: {
        short: 'The kubelet presents {sans}, too',
        summary:
          'The kubelet presents a certificate of this node with {sans}, which the request does not ask for: it is not a renewal of the same.',
        remedy: 'Find out why the node has lost a name or address.',
      },
      otherName: {
        short: 'The kubelet’s port answers as {name}',
        summary:
          'The kubelet’s port presents a certificate of the cluster’s CA for {name}, which is no node’s name: it confirms nothing.',
        decision: 'See what listens there before you approve.',
      },
      otherNode: {
        short: 'Another node answers: {node}',
        summary:
          'At this Node’s address another node answers, {node}: the Node’s addresses are not its own.',
        decision:
          'Find out who changed the Node’s addresses. Do not approve before they are right again.',
      },
      noName,
    },
  },
} satisfies Partial<CheckCatalogue>

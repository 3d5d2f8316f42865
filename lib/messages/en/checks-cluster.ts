import { unread } from '#lib/messages/en/unread.ts'
import type { CheckCatalogue } from '#lib/messages/grammar/check-words.ts'

const aside = {
  short: 'A Node of that name cannot be read',
  summary:
    'There is a Node of that name, but Countersign could not read it: by a fault of its own, so that the worst has to be assumed.',
  decision:
    'Look at the Node with kubectl before you approve, and report the fault: the log has it.',
}
const noName = {
  short: 'Names no single node',
  summary: 'The request names no single node, so there is nothing to compare it with.',
}

const DENIED_BEFORE =
  'The activity on the machine’s page tells who denied it, and why. Where that was a mistake, or is settled, approve this request, alone; where not, deny it, too. The cluster forgets the denied request an hour or two after.'

/**
 * Checks that compare the request with the cluster: the requestor, and owners of the requested
 * names.
 */
export const clusterChecks = {
  'requestor.bootstrapper': {
    title: 'Who asked',
    findings: {
      openshift: {
        short: 'Asked by the node-bootstrapper',
        summary: 'OpenShift’s node-bootstrapper asked, as for every new machine.',
      },
      kubeadm: {
        short: 'Asked with a bootstrap token',
        summary: 'It was asked for with a bootstrap token, as for every new machine.',
      },
      renewal: {
        short: 'Asked by the node itself',
        summary: 'The node itself asked: it renews its client certificate.',
      },
      policy: {
        short: 'Asked by an allowed requestor',
        summary: 'The settings name {requestor} as one that may ask for new machines.',
      },
      moreGroups: {
        short: '{requestor} is also in {groups}',
        summary:
          '{requestor} asked, and is in {groups} besides the groups that this identity comes with: it has rights that no machine has.',
        decision:
          'See in the audit log who acted under that name, and who put it into {groups}. Deny the request meanwhile.',
      },
      otherGroups: {
        short: 'The bootstrap identity without its groups',
        summary:
          '{requestor} asked, but without all the groups that identity comes with: it may be an imitation.',
        decision: 'See in the audit log who acted under that name. Deny the request meanwhile.',
      },
      otherNode: {
        short: 'Asked by another node, {requestor}',
        summary:
          '{requestor} asked for a certificate of another node. With it, that node could act as this one.',
        decision: 'Deny it, and look at the node that asked: it may have been broken into.',
      },
      stranger: {
        short: 'Asked by {requestor}, no bootstrap identity',
        summary:
          '{requestor} asked, which is neither a bootstrap identity nor the node. Every identity with the right to create requests can do so.',
        remedy:
          'Find out who that is. If machines of yours are added that way, name the requestor in the settings.',
      },
      unreadable: unread.request,
    },
  },
  'requestor.node': {
    title: 'Who asked',
    findings: {
      itself: {
        short: 'Asked by the node itself',
        summary: 'The API server has authenticated the requestor as this very node.',
      },
      moreGroups: {
        short: 'The node is also in {groups}',
        summary:
          '{requestor} asked, and is in {groups} besides the groups of a node: it has rights that no node has.',
        decision:
          'See in the audit log who acted under that name, and who put it into {groups}. Deny the request meanwhile.',
      },
      otherGroups: {
        short: 'The node’s name without a node’s groups',
        summary: '{requestor} asked, but without the groups of a node: it may be an imitation.',
        decision: 'See in the audit log who acted under that name. Deny the request meanwhile.',
      },
      otherNode: {
        short: 'Asked by another node, {requestor}',
        summary: '{requestor} asked for a certificate of another node, and could answer as it.',
        decision: 'Deny it, and look at the node that asked: it may have been broken into.',
      },
      stranger: {
        short: 'Asked by {requestor}, not by the node',
        summary:
          '{requestor} asked, not the node: with the certificate it could answer as the node.',
        decision: 'Find out who that is. Deny the request meanwhile.',
      },
      unreadable: unread.request,
    },
  },
  'node.new': {
    title: 'A new node',
    findings: {
      new: { short: 'No Node of that name yet', summary: 'No Node of that name exists yet.' },
      rebootstrapping: {
        short: 'Node exists, NotReady since {since}',
        summary:
          'A Node of that name exists since {createdAt} and is NotReady since {since}. It may be the same machine starting over, after a re-install or a long shutdown, or another one that took its name.',
        decision:
          'Make sure that this machine is being started over before you approve: a Machine or the list confirms its name, and not the new key.',
      },
      rebootstrapForbidden: {
        short: 'Node exists; the settings forbid starting over',
        summary:
          'A Node of that name exists and is NotReady since {since}. The settings do not let it start over under the same name.',
        remedy: 'Delete the Node first if the machine was re-installed, or change the settings.',
      },
      takeover: {
        short: 'Node exists and is Ready: a take-over',
        summary:
          'A Node of that name exists since {createdAt} and is Ready since {since}. The holder of this certificate would take that node’s identity over.',
        decision:
          'Do not approve while that node works. Find out which machine asks under its name: a twin host name, or an attack.',
      },
      leftOver: {
        short: 'Filed before its Node, which is Ready',
        summary:
          'The Node was created at {createdAt}, after the request, and is Ready since {since}: its kubelet has another certificate. The holder of this request’s key would take that node’s identity over.',
        decision:
          'Leave it, or deny it: it is most likely left over from joining. If a machine waits for it, two of them use one name.',
      },
      aside,
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'node.known': {
    title: 'A known node',
    findings: {
      aside,
      known: { short: 'The Node exists', summary: 'The Node exists.' },
      missing: {
        short: 'No Node of that name',
        summary: 'There is no Node of that name, so nothing says which addresses are its own.',
        decision:
          'Wait until the kubelet has registered its Node. If it never does, deny the request.',
      },
      deleting: {
        short: 'The Node is being deleted',
        summary: 'The Node is being deleted: a certificate would outlive it.',
        remedy: 'Let the deletion finish. A machine that stays asks again.',
      },
      younger: {
        short: 'The Node is younger than the request',
        summary:
          'The Node was created at {createdAt}, after the request: this was asked for by an earlier Node of that name.',
        decision: 'Deny it. The kubelet files another request for the Node that is there now.',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'sans.owned': {
    title: 'Its own addresses',
    findings: {
      owned: {
        short: 'Every name and address is its own',
        summary: 'Every name and address is among the node’s own.',
      },
      notOwned: {
        short: 'Asks for {sans}, not its own',
        summary: 'It asks for {sans}, which the Node does not list as its own.',
        remedy:
          'See on the machine whether it has that address. If it was just changed, wait until the Node shows it: the kubelet asks again.',
      },
      moreAddresses: {
        short: 'The Node has more addresses than are read',
        summary: 'The Node has more addresses than are read here, so {sans} may be among them.',
        remedy: 'Look at the addresses of the Node yourself.',
      },
      nodesUnreadable: unread.nodes,
      noName,
    },
  },
  'sans.foreign': {
    title: 'No other node’s addresses',
    findings: {
      free: {
        short: 'No other node has these addresses',
        summary: 'No other node has any of these names and addresses.',
      },
      held: {
        short: 'Asks for {san}, held by {holder}',
        summary:
          'It asks for {san}, a name or an address of {holder}. With that certificate this machine could answer as {holder}.',
        decision:
          'Find out which of the two has it: two machines with one name or address, or a stale Node. Correct it, then deny this request.',
      },
      nodesUnreadable: unread.nodes,
      machinesUnreadable: unread.machines,
      machinesPartly: unread.machinesPartly,
      moreAddresses: {
        short: 'Node {holder} has addresses that are not read',
        summary:
          '{holder} has addresses that are not read here, and {san} may be one of them: nothing but the Node itself says that it has it.',
        remedy:
          'Look at the addresses of {holder}. A Machine, or a list of expected machines with addresses, settles it.',
      },
      noName,
    },
  },
  'sans.reserved': {
    title: 'No reserved names',
    findings: {
      free: { short: 'Nothing reserved', summary: 'It asks for no name of the cluster itself.' },
      cluster: {
        short: 'Asks for {san}, a name of the cluster',
        summary: 'It asks for {san}: with that certificate it could answer as the cluster itself.',
        decision: 'Deny it, and look at the machine: no kubelet asks for this by itself.',
      },
      local: {
        short: 'Asks for the local address {san}',
        summary: 'It asks for {san}, which every machine calls its own.',
        decision: 'Deny it, and correct the machine’s addresses.',
      },
      metadata: {
        short: 'Asks for {san}, a cloud’s metadata service',
        summary:
          'It asks for {san}, where clouds serve metadata and credentials: with that certificate it could answer as that service.',
        decision: 'Deny it, and look at the machine: no kubelet asks for this by itself.',
      },
      special: {
        short: 'Asks for {san}, an address for no machine',
        summary:
          'It asks for {san}, from a range that is for protocols or for nothing yet: no machine can have that address.',
        decision: 'Deny it, and correct the machine’s addresses.',
      },
      spelling: {
        short: 'Asks for {san}, which is no DNS name',
        summary:
          'It asks for the DNS name {san}, which is no valid one: some programs would read it as an IP address, and so as another machine’s.',
        decision: 'Deny it, and correct the names that the machine gives itself.',
      },
      wildcard: {
        short: 'Asks for the wildcard {san}',
        summary: 'It asks for {san}: with that certificate it could answer under many names.',
        decision: 'Deny it. A kubelet never asks for a wildcard.',
      },
      apiServer: {
        short: 'Asks for {san}, the API server’s',
        summary: 'It asks for {san}: with that certificate it could answer as the API server.',
        decision: 'Deny it, and look at the machine.',
      },
      serviceNetwork: {
        short: 'Asks for {san}, a service’s address',
        summary:
          'It asks for {san}, an address of the service network: it could answer as a service of the cluster.',
        decision: 'Deny it, and look at the machine’s network.',
      },
      networksUntold: {
        short: '{san} may be a service’s address',
        summary:
          'Which addresses are services’ is not known, and only the machine itself says that {san} is its own: with a service’s address it could answer as that service.',
        remedy:
          'Ask for the right to `list` `servicecidrs.networking.k8s.io` (on OpenShift to `get` `networks.config.openshift.io`), or start Countersign with COUNTERSIGN_SERVICE_NETWORKS.',
      },
      unreadable: unread.request,
    },
  },
  'key.reuse': {
    title: 'A key of its own',
    findings: {
      unique: { short: 'A key of its own', summary: 'No other node uses this key.' },
      shared: {
        short: 'Has the same key as {nodes}',
        summary:
          'Another node, {nodes}, has the same key: a machine with that key can act as either. Machines copied from one image do this.',
        decision:
          'Remove the kubelet’s keys (`/var/lib/kubelet/pki`) from both and let them ask again. Deny these.',
      },
      sharedByMany: {
        short: 'Many nodes have the same key',
        summary: 'Many nodes have the same key: a machine with that key can act as each of them.',
        decision: 'Deny them, and take the key out of the image that the machines were made from.',
      },
      kubeletsUnread: {
        short: 'Another node may have the same key',
        summary:
          'There are too many requests of kubelets to read them all. No other node is seen to use this key, but one whose request is not read may.',
        remedy: 'Find out what files so many requests, and delete those that no machine needs.',
      },
      othersUnread: {
        short: 'Requests of other signers are not all read',
        summary:
          'No other node’s kubelet uses this key. Whether a request of another signer does cannot be told, as not all of those are read.',
      },
      unreadable: unread.request,
    },
  },
  'machine.alarm': {
    title: 'No alarm',
    findings: {
      none: {
        short: 'No alarm',
        summary: 'No certificate of the machine is otherwise than approved.',
      },
      raised: {
        short: 'Its machine has an alarm',
        summary:
          'For request {request} of this machine another certificate was issued than was approved. Until it is clear why, it may happen again.',
        remedy: 'Find out who issued it, then mark the alarm as seen on the machine’s page.',
      },
      noName,
    },
  },
  'machine.denial': {
    title: 'Not denied before',
    findings: {
      none: {
        short: 'Not denied before',
        summary: 'No request of the machine for the same certificate was denied lately.',
      },
      denied: {
        short: 'Its machine was denied at {deniedAt}',
        summary:
          'Request {request} of this machine, for the same certificate, was denied at {deniedAt}. A denied kubelet files again within seconds, so that another request says nothing new.',
        decision: DENIED_BEFORE,
      },
      deniedSometime: {
        short: 'Its machine was denied before',
        summary:
          'Request {request} of this machine, for the same certificate, was denied; when cannot be read. A denied kubelet files again within seconds, so that another request says nothing new.',
        decision: DENIED_BEFORE,
      },
      noName,
    },
  },
  'name.confusable': {
    title: 'No look-alike',
    findings: {
      distinct: { short: 'Not a look-alike', summary: 'The name looks like no other.' },
      nodesUnreadable: unread.nodes,
      lookalike: {
        short: 'Looks like {existing}, but is not',
        summary: '{name} looks like {existing}, but is spelt with other characters.',
        decision: 'Deny it unless you gave the machine this very name.',
      },
      lookalikeOfMany: {
        short: 'Looks like many other names, but is not',
        summary:
          '{name} looks like many other names that machines ask for, spelt with other characters.',
        decision: 'Deny it unless you gave the machine this very name.',
      },
      mixedScripts: {
        short: 'Letters of several scripts in its name',
        summary: '{name} mixes letters of several scripts: it may be made to be taken for another.',
        decision: 'Deny it.',
      },
      invisible: {
        short: 'Invisible characters in its name',
        summary: '{name} holds characters that cannot be seen or that reorder the others.',
        decision: 'Deny it.',
      },
      invisibleName: {
        short: 'Invisible characters in the request’s name',
        summary:
          'The request’s own name {name} holds characters that cannot be seen. The requestor chose it so that lists and logs are misread.',
        decision: 'Deny it, and see who asked.',
      },
      falsePrefix: {
        short: 'Only looks like system:node:',
        summary: '{name} only looks as if it began with `system:node:`.',
        decision: 'Deny it, and see who asked.',
      },
      unreadable: unread.request,
    },
  },
  'requestor.self': {
    title: 'Not your own request',
    findings: {
      other: {
        short: 'Not asked by you',
        summary: 'You did not make this request yourself.',
      },
      self: {
        short: 'You asked for this yourself',
        summary:
          '{requestor} made this request: that is you. People should not approve their own requests.',
        remedy: 'Ask another admin to look at it.',
      },
      noActor: { short: 'Not known who decides', summary: 'It is not known who would decide.' },
    },
  },
} satisfies Partial<CheckCatalogue>

import type { HoldCatalogue } from '#lib/messages/hold-words.ts'

/** Objects that the machine-approver's limit counts, by its version. */
const counted = {
  since416:
    'Since 4.16 it counts serving requests of nodes and client requests of the node-bootstrapper.',
  in414and415:
    'In 4.14 and 4.15 it counts every request of the node-bootstrapper and of nodes, whatever the signer, but those for multus.',
  until413:
    'Until 4.13 it counts every request of the node-bootstrapper and of nodes, whatever the signer.',
  unknownVersion:
    'The cluster’s version could not be read, so this goes by the rule since 4.16: it counts serving requests of nodes and client requests of the node-bootstrapper.',
} as const

/** Remedy for the machine-approver's brake. */
const relief =
  'approve what is yours, superseded duplicates too. Approved requests do not count after 30 s, and none after an hour; denied ones do.'

/** Reasons that a machine waits: the cause, its meaning, the remedy. */
const table: HoldCatalogue = {
  admin: {
    refused: {
      short: null,
      title: 'The request is refused.',
      text: 'It is not what a kubelet sends, so nothing approves it from here.',
      todo: 'Deny it. If the machine is yours, its kubelet files another request.',
    },
    suspicious: {
      short: null,
      title: 'A check fails, so a person has to decide.',
      text: 'The failed check says what is wrong and what the certificate could be used for.',
      todo: 'Settle what the check says, or deny the request.',
    },
    approvedSuperseded: {
      short: 'An older request was approved: the newest waits',
      title: 'An older request was approved after the newest was filed.',
      text: 'Its certificate went to a key that the kubelet no longer holds, so the kubelet still waits for the newest one.',
      todo: 'Approve the newest request, if nothing is wrong with it.',
    },
    clientFirst: {
      short: 'The client request comes first',
      title: 'A client request and a serving request wait.',
      text: 'Without its client certificate the kubelet cannot reach the API server, so a serving certificate alone does not help.',
      todo: 'Approve the client request first. The kubelet may then file its serving request anew.',
    },
    verified: {
      short: null,
      title: 'Nobody has approved it yet.',
      text: 'No check fails, and the machine is confirmed.',
      todo: 'Approve it.',
    },
    plausible: {
      short: null,
      title: 'Nobody has approved it yet.',
      text: 'No check fails, and neither a Machine object nor a list of expected machines nor the certificate it serves with confirms it.',
    },
    rebootstrapping: {
      short: null,
      title: 'It has joined before, and asks as a new machine does.',
      text: 'No check fails, but a Node of this name is there, and NotReady. That is normal when its client certificate has expired or the machine was installed anew. Otherwise somebody else may be asking for its name.',
      todo: 'Make sure that the machine itself starts over, then approve it.',
    },
    approverLeaves: {
      short: null,
      title: 'The automatic approver leaves it to a person.',
      text: '{because}',
      because: {
        clients: {
          because: 'The policy lets it approve client requests only with `clients: true`.',
        },
        secondPerson: { because: 'The policy wants two people for it, and it is neither of them.' },
        notVerified: {
          because: 'By the policy it approves only what something besides the request confirms.',
        },
        requiredUnknown: {
          because: 'The policy requires `{check}` to pass, and that check could not be made.',
        },
      },
    },
    approverStopped: {
      short: 'Automatic approver: {because}',
      title: 'The automatic approver would approve this, but it is {because}.',
      text: 'It approved as many requests within an hour as the policy allows. A person has to look and release the brake: time alone does not.',
      todo: 'Find out why there were so many, then release the brake on the page Policy. It can be approved here meanwhile.',
      because: {
        paused: {
          because: 'paused',
          text: 'Its kill switch is on, so it approves nothing at all.',
          todo: 'Approve it here, or let the approver go on: on the page Policy.',
        },
        barred: {
          because: 'barred from acting on names alone',
          text: 'The list of expected machines gives no addresses, and the policy has no `allowedNames`, so it approves nothing at all.',
          todo: 'Approve it here, and add `allowedNames` to the policy, or addresses to the list.',
        },
        leaderless: {
          because: 'not running',
          text: 'None of its processes has renewed its Lease for longer than that is good for.',
          todo: 'See whether it runs and what its log says. It can be approved here meanwhile.',
        },
        total: { because: 'stopped by its brake' },
        requestor: { because: 'stopped by its brake for this requestor' },
        node: { because: 'stopped by its brake for this node' },
        shadow: {
          because: 'only watching',
          text: 'The policy says `mode: shadow`.',
          todo: 'Approve it here. When you would let it do that, save `mode: act`.',
        },
      },
    },
    machineApproverLeaves: {
      short: 'Machine-approver: {because}',
      title: 'The machine-approver leaves it to a person.',
      todo: 'Approve it here, if the machine is yours.',
      because: {
        otherRequestor: {
          because: 'does not answer this requestor',
          text: 'It answers client requests of OpenShift’s node-bootstrapper and serving requests of nodes. It takes no notice of bootstrap tokens.',
        },
        clientDisabled: {
          because: 'leaves client requests to people',
          text: 'Its ConfigMap has `nodeClientCert.disabled: true`, so somebody must approve every new machine. It reads the ConfigMap when it starts, and at no other time.',
          todo: 'Approve it, or turn its client flow on again and restart it.',
        },
        nodeExists: {
          because: 'the Node exists already',
          text: 'A Node of this name exists. The machine-approver never approves a machine that bootstraps again: after a long shutdown, or a new installation, that is up to an admin. It does not look at this request again, even if the Node is deleted.',
          todo: 'Find out why it asks again, then approve it. After a long shutdown, take the control plane nodes first.',
        },
        noMachine: {
          because: 'no Machine matches',
          text: 'No Machine matches. The machine-approver approves a client request by the Machine whose InternalDNS is the node’s name, a serving request by the Machine whose nodeRef is the node. It reads Machines of machine.openshift.io only, not those of Cluster API. A serving request without one it approves only if the kubelet presents the same names and addresses at the Node’s first InternalIP, and ConfigMap `csr-controller-ca` is there to verify that. It tries again, after pauses of up to 17 minutes.',
          todo: 'On bare metal without Machines that is normal: approve it here. Otherwise see which Machine it should be.',
        },
        hasNodeRef: {
          because: 'its Machine has a node already',
          text: 'The Machine has a nodeRef, so it has joined before. The machine-approver never approves a second client certificate for it, and does not look at this request again, even if the nodeRef is cleared.',
          todo: 'If the machine was installed anew, approve it here, or delete the Machine and let it be made again.',
        },
        outsideWindow: {
          because: 'outside its two hours',
          text: 'The request is outside its window: it approves client requests from 10 s before to 2 h after their Machine was created. It does not look at this request again, and no later one of this machine will be in time.',
          todo: 'Find out why the machine took so long, then approve it here.',
        },
        lacksSan: {
          because: 'addresses its Machine does not have',
          text: 'The Machine does not have all of them. The machine-approver approves a serving request only if every name and address is in the Machine’s status, spelt alike: it compares text. Another spelling of an IPv6 address, an IP address given as Hostname, or a name with a trailing dot is none to it. It tries again, after pauses of up to 17 minutes.',
          todo: 'Compare the request with the Machine’s addresses, which may be filled in late. If they are the machine’s, approve it here.',
        },
      },
    },
    machineApproverForgot: {
      short: 'Machine-approver: has probably passed it over',
      title: 'The machine-approver has probably passed this request over.',
      text: 'Nothing is seen now that would keep it from approving, but {because}. What it passed over it looks at again only when it restarts, when the request changes, or after about 10 hours.',
      todo: 'Approve it here, or restart the machine-approver: it then looks at all requests again. If it has been restarted since, see what its log says.',
      because: {
        brakeTripped: { because: 'its brake was on while this request waited' },
        nodeExists: { because: 'a Node of this name existed while this request waited' },
        hasNodeRef: { because: 'its Machine had a nodeRef while this request waited' },
        outsideWindow: {
          because: 'this request was outside the window of the Machine that was there before',
        },
      },
    },
  },

  machineApprover: {
    operator: {
      short: 'Machine-approver: {because}',
      title: 'The machine-approver is {because}.',
      text: 'It says: {message}',
      todo: 'Look at its ClusterOperator and its pod. It can be approved here meanwhile.',
      because: {
        unavailable: { because: 'not available' },
        degraded: { because: 'degraded' },
      },
    },
    brakeTripped: {
      short: 'Machine-approver: its brake is on',
      title: 'The machine-approver’s brake is on.',
      text: 'More node requests are pending than machines explain, so it approves nothing at all, this request included. A request that it looks at meanwhile it does not look at again when the brake is off. {counted}',
      todo: `To release it, ${relief}`,
    },
    clientUnknown: {
      short: 'Machine-approver: may leave client requests to people',
      title: 'Whether the machine-approver leaves client requests alone is not known.',
      text: 'It reads its ConfigMap `machine-approver-config` when it starts, and at no other time. Countersign cannot read that with its rights, or has seen it change: the change counts only after the machine-approver restarts.',
      todo: 'Give Countersign’s identity `get` on the ConfigMap, or restart the machine-approver if the ConfigMap was changed. It can be approved here meanwhile.',
    },
    silent: {
      short: 'Machine-approver: has not approved it for {minutes} min',
      title: 'The machine-approver has not approved this for {minutes} min or more.',
      text: 'Countersign sees no rule of its that forbids it. It may have passed the request over before Countersign started: then it does not look again.',
      todo: 'See whether its pod runs and what its log says. Approve it here, or restart the machine-approver: it then looks at all requests again.',
    },
    deciding: {
      short: 'Machine-approver: approves it within {minutes} min',
      title: 'The machine-approver should approve this within {minutes} min.',
      text: 'Countersign sees no rule of its that forbids it. It takes longer while many requests wait, about five a second, and where a Machine, its nodeRef or its addresses came late: it tries again after pauses of up to 17 minutes.',
    },
  },

  approver: {
    silent: {
      short: 'Automatic approver: should have approved it',
      title: 'The automatic approver should have approved this, and has not.',
      text: 'By the policy nothing keeps it from approving, and the request is more than a minute old. It looks with its own rights and asks the kubelets itself, so it may see less than this page.',
      todo: 'See what its log and its Events say. It can be approved here meanwhile.',
    },
    deciding: {
      short: 'Automatic approver: approves it any moment',
      title: 'The automatic approver should approve this any moment.',
      text: 'By the policy nothing keeps it from approving. It takes seconds.',
    },
  },

  signer: {
    silent: {
      short: 'No answer from the signer: is kube-controller-manager running?',
      title: 'Approved, but not issued for more than a minute.',
      text: 'The signer does not answer. kube-controller-manager issues these certificates, about 20 a second.',
      todo: 'See whether kube-controller-manager runs and what its log says.',
    },
    issuing: {
      short: 'The signer has not issued it yet',
      title: 'Approved, and the signer is issuing it.',
      text: 'That takes seconds, longer when many are approved at once.',
    },
  },

  kubelet: {
    denied: {
      short: 'The kubelet files another request',
      title: 'The request was denied.',
      text: 'A denial is final for this request. The kubelet files another one, usually within seconds; for an hour or two only a person can approve that here, alone.',
    },
    failed: {
      short: 'The signer said: {message}',
      title: 'The signer could not issue the certificate.',
      text: 'It said: {message}',
      todo: 'That is final for this request: the kubelet files another. See what was asked for.',
    },
    silent: {
      short: '{because}: is the kubelet stuck?',
      title: '{because}.',
      todo: 'Look at the kubelet’s log on the machine, and at its way to the API server: DNS, load balancer, firewall, clock.',
      because: {
        noNode: {
          because: 'No Node yet',
          text: 'The machine has its certificates, but its kubelet has not registered a Node: it cannot reach the API server, it no longer runs, or somebody deleted the Node.',
        },
        noServing: {
          because: 'No serving request for two minutes',
          text: 'The client certificate is issued. The kubelet cannot reach the API server, has no address to ask for, or serves with a certificate of its own (`serverTLSBootstrap` is off).',
        },
        noStatus: {
          because: 'No word whether the Node is Ready',
          text: 'The Node is registered, but its Ready condition tells nothing.',
        },
      },
    },
    noAddress: {
      short: 'No serving request: the Node has no address',
      title: 'The Node has no address, so there is no serving request.',
      text: 'The kubelet asks for a serving certificate once it knows an address to ask for.',
      todo: 'See whether the machine has its address, and with a cloud provider whether that one runs.',
    },
    servingNext: {
      short: 'Usually within 30 s of the client certificate',
      title: 'The kubelet files its serving request next.',
      text: 'Usually within 30 s of its client certificate.',
    },
    notReady: {
      short: 'The Node is NotReady: {reason}',
      title: 'The certificates are there, but the Node is NotReady: {reason}.',
      text: 'This is no longer about certificates. A new machine often waits for its network plugin.',
      todo: 'See what the Node’s conditions say.',
    },
    notRequested: {
      short: 'The machine has not asked for a certificate yet',
      title: 'The machine has not asked for a certificate yet.',
      text: 'A Machine object names it, but no request has come: it is being installed, or cannot reach the API server.',
      todo: 'See whether the machine has started and how far it got.',
    },
  },
}

export const hold = {
  table,
  title: 'Why is this waiting?',
  also: 'Also worth knowing',
  todo: { mine: 'What to do', others: 'What someone who may approve can do' },
  /** Replaces an approving answer while a source that could contradict it is lost. */
  partlyJudged: {
    title: 'It cannot be fully checked just now.',
    text: 'What could speak against it may no longer be read. Until it may, nothing can be decided here.',
  },
  counted,
  /** The party that has the next move. */
  holders: {
    admin: 'Up to you',
    otherAdmin: 'Up to someone who may approve',
    machineApprover: 'Up to the machine-approver',
    approver: 'Up to the automatic approver',
    signer: 'Up to the signer',
    kubelet: 'Up to the kubelet',
  },
  /** Fallback for a hold that this build does not know. */
  untold: 'Another reason than this page knows: load it again',

  commands: {
    approverOperator: 'Look at the machine-approver',
    approverLog: 'What the machine-approver says',
    approverConfig: 'Its configuration',
    approverRestart: 'Restart the machine-approver',
    machines: 'The Machines and their nodes',
    signerPods: 'Look at kube-controller-manager',
    describe: 'Look at the request',
    describeNode: 'Look at the Node',
    kubeletLog: 'The kubelet’s log, on the machine itself',
  },

  brake: {
    near: (pending: number, limit: number) =>
      `The machine-approver’s brake is about to trip: ${pending} node requests of the last hour are pending, it stops above ${limit}.`,
    nearText: 'When it trips, it approves nothing at all.',
    tripped: (pending: number, limit: number) =>
      `The machine-approver’s brake is on: ${pending} node requests of the last hour are pending, more than ${limit}.`,
    trippedText:
      'It approves nothing at all, not even for machines that it knows, and does not look again at what it passes over meanwhile.',
    todo: `What helps: ${relief}`,
    /** The rule that the limit follows. */
    counted: (rule: keyof typeof counted, version: string | null) =>
      version === null ? counted.unknownVersion : `${counted[rule]} The cluster is ${version}.`,
  },
}

import type { HoldCatalogue } from '#lib/messages/grammar/hold-words.ts'

/** Remedy for the machine-approver's brake. */
const relief =
  'approve what is yours, superseded duplicates too. Approved requests do not count after 30 s, and none after an hour; denied ones do.'

/** Sentence beside a check that holds a request back, where the machine-approver runs. */
const beside = {
  machineApprover:
    'OpenShift’s machine-approver makes none of Countersign’s checks, and may approve it all the same.',
}

/** Acts that make the machine-approver check a request again. */
const lookAgain =
  'have the machine-approver look again: restart it for all requests, or annotate this one.'

/** Reasons that a machine waits: the cause, its meaning, the remedy. */
const table: HoldCatalogue = {
  admin: {
    approvedSuperseded: {
      short: 'An older request was approved: the newest waits',
      title: 'An older request was approved after the newest was filed.',
      text: 'Its certificate went to a key that the kubelet no longer holds, so the kubelet still waits for the newest one.',
    },
    clientFirst: {
      short: 'The client request comes first',
      title: 'A client request and a serving request wait.',
      text: 'Without its client certificate the kubelet cannot reach the API server, so a serving certificate alone does not help.',
      todo: 'Approve the client request first. The kubelet may then file its serving request anew.',
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
          because: 'The policy requires {check} to pass, and that check could not be made.',
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
    machineApproverBrake: {
      short: 'Machine-approver: its brake is on',
      title: 'As far as Countersign can tell, the machine-approver’s brake is on.',
      text: 'Counted as OpenShift 4.16 and later counts, more node requests wait than machines explain. While its brake is on, it approves nothing.',
      todo: `Approve it here. Once the brake is off, ${lookAgain}`,
    },
    machineApproverRequestor: {
      short: 'Machine-approver: does not answer this requestor',
      title: 'The machine-approver does not answer this requestor.',
      text: 'It answers client requests of OpenShift’s node-bootstrapper, with exactly its groups, and serving requests of nodes.',
      todo: 'Approve it here, if the machine is yours.',
    },
    machineApproverOff: {
      short: 'Machine-approver: client requests are off',
      title: 'As far as Countersign can tell, the machine-approver leaves client requests alone.',
      text: 'Its ConfigMap says `nodeClientCert.disabled: true`. It reads that when it starts.',
      todo: 'Approve it here, or turn that off and restart the machine-approver.',
    },
    machineApproverRule: {
      short: 'Machine-approver: {because}',
      title: 'The request breaks a rule of the machine-approver: {because}.',
      todo: `Approve it here, if the machine is yours. Or settle that, then ${lookAgain}`,
      because: {
        nodeExists: {
          because: 'the Node exists',
          text: 'It approves no client request while a Node of that name exists, such as after a long shutdown.',
        },
        noMachine: {
          because: 'no Machine matches',
          text: 'It approves a client request by the Machine whose InternalDNS is the node’s name, and a serving request by the Machine whose nodeRef is the node, or by what the kubelet presents already. It reads Machines of `machine.openshift.io`, not those of Cluster API.',
        },
        hasNodeRef: {
          because: 'its Machine has a node',
          text: 'It approves no client request while the Machine has a nodeRef.',
        },
        outsideWindow: {
          because: 'outside its two hours',
          text: 'It approves client requests from 10 s before to 2 h after their Machine was created.',
        },
        lacksSan: {
          because: 'its Machine lacks an address',
          text: 'It approves a serving request when every name and address is in the Machine’s status, spelt alike, or when the kubelet presents the same already.',
        },
      },
    },
    machineApproverSilent: {
      short: 'Machine-approver: {because}',
      title: 'The machine-approver {because}.',
      todo: `Approve it here, or ${lookAgain}`,
      because: {
        quiet: {
          because: 'has approved nothing for a minute',
          text: 'This request has waited for longer, and Countersign sees no rule of its that it breaks.',
        },
        unavailable: {
          because: 'is not available',
          text: 'Its ClusterOperator says: {message}',
        },
      },
    },
    machineApproverUnseen: {
      short: null,
      title: 'Whether the machine-approver approves this cannot be seen from here.',
      todo: 'Approve it here, if the machine is yours.',
      because: {
        presence: {
          because: '',
          text: 'Countersign cannot read the ClusterOperators, which say whether it runs.',
        },
        machines: { because: '', text: 'Countersign cannot read all of the Machines.' },
        twins: {
          because: '',
          text: 'Several Machines match: by one of them it breaks a rule, by another it does not.',
        },
        nodes: { because: '', text: 'Countersign cannot read the Nodes.' },
        kubelet: {
          because: '',
          text: 'No Machine has all that is asked for. It also approves what the kubelet presents already, and Countersign has not seen that as it does.',
        },
        config: {
          because: '',
          text: 'It reads its ConfigMap `machine-approver-config` when it starts, and Countersign cannot read that ConfigMap, or when it started.',
        },
        configChanged: {
          because: '',
          text: 'Its ConfigMap was changed after it started, and it reads that when it starts.',
          todo: 'Approve it here, or restart the machine-approver: it then goes by its ConfigMap.',
        },
      },
    },
  },

  machineApprover: {
    backlog: {
      short: 'Machine-approver: works through others',
      title: 'The machine-approver works through a backlog.',
      text: 'It approved another request in the last minute, and Countersign sees no rule of its that this one breaks.',
      todo: 'It can be approved here meanwhile.',
    },
    handles: {
      short: 'Machine-approver: handles it',
      title: 'As far as Countersign can tell, the machine-approver handles this.',
      text: 'Countersign sees no rule of its that the request breaks.',
      todo: 'It can be approved here meanwhile.',
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
      short: 'No answer from kube-controller-manager',
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
      text: 'A denial is final for this request. The kubelet files another one, usually within seconds. For an hour or two the new one is suspicious here. {beside}',
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
          text: 'The machine has its certificates, but its kubelet has not registered a Node: it cannot reach the API server, it no longer runs, or its Node was deleted.',
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
      short: 'NotReady: {reason}',
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
  beside,
  /** The party that must act next. */
  holders: {
    admin: 'Up to you',
    otherAdmin: 'Up to someone who may approve',
    machineApprover: 'Up to the machine-approver',
    approver: 'Up to the automatic approver',
    signer: 'Up to the signer',
    kubelet: 'Up to the kubelet',
  },
  /** Fallback for a hold that this build does not know. */
  unlisted: 'Another reason than this page knows: load it again',

  commands: {
    approverOperator: 'Look at the machine-approver',
    approverLog: 'What the machine-approver says',
    approverConfig: 'Its configuration',
    approverRestart: 'Restart the machine-approver',
    annotate: 'Have it look at this request again',
    machines: 'The Machines and their nodes',
    signerPods: 'Look at kube-controller-manager',
    describe: 'Look at the request',
    describeNode: 'Look at the Node',
    kubeletLog: 'The kubelet’s log, on the machine itself',
  },

  brake: {
    near: (pending: number, limit: number) =>
      `The machine-approver’s brake is near: ${pending} node requests of the last hour wait, its limit is ${limit}.`,
    tripped: (pending: number, limit: number) =>
      `The machine-approver’s brake is on: ${pending} node requests of the last hour wait, more than ${limit}.`,
    text: 'While its brake is on, it approves nothing. Countersign counts as OpenShift 4.16 and later does.',
    todo: `What helps: ${relief}`,
    /** Shown beside the brake while it is on. */
    after: 'Restart the machine-approver afterwards: it then looks at all requests again.',
  },
}

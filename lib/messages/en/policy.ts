import { requests } from '#lib/messages/en/counts.ts'
import { span } from '#lib/messages/en/times.ts'

const times = (count: number) => (count === 1 ? 'once' : `${count} times`)

/** The page of the policy: in words, compared with people's decisions, and its editor. */
export const policy = {
  title: 'Policy',
  failed: 'The policy cannot be read',

  head: {
    builtIn: 'The built-in policy',
    builtInText:
      'No policy document is set, so the defaults stand and nothing is approved without a person. Start Countersign with `--policy` and a file, or `configmap:<namespace>/<name>`, to have one of your own.',
    /** Shown where a place for a policy holds none. */
    builtInFor: {
      file: 'One of your own belongs in the file {where}.',
      configMap: 'One of your own belongs in the ConfigMap {where}, key `policy.yaml`.',
    },
    generation: 'Generation {generation}',
    since: (when: string) => `in force since ${when}`,
    file: 'In the file {where}.',
    configMap: 'In the ConfigMap {where}, key `policy.yaml`.',
  },

  /** Modes of a policy. */
  modes: { off: 'Off', shadow: 'Shadow', act: 'Acting' },

  text: {
    aside: 'What a request may ask for, and who may approve it',
    label: 'The text of the policy',
    edit: 'Edit…',
    edits: {
      inForce: 'This text is in force. Edit… edits it.',
      notInForce: 'This text was refused and is not in force. Edit… edits it.',
      first:
        'No policy is kept yet: this is what is built in. Edit… edits a copy, which comes into force once it is saved.',
      copy: 'Edit… edits a copy: you may not write the policy here. The page then shows what to apply instead.',
      builtIn:
        'This is what is built in. Edit… edits a copy, which comes into force where Countersign is started with it.',
    },
  },

  acts: {
    label: 'Who approves without a person',
    question: 'Without a person',
    inForce: 'Policy in force',
    states: {
      act: {
        name: 'Acts',
        text: 'An approver is running. It approves what this policy lets it, and never denies.',
      },
      shadow: {
        name: 'Shadow',
        text: 'An approver is running and watches. It says what it would approve, and approves nothing.',
      },
      paused: {
        name: 'Stopped',
        text: 'The approver approves nothing. People can still approve.',
      },
      brake: {
        name: 'Brake is on',
        text: 'The approver has stopped itself where its limit was reached, until a person releases the brake.',
      },
      off: {
        name: 'No program',
        text: 'The policy’s mode is off: no program approves here by it.',
      },
      absent: {
        name: 'No program',
        text: 'The policy would let an approver work, but none is installed.',
      },
      barred: {
        name: 'No program',
        text: 'The approver approves nothing by this policy. The reason is above.',
      },
      leaderless: {
        name: 'No program',
        text: 'An approver is installed, but none leads now.',
      },
      unknown: {
        name: 'Not known',
        text: 'The policy lets an approver work. Whether one is running is not known.',
      },
    },
    approver: {
      question: 'Approver',
      leading: {
        name: 'Running',
        text: '',
        seen: (when: string) => `{holder} leads, last heard of ${when} by its own clock.`,
      },
      leaderless: {
        name: 'Not running',
        text: 'No approver leads now.',
        seen: (when: string) => `{holder} led, last heard of ${when} by its own clock.`,
      },
      absent: { name: 'Not installed', text: 'Its Lease is not in the cluster.' },
      unknown: { name: 'Not known', text: 'Its Lease cannot be read.' },
    },
    stop: {
      by: 'Stopped by {by}.',
      byAt: (when: string) => `Stopped by {by}, ${when}.`,
      unknown: 'The key `paused` does not say by whom.',
      why: 'Reason: {why}',
      gone: 'The policy that was in force is gone from where it was kept.',
    },
  },

  stops: {
    title: 'What Stop stops',
    stops: { name: 'Stops', text: 'the approver on this cluster, for everybody, within 3 s' },
    goesOn: { name: 'Goes on', text: 'approving here by hand; your runs; alarms; the record' },
    until: { name: 'Until', text: 'a person with the same right starts it again' },
    not: { name: 'Not', text: 'OpenShift’s machine-approver: that is another program' },
  },

  pause: {
    stop: 'Stop the approver…',
    resume: 'Start the approver again…',
    stopTitle: 'Stop the approver?',
    stopText:
      'Writes `paused` beside the policy, with your name and reason. The approver looks every 2 seconds, and then approves nothing more. What it has approved stays approved; requests wait for people.',
    resumeTitle: 'Start the approver again?',
    resumeText:
      'Turns the kill switch off. In mode `act` the approver approves at once what waits and passes this policy.',
    confirmStop: 'Stop the approver',
    confirmResume: 'Start it again',
    why: 'Reason (optional; everybody who may see this page reads it)',
    writing: 'Writing…',
    stopped: 'Automatic approving is stopped',
    resumed: 'Automatic approving is on again',
    failed: 'The kill switch was not changed',
    unknown: 'It is not known whether the kill switch was changed',
    off: 'You may not write here: your role lacks `update` on this ConfigMap, or the file is not yours to write.',
    offUnknown: 'Off until the cluster has said what you may do.',
    offAbsent: 'No approver is installed here: there is nothing to stop.',
    mayNot: 'Stopping it takes the right to write the policy.',
  },

  approver: {
    barred: 'The approver approves nothing by this policy',
    brake: 'The brake has stopped the approver',
    brakeText:
      'It approved as much within an hour as the policy lets it there, and waits for a person. What is held waits for people meanwhile.',
    trips: {
      node: 'For the node {name}',
      requestor: 'For the requestor {name}',
      total: 'For all requests',
    },
    at: (when: string) => `since ${when}`,
    more: (count: number) => `and ${count} more`,
    release: 'Release the brake…',
    releaseTitle: 'Release the brake?',
    releaseText:
      'Writes the time as `released` beside the policy. The approver looks every 2 seconds, and then goes on where it was stopped. Look first why so much was asked for.',
    confirm: 'Release the brake',
    released: 'The brake is released',
    failed: 'The brake was not released',
    unknown: 'It is not known whether the brake was released',
  },

  bad: {
    bad: 'A newer text is not in force',
    badText: 'It was refused as a whole. The policy below, the last good one, stays in force.',
    badNone: 'It was refused as a whole. The policy below is what is built in.',
    trouble: 'The policy cannot be read where it is kept',
    troubleText: 'The policy below, the last one that was read, stays in force.',
    troubleNone: 'None has been read yet. The policy below is what is built in, and forbids least.',
  },

  words: {
    asks: 'What a request may ask for',
    automatic: 'Without a person',
    addresses: {
      name: 'Addresses',
      any: 'Any address that belongs to the machine.',
      some: 'Every address must lie in',
    },
    names: {
      name: 'DNS names',
      any: 'Any name that belongs to the machine.',
      some: 'Every DNS name must match',
    },
    limitClients: {
      name: 'Client requests',
      yes: 'A machine outside of these is suspicious already.',
      no: 'A machine outside of these may join: its serving request is held back.',
    },
    lifetime: {
      name: 'Lifetime',
      text: (seconds: number) => `At most ${span(seconds)} may be asked for.`,
    },
    requestors: {
      name: 'Bootstrap requestors',
      any: 'Only those that the platform has.',
      some: 'Those that the platform has, and',
    },
    rebootstrap: {
      name: 'Re-bootstrap',
      allowed:
        'A Node that is NotReady may ask for a new client certificate; a person looks at it.',
      forbidden: 'A request for a Node that exists is suspicious, Ready or not.',
    },
    expected: {
      name: 'Expected machines',
      open: 'A machine that is not on the list is not suspicious for that.',
      complete: 'The list is complete: a machine that is not on it is suspicious.',
    },
    machines: {
      name: 'Machines',
      any: 'Machines in openshift-machine-api are believed. Machines of Cluster API are believed where they are of the cluster that most Nodes here say they belong to.',
      some: 'To be believed, a Machine must lie in',
    },
    signers: {
      name: 'Other signers',
      any: 'Requests of other signers cannot be approved from here.',
      some: 'One at a time, those of',
    },
    secondPerson: {
      name: 'Two people',
      none: 'One person is enough.',
      suspicious: 'Suspicious requests',
      controlPlane: 'machines of the control plane',
      some: (what: string, within: number) =>
        `${what} take two different people within ${span(within)}.`,
      and: ' and ',
      controlPlaneOnly: 'Machines of the control plane',
    },
    rules: {
      name: 'Rules of your own',
      none: 'None.',
    },
    mode: { name: 'Mode' },
    accept: {
      name: 'Serving requests',
      verified: 'Only what something independent confirms: verified.',
      plausible: 'What is well-formed and contradicted by nothing: plausible, too.',
    },
    clients: {
      name: 'Client requests',
      yes: 'Approved, too, when an identity check passes.',
      no: 'Left to people.',
    },
    required: {
      name: 'Must pass',
      any: 'No check beyond those that fail.',
      some: '“Unknown” is not enough for',
    },
    limits: {
      name: 'Brake',
      text: (perNode: number, perRequestor: number, total: number) =>
        `Within an hour ${times(perNode)} for a node, ${times(perRequestor)} for a requestor, ${times(total)} in all. Then it stops until a person releases it.`,
    },
  },

  shadow: {
    title: 'What it would have done',
    hint: 'What this policy would have done by itself in the last 24 hours, beside what was done. Its limits are counted as if each request was approved when it was filed. Where a limit is reached, the rest waits: when a person would have released the brake is not known.',
    filter: 'Machine, request or who decided',
    clearFilter: 'Clear the filter',
    show: 'Show',
    table: 'What the policy would have done',
    all: 'All',
    compared: {
      wouldApprove: 'Differences',
      wouldLeave: 'Left to people',
      cannotTell: 'Cannot tell',
      same: 'Same',
    },
    columns: {
      machine: 'Machine',
      done: 'What was done',
      policy: 'The policy would',
    },
    fates: {
      pending: 'Waits',
      approved: 'Approved',
      denied: 'Denied',
      failed: 'Failed at the signer',
      deleted: 'Deleted while it waited',
    },
    waitsSince: (when: string) => `since ${when}`,
    by: {
      countersign: 'by {by}',
      approver: 'by the approver, {by}',
      machineApprover: 'by the machine-approver',
      controllerManager: 'by kube-controller-manager',
      kubectl: 'with kubectl',
      other: 'by something else',
    },
    approve: 'Approve',
    approveDenied: 'Approve, although it was denied',
    leave: 'Leave it to a person',
    confirmed: 'It is {verdict}',
    because: {
      decided: 'It was decided already',
      otherSigner: 'It is not for a kubelet’s signer',
      clients: 'Client requests are left to people',
      superseded: 'The kubelet waits for a newer one',
      refused: 'It is refused',
      suspicious: 'It is suspicious',
      notVerified: 'Nothing independent confirms it',
      requiredUnknown: 'A check that must pass could not be made',
      secondPerson: 'It takes two people',
      asking: 'Its kubelet is being asked what it presents',
    },
    held: {
      node: 'Its brake: the limit for one node is reached',
      requestor: 'Its brake: the limit for one requestor is reached',
      total: 'Its brake: the limit in all is reached',
    },
    unjudged: {
      name: 'Cannot tell',
      notSeenPending:
        'Not kept from when it waited: decided before Countersign started, or to make room',
      heardLate: 'Decided while the connection was lost',
      notAnswered: 'Its kubelet had not answered here yet when it was decided',
      tooLarge: 'It asks for too much to be kept',
    },
    others: ({ same, wouldLeave, cannotTell }: Readonly<Record<string, number>>) => [
      same !== 0 && `${same} the same.`,
      wouldLeave !== 0 && `${wouldLeave} left to people by this policy: that is no difference.`,
      cannotTell !== 0 && `${cannotTell} cannot be told.`,
    ],
    cut: (shown: number, matching: number) =>
      `The first ${shown} of ${requests(matching)}: filter to find the others.`,
    since: (when: string, isRecorded: boolean) =>
      `Watched since ${when}. ${isRecorded ? 'Kept in the record: only what is decided while Countersign is down is missing.' : 'Kept in memory: a restart begins anew.'} A request is shown as superseded only where it was so while it waited.`,
    none: 'No request in the last 24 hours',
    noneText: 'As soon as a kubelet files one, it appears here with what the policy would do.',
    noneOf: {
      wouldApprove: 'No difference in the last 24 hours',
      wouldLeave: 'No request is left to people',
      cannotTell: 'No request that cannot be told',
      same: 'No request was treated the same',
    },
    showAll: 'Show all',
    noMatch: 'No request matches the filter',
    failed: 'What the policy would have done cannot be read',
  },

  editor: {
    title: 'Edit the policy',
    hint: {
      inForce:
        'You edit the policy in force. Nothing changes until you save. What it would do shows at once.',
      notInForce:
        'You edit a text that is not in force. Nothing changes until you save. What it would do shows at once.',
      first:
        'You edit a copy of what is built in. It comes into force once you save it. What it would do shows at once.',
      copy: 'You edit a copy. Nothing changes by what is written here. What it would do shows at once.',
      builtIn:
        'You edit a copy. Nothing changes by what is written here. What it would do shows at once.',
    },
    text: 'The policy, in YAML',
    effect: 'What it would change',
    checking: 'Trying it on the last 24 hours…',
    unchanged: 'The same text as the one that is kept.',
    changes: (count: number) =>
      count === 1
        ? '1 request of the last 24 hours would change'
        : `${count} requests of the last 24 hours would change`,
    mode: (before: string, after: string) => `The mode changes from ${before} to ${after}.`,
    noChanges: 'No request of the last 24 hours would change',
    cannotTell: (count: number) => `For ${requests(count)} it cannot be told.`,
    nowApproved: 'would be approved',
    nowLeft: 'would be left to a person',
    more: (count: number) => `and ${count} more`,
    failed: 'It cannot be tried',
    save: 'Save policy',
    saved: 'Policy saved',
    savedText: 'It is in force here. The approver looks every 2 seconds.',
    noPlace:
      'Countersign was started without a policy. Put this text in a file, and start it with `--policy <file>`.',
    outcomes: {
      forbidden: 'You may not write the policy',
      unknown: 'It is not known whether the policy was saved',
      error: 'The policy was not saved',
      refused: 'The policy was refused',
      changed: 'Another person or program saved a policy meanwhile',
    },
  },
}

import { machines } from '#lib/messages/en/counts.ts'
import { longSpan, span } from '#lib/messages/en/times.ts'

export const board = {
  title: 'Machines',

  summary: {
    label: 'Summary',
    needs: { mine: 'Needs you', others: 'Needs approval' },
    machines,
    pastTheHour: (count: number) => `${count} past the hour`,
    nextDeadline: 'Next deadline',
    noneLeft: 'None left',
    longestPast: (span: string) => `{name} is longest past, ${span}`,
    noDeadline: 'None',
    whyNoDeadline: {
      heldBack: (count: number) =>
        count === 1
          ? '1 is held back; it has no deadline'
          : `${count} are held back; they have no deadline`,
      noRight: () => 'You may not approve what waits',
      noDeadline: () => 'What waits has no deadline',
    },
    until: { mine: 'Until you approve', others: 'Until they are approved' },
    execAndLogs: (count: number) =>
      `\`exec\` and \`logs\` unavailable on ${count === 1 ? '1 node' : `${count} nodes`}`,
    execAndLogsFine: '`exec` and `logs` work on every Ready node',
    execAndLogsUnknown: (count: number) =>
      count === 0
        ? 'Whether `exec` and `logs` work is not known'
        : `\`exec\` and \`logs\` not known to work on ${count === 1 ? '1 node' : `${count} nodes`}`,
    noneReady: 'No node is Ready yet',
    operators: 'Operators waiting: {names}',
    operatorsMore: (count: number) => `and ${count} more`,
    operatorsAlso: (count: number) =>
      count === 1 ? '1 operator is not available' : `${count} operators are not available`,
    operatorsAlsoTitle: 'Also unavailable, for another reason',
    operatorsTitle: 'Operators that are not available',
    bulk: (count: number) => `Approve ${machines(count)}…`,
    bulkNone: 'Nothing to approve in bulk',
    bulkNoneSpoken: 'No waiting machine is verified or plausible.',
    bulkHint: (verified: number, plausible: number) =>
      plausible === 0
        ? `${verified} verified`
        : verified === 0
          ? `${plausible} plausible: tick them to include them`
          : `${verified} verified · ${plausible} more ${plausible === 1 ? 'needs' : 'need'} your tick`,
    off: {
      notLive: 'Off while disconnected',
      notRead: 'Off until it can be judged',
      unauthorized: 'Off until you sign in to the cluster',
      withheld: 'Off until it can be judged',
    },
    clientOnly: 'Client requests only',
    servingOnly: 'Serving requests only',
    offNoPermission: 'You have no permission',
    bulkRegion: 'Bulk approval',
  },

  returning: {
    title: 'Have joined before',
    table: 'Machines that have joined before',
    order: 'Control plane first.',
    silent: (since: string) => `Silent since ${since}.`,
    /** Shown above the list, which has their rows. `{names}`: one to three machines. */
    few: {
      text: (count: number, since: string | null) =>
        [
          count === 1 ? '{names} has joined before' : '{names} have joined before',
          since === null ? '.' : ` and went silent ${count === 1 ? 'at' : 'since'} ${since}.`,
        ].join(''),
      advice: (count: number): string =>
        count === 1
          ? 'Approve it if you reinstalled or restarted it; if not, find out first.'
          : 'Approve them if you reinstalled or restarted them; if not, find out first.',
      between: { others: ', ', last: ' and ' },
      show: (count: number) => (count === 1 ? 'Show' : `Show ${count}`),
    },
    note: {
      title: 'This looks like a cluster that was switched off.',
      text: (count: number, within: string | null) =>
        [
          count === 1 ? '1 node' : `${count} nodes`,
          ` stopped reporting${within === null ? '' : ` within ${within}`} and now `,
          count === 1
            ? 'asks for a new client certificate. If you know of the shutdown, approve it. '
            : 'ask for new client certificates. If you know of the shutdown, approve them, control plane first. ',
          'If you do not, find out first: an attacker with a bootstrap token can ask under ',
          count === 1 ? 'this name, too.' : 'these names, too.',
        ].join(''),
    },
    roles: {
      controlPlane: {
        title: 'Control plane',
        why: 'First, so that the rest can be scheduled and signed.',
      },
      platform: {
        title: 'Infra and storage',
        why: 'Next: ingress, the image registry and volumes run here.',
      },
      worker: { title: 'Workers', why: 'Last.' },
      silent: (silence: string) => `Silent for ${silence}.`,
    },
    whatWaits: {
      title: 'What waits on them',
      nodes: {
        title: 'Nodes',
        text: (count: number) =>
          count === 1
            ? '1 is NotReady: no new Pod is placed there.'
            : `${count} are NotReady: no new Pod is placed there.`,
      },
      execAndLogs: {
        title: '`exec` and `logs`',
        text: (count: number, all: number) =>
          `Unavailable on ${count} of ${all === 1 ? '1 node' : `${all} nodes`}.`,
      },
      operators: { title: 'Operators', text: '{names}' },
      machineApprover: {
        title: 'Machine-approver',
        text: 'By its rules it approves none of these while their Nodes exist.',
      },
    },
    /** Shown in the summary. */
    silentSince: 'Silent since',
    silence: (span: string, within: string | null) =>
      within === null ? span : `${span}, all within ${within}`,
    joinedBefore: (count: number) => `${count} ${count === 1 ? 'has' : 'have'} joined before`,
    plan: (count: number) => `Plan for ${machines(count)}…`,
    planHint: 'Nothing is ticked. You see all first.',
  },

  toolbar: {
    filter: 'Filter machines',
    clearFilter: 'Clear the filter',
    verdict: 'Verdict',
    all: 'All',
    heldBack: 'Held back',
    sort: 'Sort',
    sorts: {
      deadline: 'Least time left first',
      name: 'By name',
      newest: 'Newest first',
    },
  },

  sections: {
    waiting: { mine: 'Waiting for you', others: 'Waiting for approval' },
    newHere: { title: 'New here', hint: 'No node of this name, or one that is alive.' },
    waitingTable: { mine: 'Machines waiting for you', others: 'Machines waiting for approval' },
    stopped: 'Did not get through',
    onTheirWay: 'On their way',
    joined: 'Joined in the last hour',
    others: 'Other requests',
    hints: {
      stopped: 'Final for the request. The kubelet files another.',
      onTheirWay: 'Approved. The signer or the kubelet has the next move.',
      others: 'Not from a kubelet joining. Reviewed one at a time, never in bulk.',
    },
    asOf: (time: string) => `as of ${time}`,
    counting: 'still being counted',
    reading: 'Reading requests from the cluster…',
  },

  /** Machines that joined, in one line. */
  joined: {
    count: machines,
    took: (count: number, took: string) => `${count === 1 ? 'in' : 'median'} ${took}`,
    between: ', ',
    fine: '`exec` and `logs` work',
    without: (count: number) => `\`exec\` and \`logs\` do not work on ${count}`,
  },

  columns: {
    machine: 'Machine',
    role: 'Role',
    stage: 'Stage',
    verdict: 'Verdict',
    timeLeft: 'Time left',
    action: 'Action',
    select: 'Select',
    progress: 'What happens now',
    since: 'Since',
    how: 'How it went',
    when: 'When',
    request: 'Request',
    signer: 'Signer',
    requestor: 'Requestor',
    age: 'Age',
  },

  row: {
    select: (name: string) => `Select ${name}`,
    selectAll: 'Select all machines that can be approved together',
    selectAllReturning: 'Select all machines that have joined before',
    cannotSelect: {
      suspicious: (name: string) => `${name}: not selectable, suspicious`,
      refused: (name: string) => `${name}: not selectable, refused`,
      off: (name: string) => `${name}: not selectable, approving is off`,
    },
    noAddress: 'no address yet',
    rebootstrapping: 'Re-bootstrapping',
    /** Words about the Node. `{since}` is a moment, `{age}` a span. */
    existingNode: {
      silent: 'Silent since {since}, {age} old',
      notReady: 'NotReady since {since}, {age} old',
    },
    noDeadline: 'No deadline',
    more: (name: string) => `More actions for ${name}`,
    unnamed: 'names no node that can be shown',
    since: (seconds: number) => `for ${longSpan(seconds)}`,
    ago: (seconds: number) => (seconds < 60 ? 'just now' : `${span(seconds)} ago`),
    joined: (time: string, seconds: number | null) =>
      seconds === null ? `Joined ${time}` : `Joined ${time} in ${longSpan(seconds)}`,
    execAndLogs: {
      available: '`exec` and `logs` available',
      unavailable: '`exec` and `logs` unavailable',
      unknown: 'Whether `exec` and `logs` work is not known',
    },
    approvedBy: {
      client: 'Client approved by {by}',
      serving: 'Serving approved by {by}',
    },
    approved: { client: 'Client approved', serving: 'Serving approved' },
    servingNext: 'The kubelet files its serving request next',
    /** Fate of the serving request that is still to come. */
    serving: {
      unfollowed: {
        mine: 'Not followed: you approve serving',
        others: 'Not followed: serving will wait',
      },
      perhaps: 'A run may approve its serving request',
      followed: (until: string) => `Serving approved as it arrives, until ${until}`,
    },
    waitingForReady: 'Waiting for Ready',
    failed: 'Failed at the signer',
    denied: 'Denied',
    deniedBy: 'Denied by {by} at {time}',
    /** A quotation. The user is known only where Countersign wrote the note. */
    deniedByWith: 'Denied by {by} at {time}: “{note}”',
    deniedWith: 'Denied at {time}: “{note}”',
    gone: 'No longer in the cluster',
  },

  verdict: {
    reading: 'Reading the checks…',
    /** Shown below the checks of a card. */
    next: {
      verified: 'Checked again right before each approval.',
      plausible:
        'Add it to Expected to make it verified. Checked again right before each approval.',
      suspicious: 'Held back. Its page says what to do.',
      refused: 'It can be denied, not approved.',
    },
    legend: {
      title: 'What the verdicts mean',
      guide: 'More about verdicts in the guide',
      means: {
        verified:
          'No check fails, and a source that the machine cannot write says that it belongs here. One click; ticked in bulk.',
        plausible:
          'Nothing is wrong, and nothing independent confirms it. Usual on bare metal. One click; in bulk with your tick.',
        suspicious: 'A check fails. Held back: you type the node’s name to approve.',
        refused:
          'It cannot be shown as it would be signed, or asks for what no kubelet may have. It can be denied, not approved.',
      },
    },
  },

  others: {
    hostileName: 'Name has characters kubectl would print raw',
    review: (name: string) => `Review ${name}`,
  },

  menu: {
    open: 'Open machine',
    openRequest: 'Open request',
    /** Meaning of "Approve worker-07". */
    approveText: (duplicates: number) =>
      duplicates === 0
        ? 'Its client request now, its serving request when it arrives'
        : `Its client request and ${duplicates === 1 ? '1 older duplicate' : `${duplicates} older duplicates`} now, its serving request when it arrives`,
    approveWithNote: 'Approve with a note…',
    deny: 'Deny…',
    copyName: 'Copy name',
  },

  selection: {
    deny: (count: number) => `Deny ${machines(count)}…`,
    approve: (count: number) => `Approve ${machines(count)}…`,
  },

  empty: {
    title: { mine: 'No machine is waiting for you', others: 'No machine is waiting for approval' },
    titleStale: {
      mine: (time: string) => `No machine was waiting for you at ${time}`,
      others: (time: string) => `No machine was waiting for approval at ${time}`,
    },
    live: {
      noNodes: 'The cluster has no nodes yet.',
      fine: (count: number) =>
        count === 1
          ? 'The one node is Ready, and `exec` and `logs` work on it.'
          : `All ${count} nodes are Ready, and \`exec\` and \`logs\` work on each of them.`,
      ready: (count: number) =>
        count === 1 ? 'The one node is Ready.' : `All ${count} nodes are Ready.`,
      notReady: (notReady: number, count: number) =>
        `${notReady} of ${count} nodes ${notReady === 1 ? 'is' : 'are'} NotReady, though none of them waits for a certificate.`,
      execUnavailable: (count: number) =>
        `\`exec\` and \`logs\` do not work on ${count === 1 ? '1 node' : `${count} nodes`}.`,
      next: 'New machines appear here as soon as their kubelet files a request. From then there is one hour.',
    },
    /** Variants for a list that is not live. */
    stale: {
      noNodes: 'The cluster had no nodes yet.',
      fine: (count: number) =>
        count === 1
          ? 'The one node was Ready, and `exec` and `logs` worked on it.'
          : `All ${count} nodes were Ready, and \`exec\` and \`logs\` worked on each of them.`,
      ready: (count: number) =>
        count === 1 ? 'The one node was Ready.' : `All ${count} nodes were Ready.`,
      notReady: (notReady: number, count: number) =>
        `${notReady} of ${count} nodes ${notReady === 1 ? 'was' : 'were'} NotReady, though none of them waited for a certificate.`,
      execUnavailable: (count: number) =>
        `\`exec\` and \`logs\` did not work on ${count === 1 ? '1 node' : `${count} nodes`}.`,
      next: 'Machines that came since appear here once the list is live again.',
    },
    viewOthers: (count: number) =>
      count === 1 ? 'View 1 other request' : `View ${count} other requests`,
    viewNodes: 'View nodes',
    lastJoined: 'Last joined',
    noneJoined: 'None lately: Kubernetes lists decided requests for an hour or two.',
    afterFirstRequest: (time: string, took: string) => `${time}, ${took} after the first request`,
    renewal: (inSpan: string, count: number) =>
      `The next serving certificates end in ${inSpan}, on ${count === 1 ? '1 node' : `${count} nodes`}. The kubelets ask for new ones before that; those requests need approval too.`,
    noMatch: 'No machine matches the filter',
    clearFilter: 'Clear the filter',
  },

  permission: {
    none: 'You can view requests, but not approve or deny them.',
    client: 'You can view and approve client requests, but not serving requests.',
    serving: 'You can view and approve serving requests, but not client requests.',
    missingApproval:
      '{user} is missing the verb `update` on `certificatesigningrequests/approval`. A person who has it must decide.',
    missingSigners:
      '{user} is missing the verb `approve` on `signers.certificates.k8s.io` named {signers}.',
    stopAtClient: 'Machines stop at “Client issued” until a person who has it approves.',
    stopAtStart: 'New machines cannot start until a person who has it approves.',
  },

  spoken: {
    minutesLeft: (name: string, minutes: number) => `${name} has ${minutes} minutes left.`,
    overdue: (name: string) => `${name} is past the hour.`,
    overdueMany: (count: number) => `${count} machines are past the hour.`,
    newWaiting: (count: number) =>
      count === 1 ? '1 new machine is waiting.' : `${count} new machines are waiting.`,
    ready: (name: string) => `${name} is Ready.`,
    readyMany: (count: number) => `${count} machines are Ready.`,
    unselected: (name: string) => `${name} is suspicious and was removed from the selection.`,
    unselectedMany: (count: number) =>
      `${count} machines are no longer safe and were removed from the selection.`,
  },
}

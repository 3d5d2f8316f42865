import { machines, need, requests, type Whose } from '#lib/messages/en/counts.ts'
import { longSpan, span } from '#lib/messages/en/times.ts'
import { clock } from '#lib/messages/grammar/time.ts'

/** Counts above 0 with their words, in singular or plural. */
function listed(counts: readonly (readonly [number, string, string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`)
    .join(', ')
}

/** The bulk approval: its plan, its progress, its report. */
export const bulk = {
  /** A plan as a script, whose comments are a shell's lines. */
  script: {
    save: 'Save as a script',
    label: 'Save as a script for a change ticket: it approves by name, without the checks of a run',
    title: (ofMachines: number, ofRequests: number, at: string) =>
      `Approvals of a plan of Countersign, ${at}: ${machines(ofMachines)}, ${requests(ofRequests)}.`,
    byName: [
      'This approves by name. Countersign checks each request again right before it approves it: that it',
      'is still the one below, by uid and bytes, and passes every check. This script does not.',
    ],
    leftOut: (name: string) =>
      `Left out: the name ${name} holds characters that a shell or a reader may take for others.`,
  },

  preflight: {
    title: (count: number, offered: number) =>
      count > 0
        ? `Approve ${machines(count)}`
        : offered > 0
          ? 'Approve machines'
          : 'Nothing to approve together',
    description: 'Each request is read and checked again the moment before it is approved.',
    /** The bulk covers the whole cluster although the page is filtered. */
    beyondFilter: {
      title: (outside: number, count: number) =>
        outside < count
          ? `This goes beyond the filter: ${outside} of these ${machines(count)} ${outside === 1 ? 'is' : 'are'} not in view.`
          : count === 1
            ? 'This goes beyond the filter: the machine is not in view.'
            : `This goes beyond the filter: none of these ${machines(count)} is in view.`,
      text: 'To approve only some, cancel and tick their rows.',
    },
    verified: {
      title: 'Verified',
      text: (_count: number) =>
        'Every check passes, and an independent source confirms each machine.',
    },
    plausible: {
      title: 'Plausible',
      text: (count: number): string =>
        count === 1
          ? 'Nothing is wrong, nothing confirms it. Tick if you expect it.'
          : 'Nothing is wrong, nothing confirms them. Tick if you expect them.',
    },
    rebootstrapping: {
      title: 'Say they are a node that exists',
      text: (count: number): string =>
        count === 1
          ? 'A node of this name is here and went silent. Tick if you reinstalled or restarted it: the new key gets the old name.'
          : 'Nodes of these names are here and went silent. Tick if you reinstalled or restarted them: the new keys get the old names.',
    },
    /** A plan of machines that have joined before; the groups are worded on the board. */
    byRole: {
      title: (count: number) =>
        `Plan for ${machines(count)} that ${count === 1 ? 'has' : 'have'} joined before`,
      description:
        'In this order: a group begins when the one before it is Ready. Each new key gets the name of a node that exists.',
      shutdown: {
        title: 'I know of this shutdown.',
        text: 'More than 3 machines, or the control plane, take this tick. It is recorded.',
        needed: 'Tick that you know of this shutdown, or find out first.',
      },
    },
    heldBack: {
      title: 'Held back',
      why: {
        secondPerson: 'Takes two people',
        noVerdict: 'Not judged',
        nothingPending: 'Nothing is pending any more',
        gone: 'Gone',
        changed: 'Changed since this was opened',
        filedAnew: 'Filed a newer request since: open this plan anew',
        notPermitted: 'You lack the right for this signer',
        inRun: 'Another bulk approval has it',
      },
    },
    superseded: {
      title: (count: number) =>
        count === 1 ? '1 older duplicate too' : `${count} older duplicates too`,
      order: ', after the newest of each machine, if trusted no less by then',
    },
    serving: {
      title: 'Follow for {minutes}',
      text: {
        verified: 'and approve each machine’s serving request when it passes every check',
        plausible: 'and approve each machine’s serving request when no check fails',
      },
      minutes: 'How long to follow',
      choice: (minutes: number) =>
        minutes > 15 ? `${minutes} min, within its hour` : `${minutes} min`,
    },
    note: {
      label: 'Note',
      placeholder: 'Note for the record, for example a change number',
      hint: 'It is in the log, and in the condition of each request that is approved.',
    },
    making: 'Reading what waits…',
    notMade: 'Countersign did not answer. Close this and open it again.',
    notRead: 'Countersign no longer tells of this plan. Close it and open it again.',
    show: (count: number) => `Show ${count}`,
    hide: 'Hide',
    showFewer: 'Show fewer',
    review: 'Review',
    more: (count: number) => `and ${count} more`,
    client: 'client',
    controlPlane: 'control plane',
    serving_: 'serving',
    extra: (count: number) => ` +${count}`,
    sum: (count: number, requestCount: number, minutes: number | null) =>
      count === 0
        ? 'Nothing is ticked'
        : [
            machines(count),
            requests(requestCount),
            minutes === null ? [] : `follows ${minutes} min`,
          ]
            .flat()
            .join(' · '),
    asWhom: 'as {user}',
    approve: (count: number) => (count === 0 ? 'Approve' : `Approve ${machines(count)}`),
    nothingTicked: 'Tick at least one group.',
    noSource: 'No source',
    overdue: (seconds: number) => `overdue ${span(seconds)}`,
    left: clock,
  },

  staying: {
    text: (count: number) =>
      count === 1
        ? '1 older request stays pending. No kubelet waits for it.'
        : `${count} older requests stay pending. No kubelet waits for them.`,
    show: 'Show',
    deny: (count: number) => `Deny ${count}…`,
  },

  run: {
    title: (count: number) => `Approving ${machines(count)}`,
    description:
      'It runs on the server: close this, or the tab, whenever you like. It shows in the top bar, and ends when you sign out.',
    pausedTitle: (count: number) => `Paused: approving ${machines(count)}`,
    pausedDescription: 'Close this whenever you like. The run waits and shows in the top bar.',
    tracks: {
      clientApproved: 'Client approved',
      servingRequested: 'Serving requested',
      servingApproved: 'Serving approved',
      ready: 'Ready',
    },
    trackValue: (done: number, all: number) => `${done} of ${all}`,
    approved: (done: number, all: number) => `${done} of ${requests(all)} approved`,
    /** Replaces `approved` in a run that follows one click. */
    followed: (clicked: number, done: number) =>
      `The click approved ${requests(clicked)}, this run ${done}`,
    rate: (perSecond: number) =>
      `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} requests/s`,
    timeLeft: (seconds: number) => `about ${longSpan(seconds)} left`,
    waitingOnKubelets: (count: number) => `waiting on kubelets: ${count}`,
    heldBack: (count: number) => `held back: ${count}`,
    notNeeded: (count: number) => `not needed any more: ${count}`,
    started: (time: string) =>
      `Started ${time} as {user}. What is approved stays approved when you stop.`,
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    paused: {
      person: 'Paused by you.',
      throttled: 'The cluster is busy and asked to wait.',
      disconnected: 'The connection to the cluster is lost. The run goes on when it is back.',
      notRecorded: 'The record cannot be written. The run goes on when it can.',
      forbidden: 'The cluster no longer lets you approve. The run waits.',
      notRead:
        'The cluster no longer lets you read all that is needed. The run goes on when it does.',
      unauthorized: 'The cluster did not accept your credentials. The run tries again by itself.',
      otherUser:
        'Countersign acts as another user now: its credential was replaced. The run goes on once Countersign acts again as the user who started it. To approve the rest as the user of now, stop this run and start another.',
      actorUnknown:
        'The API server could not be asked who Countersign acts as. The run tries again by itself.',
      withheld:
        'Not all that requests are checked against is known and up to date. The run goes on when it is.',
    },
    /** Words of a run by role. The groups are worded on the board. */
    group: {
      waits: (next: string, notReady: number) =>
        `${next}: begins once ${notReady === 1 ? '1 node' : `${notReady} nodes`} of the group before ${notReady === 1 ? 'is' : 'are'} Ready.`,
      goOn: 'Go on',
      goOnNow: 'Begins the next group now.',
    },
    pausedBy: 'Paused by {user}.',
    follows: (until: string) =>
      `Follows serving requests until ${until}. Only those that pass every check.`,
    /** Reason that the run cannot be resumed. */
    otherUser: 'Off until Countersign acts again as the user who started this run.',
    pausedUntil: (seconds: number) => `Goes on in ${span(seconds)}.`,
    lines: {
      queued: 'Queued',
      approvingClient: (done: number, all: number) =>
        all > 1 ? `Approving client, ${done} of ${requests(all)}` : 'Approving client',
      approvingServing: (done: number, all: number) =>
        all > 1 ? `Approving serving, ${done} of ${requests(all)}` : 'Approving serving',
      unclear: 'The answer was lost; reading it back',
      waitingForSigner: 'Approved, waiting for the signer',
      waitingForServing: 'Client issued, waiting for its serving request',
      askingKubelet: 'Its kubelet is being asked what it presents',
      waitingForReady: 'Serving issued, waiting for Ready',
      ready: 'Ready, exec and logs work',
      heldBack: 'Held back',
      failed: 'Not approved',
      left: 'Left: the run ended before it',
      done: 'Approved',
      newerWaits: 'Approved, but a newer request waits',
      servingNotAsked: 'Client issued; its serving request is not part of this run',
      notInTime: 'No serving request within the agreed time',
      servingLeft: 'Client issued; the run ended before its serving request',
    },
    /** Next step of a person, by what the machine waits for. */
    todo: {
      heldBack: 'Look at its checks on its page.',
      failed: 'Approve it on its page, or in another plan.',
      left: 'Approve it in another plan.',
      unclear: 'The cluster answers within a minute.',
      newerWaits: 'Approve the newer one on its page.',
      servingNotAsked: 'Approve its serving request on its page.',
      notInTime: 'Approve its serving request on its page when it arrives.',
      servingLeft: 'Approve its serving request on its page when it arrives.',
    },
    outcomes: {
      changed: 'it changed since it was shown',
      gone: 'it is gone',
      forbidden: 'the cluster did not allow it',
      refused: 'Countersign refused it',
      throttled: 'the cluster was too busy',
      unknown: 'what became of it is not known yet',
      error: 'it failed',
      already: 'it was decided before',
      denied: 'it was denied',
      proposed: 'it was proposed, and takes another person',
      approved: 'approved',
    },
    list: 'Machines of this run',
    took: clock,
  },

  finished: {
    title: (ready: number, all: number) =>
      `${ready === all ? '' : `${ready} of `}${machines(all)} ${all === 1 ? 'is' : 'are'} Ready`,
    stoppedTitle: (approved: number, all: number) =>
      `Stopped: ${approved} of ${requests(all)} approved`,
    cutOffTitle: (approved: number, all: number) =>
      `Cut off: ${approved} of ${requests(all)} approved`,
    cutOff: (needsYou: number, whose: Whose) =>
      [
        'Countersign ended before the run did. Nothing resumes by itself.',
        needsYou > 0 ? `${needsYou} ${need(needsYou, whose)}.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    summary: (needsYou: number, whose: Whose, took: number) =>
      [`In ${longSpan(took)}.`, needsYou > 0 ? `${needsYou} ${need(needsYou, whose)}.` : '']
        .filter(Boolean)
        .join(' '),
    /** Requests of a run that are not approved, by their outcome. */
    others: ({
      notNeeded,
      heldBack,
      failed,
      left,
      open,
    }: Readonly<Record<'notNeeded' | 'heldBack' | 'failed' | 'left' | 'open', number>>) =>
      listed([
        [notNeeded, 'was not needed any more', 'were not needed any more'],
        [heldBack, 'is held back', 'are held back'],
        [failed, 'failed', 'failed'],
        [left, 'was not begun', 'were not begun'],
        [open, 'is not answered yet', 'are not answered yet'],
      ]),
    review: 'Review',
    notKept:
      'The machines of this run are not known after a restart. Activity has each of its decisions.',
    operatorsWaiting: 'Operators waiting: {names}',
    copy: 'Copy report',
    copied: 'Report copied',
    asPage: 'Open as a page',
    done: 'Done',
  },

  /** Read by screen readers. */
  spoken: {
    started: (machineCount: number, requestCount: number) =>
      `Approving ${machines(machineCount)}, ${requests(requestCount)}.`,
    progress: (done: number, all: number) => `${done} of ${requests(all)} approved.`,
    paused: {
      person: 'The bulk approval is paused.',
      throttled: 'The bulk approval is paused: the cluster is busy and asked to wait.',
      disconnected: 'The bulk approval is paused: the connection to the cluster is lost.',
      notRecorded: 'The bulk approval is paused: the record cannot be written.',
      forbidden: 'The bulk approval is paused: the cluster no longer lets you approve.',
      notRead:
        'The bulk approval is paused: the cluster no longer lets you read all that is needed.',
      unauthorized: 'The bulk approval is paused: the cluster did not accept your credentials.',
      otherUser: 'The bulk approval is paused: Countersign acts as another user now.',
      actorUnknown:
        'The bulk approval is paused: the API server could not be asked who Countersign acts as. It is tried again by itself.',
      withheld:
        'The bulk approval is paused: not all that requests are checked against is known and up to date.',
    },
    resumed: 'The bulk approval goes on.',
    finished: (done: number, all: number) =>
      `The bulk approval is done: ${done} of ${requests(all)} approved.`,
    stopped: (done: number, all: number) =>
      `The bulk approval is stopped: ${done} of ${requests(all)} approved.`,
    needYou: (names: readonly string[], more: number, whose: Whose) =>
      `${names.length + more === 1 ? 'One machine' : machines(names.length + more)} ${need(names.length + more, whose)}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    staying: (count: number) =>
      `${count === 1 ? '1 older request stays' : `${count} older requests stay`} pending.`,
  },

  chip: {
    running: (done: number, all: number) => `Approving, ${done} of ${all}`,
    paused: (done: number, all: number) => `Paused at ${done} of ${all}`,
    /** A pause that ends by itself. */
    waits: (why: string, done: number, all: number) => `${why}, ${done} of ${all}`,
    stopped: (done: number, all: number) => `Stopped at ${done} of ${all}`,
    cutOff: (done: number, all: number) => `Cut off at ${done} of ${all}`,
    finished: (needsYou: number, whose: Whose) =>
      needsYou > 0 ? `Done, ${needsYou} ${need(needsYou, whose)}` : 'Bulk approval done',
    several: (count: number, done: number, all: number) => `${count} runs, ${done} of ${all}`,
    of: (user: string, text: string) => `${user}: ${text}`,
    open: 'Open the bulk approval',
  },

  /** Shown on the board for a run that ended with the server's process. */
  cutOff: {
    title: 'A bulk approval was cut off when Countersign ended.',
    text: (waiting: number, whose: Whose) =>
      `${machines(waiting)} of it still ${need(waiting, whose)}. It was begun by {user}, {time}. Nothing resumes by itself.`,
    show: 'Show them',
  },

  /** Words for several requests at once. */
  list: {
    title: 'Bulk approvals',
    open: 'Open',
    all: 'All runs',
  },
}

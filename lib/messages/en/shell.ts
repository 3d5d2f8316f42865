import { span } from '#lib/messages/en/times.ts'

const number = (value: number) => value.toLocaleString('en-GB')

export const shell = {
  skip: 'Skip to content',
  home: 'Countersign, machines',
  main: 'Main',
  opening: 'Opening the page…',
  tabs: {
    machines: 'Machines',
    requests: 'Requests',
    nodes: 'Nodes',
    expected: 'Expected',
    policy: 'Policy',
    activity: 'Activity',
  },
  cluster: 'Cluster',
  clusterServer: 'API server',
  clusterVersion: 'Version',
  clusterUser: 'Acting as',
  waiting: {
    mine: (count: number) =>
      count === 1 ? '1 machine waiting for you' : `${count} machines waiting for you`,
    others: (count: number) =>
      count === 1 ? '1 machine waiting for approval' : `${count} machines waiting for approval`,
  },
  theme: 'Switch between light and dark',
  language: { title: 'Language', browser: 'As the browser' },
  searchShort: 'Search or run…',
  keys: 'Keyboard shortcuts',
  help: {
    title: 'Help',
    version: (version: string) => `Countersign ${version}`,
    guide: 'Guide',
    /** Accessible name of a link whose text is `guide`. */
    guideHere: 'Guide to this page',
    whatIsNew: 'What is new',
    onThisPage: 'On this page',
    /** Above a document that is not in the reader’s language. */
    inEnglish: 'This document is in English.',
    code: 'Code',
  },
  actingAs: (user: string) => `Acting as ${user}`,
  signOut: 'Sign out',

  demo: {
    label: 'Demo',
    title: 'This is a demo.',
    text: 'Its cluster came with it and ends with it: nothing here reaches one of yours.',
  },
  insecure: {
    label: 'Unchecked connection',
    title: 'The API server’s certificate is not checked.',
    text: 'The kubeconfig says `insecure-skip-tls-verify`: an attacker on the network can show you any request as any machine’s, and take your credential. Put the cluster’s CA into it instead.',
  },

  record: {
    trouble: (when: string) => `Nothing can be recorded since ${when}`,
    full: (when: string) => `The record’s volume is full since ${when}`,
    fullText:
      'To make room, refused tries and sign-ins are deleted first, then requests as first seen. Who decided what is deleted last. Give the volume more room, or the record fewer bytes.',
    required: 'The record is required: nothing is decided until it can be written again.',
    optional:
      'Decisions go on, and are on standard output as before. What waits is recorded once that is possible; after 50,000 entries what comes is lost.',
    remedy:
      'Free space where the record is, or bring its database back. The server’s log says what is in the way.',
  },

  connection: {
    live: 'Live',
    liveSpoken: ', connected to the cluster',
    connecting: 'Connecting',
    reconnecting: 'Reconnecting',
    reconnectingSince: (seconds: number) => `Reconnecting, last update ${span(seconds)} ago`,
    stale: 'Stale',
    staleSince: (seconds: number) => `Stale, last update ${span(seconds)} ago`,
    forbidden: 'No access',
    unauthorized: 'Signed out by the cluster',
    unreachable: 'Cluster unreachable',
    withheld: 'Not live',
    signedOut: 'Signed out',
  },

  banner: {
    lost: (seconds: number) =>
      `Connection to the cluster lost. What you see is ${span(seconds)} old.`,
    lostUnknown: 'Connection to the cluster lost. What you see may be old.',
    lostServer: (seconds: number) =>
      `Connection to Countersign lost. What you see is ${span(seconds)} old.`,
    stale: (seconds: number) =>
      `Nothing heard from the cluster for ${span(seconds)}. What you see may be old.`,
    /** `before`: the source was readable before, and its last objects stay in use. */
    sourceLost: {
      nodes: {
        title: 'The cluster’s nodes cannot be read just now.',
        never:
          'Requests cannot be checked against them: one for a node that exists would look like one for a new machine.',
        before:
          'Requests are checked against those that were read last: one for a node that is there only since would look like one for a new machine.',
        forbiddenTitle: 'The cluster no longer lets you read its nodes.',
        forbidden:
          'Requests can no longer be checked against them: one for a node that exists would look like one for a new machine. Approving is off until they can: ask a cluster admin for the right, or start Countersign again to go on without it.',
      },
      machines: {
        title: 'The cluster’s Machine objects cannot be read just now.',
        never:
          'Requests cannot be checked against them: nothing would confirm a machine, or contradict it.',
        before:
          'Requests are checked against those that were read last: what has changed since would neither confirm a machine nor contradict it.',
        forbiddenTitle: 'The cluster no longer lets you read its Machine objects.',
        forbidden:
          'Requests can no longer be checked against them: nothing would confirm a machine, or contradict it. Approving is off until they can: ask a cluster admin for the right, or start Countersign again to go on without it.',
      },
    },
    off: 'Approving is off until the list is current again. Countdowns keep running.',
    nextTry: (seconds: number) => `Next try in ${span(seconds)}.`,
    trying: 'Trying now.',
    forbidden: 'The cluster does not let you read its requests.',
    forbiddenText:
      'Your role needs `list` and `watch` on `certificatesigningrequests.certificates.k8s.io`. Ask a cluster admin to add:',
    unauthorized: 'The cluster no longer accepts your credentials.',
    unauthorizedText:
      'Sign in to the cluster again, as you do for `kubectl`. Countersign then goes on by itself, within a minute; until then approving is off.',
    unreachable: 'The cluster’s API server cannot be reached.',
    unreachableText:
      'Check the address in your kubeconfig and the network between here and there. Countersign keeps trying.',
    withheld: 'Nothing can be decided just now.',
    words: 'In full: {message}',
    sourceOff: {
      nodes: 'Nodes cannot be read.',
      machines: 'Machine objects cannot be read.',
      operators: 'Cluster operators cannot be read.',
      csrs: 'Requests cannot be read.',
    },
    machinesPartly: 'Not all Machine objects can be read.',
    sourceForbidden:
      'Your role lacks `get`, `list` and `watch` on them. What depends on them is shown as unknown: ask a cluster admin to add the rule.',
    setAside: (count: number) =>
      count === 1
        ? '1 object could not be read and was set aside.'
        : `${count} objects could not be read and were set aside.`,
  },

  leftOut: {
    kubelets: {
      title: 'A kubelet signer has more requests than Countersign follows.',
      text: (most: number) =>
        `There are more than ${number(most)} requests of {signers}. None of them is shown, and none can be approved or denied here, by people or automatically. What the pages say of machines is without them. Requests of the other kubelet signer go on. Find out what files them, and delete those that no machine needs: Countersign looks again every five minutes.`,
    },
    others: {
      title: (count: number | null) =>
        count === null
          ? 'Not all requests of other signers are shown.'
          : count === 1
            ? 'About 1 more request of other signers is not shown.'
            : `About ${number(count)} more requests of other signers are not shown.`,
      ofSigners: (most: number) =>
        `Requests of {signers} are left out, because with them there would be more than ${number(most)}. Those of kubelets and of every other signer are shown.`,
      ofMany: (most: number) =>
        `There are more than ${number(most)}, of too many signers to leave out each. The first of them by name are shown, and read again every five minutes. Those of kubelets are all shown.`,
      notRead: 'Requests of other signers cannot be read just now.',
      notReadText: 'Requests of kubelets are all shown.',
    },
  },

  signedOut: {
    title: {
      noKey: 'Open Countersign with its link',
      badKey: 'Open Countersign with its link',
      ended: 'Open Countersign with its link',
      unreachable: 'Open Countersign with its link',
      noAnswer: 'Countersign does not answer',
      byPerson: 'You are signed out',
      byPersonHere: 'This browser is signed out',
      notEnded: 'You may still be signed in',
    },
    noKey:
      'Countersign prints a link with a key each time it starts. Open that link: this page has no key.',
    badKey:
      'This key is not that of the running Countersign. It changes with every start: open the link it printed last.',
    ended: 'Countersign was started again, or your session ran out. Open the link it printed last.',
    byPerson:
      'Nothing of the cluster is left in this browser. A bulk approval that was running has stopped; what it approved stays approved. To sign in again, open the link that Countersign printed when it started.',
    byPersonHere:
      'Nothing of the cluster is left in this browser. But Countersign did not answer: the session may go on there until it was idle for long enough. End Countersign to end it now.',
    unreachable: 'Countersign does not answer. Is it still running?',
    noAnswer:
      'It is asked again by itself until it does. Nothing of the cluster is shown meanwhile.',
    notEnded:
      'Nothing of the cluster is shown in this browser any more. But Countersign did not answer: the next user of this browser may still be signed in as you. Sign out again.',
    signOutAgain: 'Sign out again',
    where: 'The link is in the terminal where Countersign runs.',
  },

  failed: {
    title: 'The list cannot be read',
    text: 'Countersign keeps trying. In full: {message}',
  },

  errorPage: {
    title: 'This page broke',
    text: 'Nothing was approved or denied by that. Load it again; if it breaks again, the line below helps to find out why.',
    said: 'The error says: “{said}”',
    logged: 'The log of the server has it under {id}.',
    again: 'Load again',
  },
  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the machine or the request is gone.',
    back: 'Go to machines',
  },

  spoken: {
    off: {
      notLive: 'Connection lost. Approving is off.',
      notRead: 'The cluster no longer lets you read all that is needed. Approving is off.',
      unauthorized:
        'The cluster no longer accepts your credentials. Approving is off until you sign in to it again.',
      withheld:
        'Not all that requests are checked against is known and up to date. Approving is off.',
    },
    back: 'Live again.',
  },
}

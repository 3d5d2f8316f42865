/** Team mode: signing in, who is signed in, and signed in without the right to see. */
export const signIn = {
  title: (cluster: string) => `Sign in to ${cluster}`,
  text: 'You act as yourself. Countersign can approve only what your own account can.',
  ended: {
    title: 'Your session ended.',
    text: 'It ran out, or Countersign was started again. Sign in again to go on where you were.',
  },
  byPerson: {
    title: 'You are signed out.',
    text: 'Nothing of the cluster is left in this browser. A bulk approval of yours that was running has stopped; what it approved stays approved.',
  },
  /** Texts by the code in the address after a sign-in that failed at the provider. */
  failed: {
    cancelled: {
      title: 'You did not sign in.',
      text: 'The sign-in was cancelled. Nothing has changed; try again whenever you like.',
    },
    refused: {
      title: 'The provider did not let you in.',
      text: 'It refused this sign-in, or the sign-in took too long or began in another browser. Try again; if it is refused again, ask the admin of the provider.',
    },
    unreachable: {
      title: 'The provider does not answer.',
      text: 'Countersign could not reach it. Try again in a moment. A token, where this page takes one, needs the cluster alone. People who are signed in go on until their own tokens end.',
    },
    notTaken: {
      title: 'The cluster does not know this account.',
      text: 'The provider let you in, but the API server does not accept its token. Ask a cluster admin whether the API server trusts this provider.',
    },
    slowDown: {
      title: 'Too many sign-ins at once.',
      text: 'Countersign takes some at a time, and fewer after many that failed. Nothing is wrong with your account: wait a little, then try again.',
    },
    notReady: {
      title: 'The cluster did not say who you are.',
      text: 'The provider let you in, but Countersign could not ask the API server about you. Try again in a moment. If it lasts, the log of Countersign says why.',
    },
  },
  oidc: (name: string) => `Continue with ${name}`,
  proxy: {
    text: 'A proxy in front of Countersign signs people in here. With this page it sent no sign-in, or one whose session is over.',
    again: 'Sign in again at the proxy',
    elsewhere: 'Open Countersign by the proxy’s address, then load this page again.',
  },
  loadAgain: 'Load again',
  token: {
    instead: 'Use a token instead',
    label: 'Bearer token',
    show: 'Show',
    hide: 'Hide',
    hint: 'Run `kubectl create token NAME` or `oc whoami -t` and paste the result. It stays in the server’s memory and ends with your session.',
    demoHint:
      'The terminal in which this demo was started shows a token for each of its people. Another person needs a private window or another browser.',
    submit: 'Sign in with token',
    wrong: 'The API server does not accept this token. It may have run out: make a new one.',
    slowDown: 'Too many tokens wait to be tried. Try again in a moment.',
    failed: 'It could not be tried. In full: {message}',
  },
  needs: {
    view: 'To see anything, your account needs the role of viewers.',
    approve: 'To approve, it needs the role of approvers, too.',
    ends: 'Your session ends when no page of it was in view for a while, and after 8 h at the latest.',
  },
  who: {
    signedInAs: 'Signed in as ',
    groups: 'Groups',
    noGroups: 'none',
    until: (moment: string) => `Until ${moment}`,
  },
}

export const noAccess = {
  title: 'You may not see this cluster’s requests',
  text: 'You are signed in as {name}, and that worked. Your account lacks a right that Countersign needs before it shows anything. It never shows half of a page.',
  /** Shown while the API server has not said whether the person may see the cluster. */
  unknown: {
    title: 'The API server does not say what you may see',
    text: 'You are signed in as {name}. For some minutes the API server has not answered whether your account may still see this cluster’s requests. Countersign shows and decides nothing until it does. Your rights may be as they were.',
    why: 'The last try failed',
    how: 'If this lasts, a cluster admin looks at the API server',
    label: 'Asks the API server whether it works',
  },
  missing: {
    title: 'What is missing',
    at: (moment: string) => `as the API server answered at ${moment}`,
    resource: 'RESOURCE',
    group: 'APIGROUP',
    verbs: 'VERBS',
  },
  how: {
    title: 'How to get it',
    aside: 'A cluster admin runs this',
    label: 'Gives you the right to see',
  },
  who: {
    title: 'Who the API server says you are',
    user: 'User',
    uid: 'Uid',
    groups: 'Groups',
    until: 'Signed in until',
  },
  again: 'Check again',
  byItself: (seconds: number) => `Checked again by itself every ${seconds} s.`,
}

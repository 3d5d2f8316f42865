import type { UnconfirmedWords } from '#lib/messages/check-words.ts'

/** Meaning and remedy for a plausible machine that nothing confirms. */
export const unconfirmed = {
  'identity.machine': {
    noMachineApi: {
      summary: 'This cluster has no Machine objects, as is normal on bare metal.',
      decision: 'Approve it if you added {name}.',
    },
    noMachine: {
      summary: 'No Machine object stands for {name}, though this cluster can have them.',
      decision: 'Approve it only if you added it by hand.',
    },
    otherNamespace: {
      summary: 'Machines of the namespace of {machine}, which has this name, are not believed.',
      decision: 'Approve {name} only if you added it by hand.',
    },
    otherCluster: {
      summary: 'The Machine of this name, {machine}, is not known to be of this cluster.',
      decision: 'Approve {name} only if it is to join this cluster.',
    },
    joinedBefore: {
      summary: 'Its Machine, {machine}, has joined before.',
      decision: 'Approve {name} only if you know why the machine starts over.',
    },
    approvedBefore: {
      summary: 'Another client request for its Machine, {machine}, was approved already.',
      decision: 'Approve {name} only if you know which of the two came from the machine.',
    },
    nodesUnreadable: {
      summary:
        'A Machine has this name, but Nodes cannot be read: it may be another cluster’s, or have joined before.',
      decision: 'Approve {name} only if it is to join this cluster.',
    },
    machinesUnreadable: {
      summary: 'Machine objects cannot be read, so whether one stands for {name} is not known.',
      decision: 'Look for it yourself before you approve.',
    },
    machinesPartly: {
      summary:
        'Not all Machine objects can be read, and one that cannot may contradict what the others say of {name}.',
      decision: 'Look at them yourself before you approve.',
    },
    noAddresses: {
      summary: 'Its Machine, {machine}, lists no addresses yet.',
      remedy: 'Wait until it does, or compare those that {name} asks for yourself.',
    },
    moreAddresses: {
      summary: 'Its Machine, {machine}, lists more addresses than are read here.',
      remedy: 'Compare those that {name} asks for yourself.',
    },
    deleting: {
      summary: 'Its Machine, {machine}, is being deleted.',
      decision: 'Approve {name} only if you know why it still joins.',
    },
    staleNodeRef: {
      summary: 'Its Machine, {machine}, stands for an earlier Node of this name.',
      decision: 'Approve {name} only if you know why its Node is a new one.',
    },
  },
  'identity.requestor': {
    missing: {
      summary: 'It renews the certificate of {name}, of which there is no Node.',
      decision: 'Approve it only if the machine is to join again.',
    },
    deleting: {
      summary: 'Its Node is being deleted.',
      decision: 'Approve {name} only if it is to stay.',
    },
    younger: {
      summary: 'Its Node is younger than the request, so another machine may have the name by now.',
      decision: 'Approve it only if you registered {name} anew.',
    },
    nodesUnreadable: {
      summary: 'Nodes cannot be read, so whether {name} is one of this cluster is not known.',
      decision: 'Look for it yourself before you approve.',
    },
  },
  'identity.expected': {
    notListed: {
      summary: 'The list of expected machines does not have {name}.',
      remedy: 'Add it there if it is yours, or find out whose it is.',
    },
    nameAlone: {
      summary:
        'The list of expected machines has {name} without addresses, and only {name} itself says that it has {sans}.',
      remedy: 'Add its addresses to the list if they are right.',
    },
    approvedBefore: {
      summary: 'Another client request for {name} was approved already.',
      decision: 'Approve it only if you know which of the two came from the machine.',
    },
  },
} satisfies UnconfirmedWords

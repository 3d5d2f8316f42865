import type { UnconfirmedWords } from '#lib/messages/check-words.ts'

/** What it means for a plausible machine that nothing confirms it, and what to do. */
export const unconfirmed: UnconfirmedWords = {
  'identity.machine': {
    noMachineApi:
      'This cluster has no Machine objects, as is normal on bare metal: approve it if you added {name}.',
    noMachine:
      'No Machine object stands for {name}, though this cluster can have them: approve it only if you added it by hand.',
    otherCluster:
      'The Machine of this name, {machine}, seems to be another cluster’s: approve {name} only if it is to join this one.',
    nodesUnreadable:
      'A Machine has this name, but Nodes cannot be read, so it may be another cluster’s: approve {name} only if it is to join this one.',
    machinesUnreadable:
      'Machine objects cannot be read, so whether one stands for {name} is not known: look for it yourself before you approve.',
    machinesPartly:
      'Not all Machine objects can be read, and one that cannot may contradict what the others say of {name}: look at them yourself before you approve.',
    noAddresses:
      'Its Machine, {machine}, lists no addresses yet: wait until it does, or compare those that {name} asks for yourself.',
    deleting:
      'Its Machine, {machine}, is being deleted: approve {name} only if you know why it still joins.',
    staleNodeRef:
      'Its Machine, {machine}, stands for an earlier Node of this name: approve {name} only if you know why its Node is a new one.',
  },
  'identity.requestor': {
    missing:
      'It renews the certificate of {name}, of which there is no Node: approve it only if the machine is to join again.',
    deleting: 'Its Node is being deleted: approve {name} only if it is to stay.',
    younger:
      'Its Node is younger than the request, so another machine may have the name by now: approve it only if you registered {name} anew.',
    nodesUnreadable:
      'Nodes cannot be read, so whether {name} is one of this cluster is not known: look for it yourself before you approve.',
  },
  'identity.expected': {
    notListed:
      'The list of expected machines does not have {name}: add it there if it is yours, or find out whose it is.',
    nameAlone:
      'The list of expected machines has {name} without addresses, and whether {san} is a service’s is not known: add its addresses to the list if they are right.',
  },
}

import type { Finding, TabledCode } from '#lib/csr/checks/check-findings.ts'

/**
 * Why a request is plausible and no more: the cases in which a check that could confirm the machine
 * does not, and contradicts nothing either. The machine's page says of each what it means.
 */
export const UNCONFIRMED = {
  'identity.machine': [
    'noMachine',
    'otherCluster',
    'joinedBefore',
    'approvedBefore',
    'nodesUnreadable',
    'noMachineApi',
    'machinesUnreadable',
    'machinesPartly',
    'noAddresses',
    'moreAddresses',
    'deleting',
    'staleNodeRef',
  ],
  'identity.requestor': ['missing', 'deleting', 'younger', 'nodesUnreadable'],
  'identity.expected': ['notListed', 'nameAlone', 'approvedBefore'],
} as const satisfies { readonly [Code in TabledCode]?: readonly Finding<Code>[] }

import type { Finding, TabledCode } from '#lib/csr/checks/check-findings.ts'

/**
 * Findings for which a request stays plausible: an identity check that neither confirms nor
 * contradicts. The machine's page explains each.
 */
export const UNCONFIRMED = {
  'identity.machine': [
    'noMachine',
    'otherNamespace',
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

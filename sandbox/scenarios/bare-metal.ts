import type { MachineStory, Scenario } from '#sandbox/scenario.ts'

/** The admin's list: node-6 is not assigned yet, node-7 has not arrived. */
const EXPECTED = `name,addresses,role
node-3,192.0.2.23,worker
node-4,192.0.2.24,worker
node-5,192.0.2.25,worker
node-7,192.0.2.27,worker
`

/** A kubeadm cluster without Machine objects: only the admin's list confirms an identity. */
export const BARE_METAL: Scenario = {
  cluster: 'lab',
  users: { admin: 'kubernetes-admin', viewer: 'viewer', approver: 'approver', nobody: 'nobody' },
  hasMachines: false,
  standing: [
    { name: 'cp-1', ip: '192.0.2.10', role: 'control-plane', daysOld: 41 },
    { name: 'node-1', ip: '192.0.2.21', role: 'worker', daysOld: 41 },
    { name: 'node-2', ip: '192.0.2.22', role: 'worker', daysOld: 41 },
  ],
  machines: [
    node(3, '18:20'),
    {
      ...node(4, '17:55'),
      decisions: [{ at: '9:10', purpose: 'client', decision: 'approve', by: 'kubernetes-admin' }],
    },
    node(5, '2:30'),
    node(6, '-0:25'),
  ],
  others: [],
  operators: [],
  configMaps: [{ namespace: 'countersign', name: 'expected', data: { 'machines.csv': EXPECTED } }],
}

function node(number: number, began: string): MachineStory {
  const name = `node-${number}`
  return { name, ip: `192.0.2.2${number}`, role: 'worker', began, viaToken: 'abcdef' }
}

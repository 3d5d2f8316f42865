import type { MachineStory, Scenario } from '#sandbox/scenario.ts'

/** A kubeadm cluster without Machine objects: nothing independent confirms who asks. */
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
}

function node(number: number, began: string): MachineStory {
  const name = `node-${number}`
  return { name, ip: `192.0.2.2${number}`, role: 'worker', began, viaToken: 'abcdef' }
}

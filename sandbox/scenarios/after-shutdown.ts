import type { MachineStory, Scenario, StandingNode } from '#sandbox/scenario.ts'

/**
 * A cluster that was off until its client certificates expired: every node files again, and its
 * Node still exists. One request uses a working node's name, one machine is new.
 */
const EXPECTED = `name,role
${['cp-0', 'cp-1', 'cp-2', 'node-1', 'node-2', 'node-3', 'node-6'].map((name) => `${name},`).join('\n')}
`

export const AFTER_SHUTDOWN: Scenario = {
  cluster: 'lab',
  users: { admin: 'kubernetes-admin', viewer: 'viewer', approver: 'approver', nobody: 'nobody' },
  hasMachines: true,
  standing: [
    { ...standingNode('cp-0', 10, 'control-plane'), silentFor: '34:20' },
    { ...standingNode('cp-1', 11, 'control-plane'), silentFor: '34:18' },
    { ...standingNode('cp-2', 12, 'control-plane'), silentFor: '34:18' },
    { ...standingNode('node-1', 21, 'worker'), silentFor: '33:59', machineObject: 'lab-node-1' },
    { ...standingNode('node-2', 22, 'worker'), silentFor: '33:57', machineObject: 'lab-node-2' },
    { ...standingNode('node-3', 23, 'worker'), silentFor: '33:57' },
    { ...standingNode('node-4', 24, 'worker'), silentFor: '33:57' },
    standingNode('node-5', 25, 'worker'),
  ],
  machines: [
    // Some workers ask before the control plane; it is listed first all the same.
    asks('node-3', 23, 'worker', '12:41'),
    asks('node-1', 21, 'worker', '11:30'),
    asks('cp-0', 10, 'control-plane', '10:05'),
    asks('cp-1', 11, 'control-plane', '10:02'),
    asks('node-2', 22, 'worker', '9:48'),
    asks('cp-2', 12, 'control-plane', '9:40'),
    asks('node-4', 24, 'worker', '9:12'),
    asks('node-5', 25, 'worker', '8:30'),
    asks('node-6', 26, 'worker', '6:10'),
  ],
  others: [],
  operators: [],
  configMaps: [{ namespace: 'countersign', name: 'expected', data: { 'machines.csv': EXPECTED } }],
}

function standingNode(name: string, host: number, role: string): StandingNode {
  return { name, ip: `192.0.2.${host}`, role, daysOld: 212 }
}

function asks(name: string, host: number, role: string, began: string): MachineStory {
  return { name, ip: `192.0.2.${host}`, role, began, viaToken: 'abcdef' }
}

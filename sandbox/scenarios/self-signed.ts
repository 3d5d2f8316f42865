import type { KubeletCertificate, MachineStory, Scenario, StandingNode } from '#sandbox/scenario.ts'

/** A kubeadm cluster on its way from kubelets that sign their own certificates to the cluster's. */
export const SELF_SIGNED: Scenario = {
  cluster: 'lab',
  users: { admin: 'kubernetes-admin', viewer: 'viewer', approver: 'approver', nobody: 'nobody' },
  hasMachines: false,
  standing: [
    node('cp-1', 10, 'cluster', 'control-plane'),
    ...[11, 12, 13, 14, 15, 16].map((host) => node(`worker-${host}`, host, 'cluster')),
    node('worker-17', 17, 'none'),
    node('worker-21', 21, 'selfSigned'),
    node('worker-22', 22, 'selfSigned'),
    node('worker-23', 23, 'selfSigned'),
    node('storage-03', 33, 'unknownCa', 'storage'),
    { ...node('worker-18', 18, 'cluster'), silentFor: '9:00' },
  ],
  machines: [joined('worker-01', 51, '31:00'), joined('worker-02', 52, '24:00')],
  others: [],
  operators: [],
}

function node(
  label: string,
  host: number,
  presents: KubeletCertificate,
  role = 'worker',
): StandingNode {
  const name = `${label}.rack3.example.com`
  return { name, ip: `10.30.3.${host}`, role, daysOld: 120, presents }
}

/** A machine whose client certificate is issued, and whose serving request waits. */
function joined(label: string, host: number, began: string): MachineStory {
  return {
    name: `${label}.rack3.example.com`,
    ip: `10.30.3.${host}`,
    role: 'worker',
    began,
    viaToken: 'abcdef',
    decisions: [{ at: '20:00', purpose: 'client', decision: 'approve', by: 'kubernetes-admin' }],
  }
}

import {
  CLIENT_AUTH,
  DIGITAL_SIGNATURE,
  KEY_ENCIPHERMENT,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  NODE_BOOTSTRAPPER,
  SERVER_AUTH,
} from '#lib/csr/names.ts'
import type { DecisionStory, MachineStory, Scenario, StandingNode } from '#sandbox/scenario.ts'
import { RACK2_POLICY } from '#sandbox/scenarios/rack2-policy.ts'

/**
 * An afternoon at prod-edge-1: rack 2 was filled with machines an hour ago, without an approval
 * since.
 */

const ADMIN = 'kim.osei'
const COLLEAGUE = 'ana.ruiz'

const standing: readonly StandingNode[] = [
  node('control-plane-0.example.com', '10.20.0.10', 'control-plane', 212),
  node('control-plane-1.example.com', '10.20.0.11', 'control-plane', 212),
  node('control-plane-2.example.com', '10.20.0.12', 'control-plane', 212),
  {
    ...node('worker-02.rack2.example.com', '10.20.2.12', 'worker', 212),
    version: 'v1.34.1',
    silentFor: '20:54',
  },
  {
    ...node('worker-03.rack2.example.com', '10.20.2.13', 'worker', 88),
    version: 'v1.34.1',
    unschedulable: true,
  },
  ...rack(3, 8, 61),
  ...rack(4, 12, 140),
  ...rack(6, 7, 33),
]

const machines: readonly MachineStory[] = [
  // Deadline passed.
  known(worker(1, 'rack2', '10.20.2.11', '101:10'), approve('client', '100:50', COLLEAGUE)),
  known(worker(4, 'rack2', '10.20.2.14', '87:05')),
  known(worker(5, 'rack2', '10.20.2.15', '72:08')),

  // Little time left.
  known(worker(7, 'rack2', '10.20.2.17', '52:18')),
  {
    // Its address was copied from another machine's configuration.
    ...worker(8, 'rack2', '10.20.2.18', '50:45'),
    decisions: [approve('client', '32:25', COLLEAGUE)],
    serving: { ipAddresses: ['10.20.2.18', '10.20.2.21'] },
  },
  known(
    machine('infra-02.rack2.example.com', 'infra', '10.20.2.42', '48:52'),
    approve('client', '33:20', COLLEAGUE),
  ),
  known(worker(9, 'rack2', '10.20.2.19', '45:40')),

  // Much time left.
  known(worker(10, 'rack2', '10.20.2.20', '33:09'), approve('client', '14:32', COLLEAGUE)),
  worker(2, 'rack5', '10.20.5.12', '26:56'),
  worker(3, 'rack5', '10.20.5.13', '26:51'),
  known(
    machine('storage-01.rack2.example.com', 'storage', '10.20.2.51', '21:13'),
    approve('client', '12:40', COLLEAGUE),
  ),
  // Its disk was wiped: the Node still exists, the kubelet joins anew.
  worker(2, 'rack2', '10.20.2.12', '13:48'),
  {
    ...machine(
      'gpu-a100-node-014.rack7.row-b.hall-2.fra1.metal.prod.example.com',
      'gpu',
      '10.20.7.14',
      '5:30',
    ),
    machineObject: 'prod-edge-1-gpu-014',
  },

  // On their way.
  {
    ...known(worker(14, 'rack2', '10.20.2.24', '6:02'), approve('client', '0:12', ADMIN)),
    signerHoldsSeconds: 75,
  },
  {
    ...known(worker(15, 'rack2', '10.20.2.25', '5:58'), approve('client', '0:09', ADMIN)),
    signerHoldsSeconds: 90,
  },
  {
    ...known(worker(13, 'rack2', '10.20.2.23', '7:14'), approve('client', '0:38', ADMIN)),
    servingAfterSeconds: 105,
    readyAfterSeconds: 150,
  },
  {
    ...known(
      worker(6, 'rack2', '10.20.2.16', '9:20'),
      approve('client', '2:10', ADMIN),
      approve('serving', '1:04', ADMIN),
    ),
    readyAfterSeconds: 280,
  },

  // Joined in the last hour.
  joined(worker(11, 'rack2', '10.20.2.21', '18:58'), '16:10', '11:58'),
  joined(worker(16, 'rack2', '10.20.2.26', '20:25'), '18:02', '12:40'),
  joined(machine('infra-01.rack2.example.com', 'infra', '10.20.2.41', '41:13'), '38:00', '31:02'),
  joined(worker(17, 'rack2', '10.20.2.27', '49:44'), '47:30', '44:10'),

  // Failures: the signer refused one request, a colleague denied another.
  {
    ...worker(22, 'rack3', '10.20.3.22', '24:10'),
    decisions: [approve('client', '22:40', COLLEAGUE), approve('serving', '19:30', COLLEAGUE)],
    serving: { usages: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, SERVER_AUTH, CLIENT_AUTH] },
    switchedOff: '19:29',
  },
  {
    ...worker(23, 'rack3', '10.20.3.23', '24:40'),
    decisions: [
      { at: '22:03', purpose: 'client', decision: 'deny', by: COLLEAGUE, note: 'not ours' },
    ],
    switchedOff: '22:02',
  },

  // Arrivals after the start.
  known(worker(18, 'rack2', '10.20.2.28', '-0:20')),
  worker(4, 'rack5', '10.20.5.14', '-1:10'),
]

export const RACK2: Scenario = {
  cluster: 'prod-edge-1',
  users: { admin: ADMIN, viewer: 'sam.lee', approver: COLLEAGUE, nobody: 'guest' },
  hasMachines: true,
  standing,
  machines,
  others: [
    {
      // Two names: the first one shown is not the one a signer would use.
      name: 'csr-9wq4x',
      filed: '38:24',
      requestor: bootstrapper(),
      signerName: KUBE_APISERVER_CLIENT_KUBELET,
      usages: [DIGITAL_SIGNATURE, CLIENT_AUTH],
      kind: 'client',
      commonNames: [
        'system:node:worker-12.rack2.example.com',
        'system:node:\u202econtrol-plane-0.example.com',
      ],
      keyName: 'csr-9wq4x',
    },
    {
      name: 'csr-<img src=x onerror=alert(1)>',
      filed: '12:00',
      requestor: serviceAccount('ci', 'deployer'),
      signerName: KUBE_APISERVER_CLIENT,
      usages: [DIGITAL_SIGNATURE, CLIENT_AUTH],
      kind: 'client',
      commonNames: ['deployer'],
      organizations: ['ci'],
      keyName: 'deployer',
    },
    {
      name: 'csr-\u202egro.elpmaxe.ofni',
      filed: '17:30',
      requestor: serviceAccount('ci', 'deployer'),
      signerName: KUBE_APISERVER_CLIENT,
      usages: [DIGITAL_SIGNATURE, CLIENT_AUTH],
      kind: 'client',
      commonNames: ['reporter'],
      organizations: ['ci'],
      keyName: 'reporter',
    },
    {
      name: 'jane-breakglass',
      filed: '62:00',
      requestor: { username: 'jane.doe@example.com', groups: ['edge-admins'] },
      signerName: KUBE_APISERVER_CLIENT,
      usages: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, CLIENT_AUTH],
      expirationSeconds: 86_400,
      kind: 'client',
      commonNames: ['jane.doe@example.com'],
      organizations: ['kubeadm:cluster-admins'],
      keyName: 'jane',
      keyType: 'RSA-2048',
    },
    {
      name: 'istio-csr-7f2kd',
      filed: '181:00',
      requestor: serviceAccount('istio-system', 'istio-csr'),
      signerName: 'issuers.cert-manager.io/mesh-ca',
      usages: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, SERVER_AUTH, CLIENT_AUTH],
      kind: 'client',
      commonNames: [],
      organizations: [],
      uris: ['spiffe://cluster.example.com/ns/shop/sa/cart'],
      keyName: 'cart',
    },
  ],
  operators: [
    operator('authentication'),
    operator('dns'),
    operator('etcd'),
    operator(
      'image-registry',
      ['storage-01.rack2.example.com'],
      'Available: The deployment does not have available replicas',
    ),
    operator('ingress'),
    operator('kube-apiserver'),
    operator('machine-config'),
    operator(
      'monitoring',
      ['infra-02.rack2.example.com', 'worker-01.rack2.example.com'],
      'UpdatingPrometheus: Prometheus: 0/2 replicas are ready, unscheduled pods wait for nodes',
    ),
    operator('network'),
    operator('node-tuning'),
  ],
  configMaps: [
    {
      namespace: 'countersign',
      name: 'countersign-policy',
      data: { 'policy.yaml': RACK2_POLICY },
    },
  ],
}

function machine(name: string, role: string, ip: string, began: string): MachineStory {
  return { name, role, ip, began }
}

function worker(number: number, rack: string, ip: string, began: string): MachineStory {
  return machine(`worker-${two(number)}.${rack}.example.com`, 'worker', ip, began)
}

/** A machine with a Machine object and these decisions. */
function known(story: MachineStory, ...decisions: readonly DecisionStory[]): MachineStory {
  const machineObject = `prod-edge-1-${story.name.split('.')[0]}`
  return { ...story, machineObject, ...(decisions.length > 0 && { decisions }) }
}

function joined(story: MachineStory, client: string, serving: string): MachineStory {
  const decisions = [approve('client', client, COLLEAGUE), approve('serving', serving, COLLEAGUE)]
  return { ...known(story, ...decisions), readyAfterSeconds: 150 }
}

function approve(purpose: 'client' | 'serving', at: string, by: string) {
  return { purpose, at, by, decision: 'approve' } as const
}

function node(name: string, ip: string, role: string, daysOld: number): StandingNode {
  return { name, ip, role, daysOld }
}

function rack(number: number, count: number, daysOld: number): StandingNode[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `worker-${two(index + 1)}.rack${number}.example.com`
    const ip = `10.20.${number}.${11 + index}`
    const machineObject = `prod-edge-1-rack${number}-${two(index + 1)}`
    return { ...node(name, ip, 'worker', daysOld), version: 'v1.34.1', machineObject }
  })
}

function operator(name: string, waitsFor: readonly string[] = [], message = '') {
  return { name, waitsFor, message }
}

function serviceAccount(namespace: string, name: string) {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

function bootstrapper() {
  const namespace = 'openshift-machine-config-operator'
  return {
    username: NODE_BOOTSTRAPPER,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

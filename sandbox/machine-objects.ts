import type { NodeAddress } from '#lib/csr/model.ts'
import { SYSTEM } from '#sandbox/identities.ts'
import { isReady } from '#sandbox/node-life.ts'
import type { MachineObject, NodeObject } from '#sandbox/objects.ts'
import type { Api, Target } from '#sandbox/resource-api.ts'
import { MACHINES, NODES } from '#sandbox/served-resources.ts'

export const MACHINE_NAMESPACE = 'openshift-machine-api'

export function createMachineObject(
  api: Api,
  traits: {
    readonly name: string
    readonly role: string
    readonly addresses: readonly NodeAddress[]
  },
): void {
  const { name, role, addresses } = traits
  const created = api.create(SYSTEM, target('', ''), {
    metadata: {
      name,
      labels: {
        'machine.openshift.io/cluster-api-machine-role': role,
        'machine.openshift.io/cluster-api-machine-type': role,
      },
    },
    spec: { providerSpec: {} },
  })
  api.update(SYSTEM, target(name, 'status'), {
    ...created,
    status: { phase: 'Provisioned', addresses: [...addresses] },
  })
}

/** OpenShift's link controller: a Machine finds its Node by address and then names it. */
export function linkMachineObjects(api: Api): () => void {
  return api.store.subscribe(({ resource, object, type }) => {
    if (resource !== NODES || type === 'DELETED') return
    const node = object as NodeObject
    const { name, uid = '' } = node.metadata
    for (const machine of api.store.list(MACHINES) as readonly MachineObject[]) {
      const { addresses = [], nodeRef, phase } = machine.status ?? {}
      if (!addresses.some(({ type, address }) => type === 'InternalDNS' && address === name))
        continue
      if (nodeRef !== undefined && nodeRef.name !== name) continue
      const next = isReady(node) ? 'Running' : (phase ?? 'Provisioned')
      if (nodeRef !== undefined && next === phase) continue
      api.update(SYSTEM, target(machine.metadata.name, 'status'), {
        ...machine,
        status: { ...machine.status, phase: next, nodeRef: { kind: 'Node', name, uid } },
      })
    }
  })
}

function target(name: string, subresource: string): Target {
  return { resource: MACHINES, namespace: MACHINE_NAMESPACE, name, subresource }
}

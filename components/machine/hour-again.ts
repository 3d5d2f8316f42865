import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { MachineDetail } from '#lib/query/domain-types.ts'

/**
 * Whether the hour starts again with the request after a denied one: for a client request that no
 * Machine object dates (lib/csr/stage/deadlines.ts).
 */
export function hourStartsAgain({
  machine,
  requests,
  machineObject,
}: Pick<MachineDetail, 'requests' | 'machineObject'> & {
  readonly machine: Pick<MachineDetail['machine'], 'stage'>
}): boolean {
  if (machineObject !== null) return false
  const isClient = machine.stage === 'clientRequested' || machine.stage === 'denied'
  return (
    isClient && requests.every(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  )
}

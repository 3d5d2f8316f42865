import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { SYSTEM } from '#sandbox/identities.ts'
import { isReady } from '#sandbox/node-life.ts'
import type { Condition, CsrObject, NodeObject } from '#sandbox/objects.ts'
import type { Api, Target } from '#sandbox/resource-api.ts'
import { timestamp } from '#sandbox/sandbox-clock.ts'
import type { OperatorStory } from '#sandbox/scenario.ts'
import { CLUSTER_OPERATORS, CSRS, NODES } from '#sandbox/served-resources.ts'

const ALL_WELL = 'All is well'

/** Operators whose pods wait for new nodes: unavailable until these are Ready and reachable. */
export function startOperators(api: Api, stories: readonly OperatorStory[]): () => void {
  const serving = new Set<string>()
  for (const { name, waitsFor, message } of stories) {
    const created = api.create(SYSTEM, target('', ''), { metadata: { name }, spec: {} })
    const conditions = conditionsOf(api, waitsFor.length === 0, message)
    api.update(SYSTEM, target(name, 'status'), { ...created, status: { conditions } })
  }
  const isUp = (name: string) =>
    serving.has(name) && isReady(api.store.get(NODES, name) as NodeObject | undefined)

  return api.store.subscribe(({ resource, object }) => {
    if (resource === CSRS) {
      const { spec, status } = object as CsrObject
      if (spec.signerName !== KUBELET_SERVING || status.certificate === undefined) return
      serving.add((spec.username ?? '').replace(/^system:node:/, ''))
    } else if (resource !== NODES) return
    for (const { name, waitsFor, message } of stories) {
      const operator = api.store.get(CLUSTER_OPERATORS, name)
      if (operator === undefined || waitsFor.length === 0) continue
      const isAvailable = waitsFor.every(isUp)
      const { conditions: before = [] } = operator.status as { conditions?: Condition[] }
      const was = before.some(({ type, status }) => type === 'Available' && status === 'True')
      if (was === isAvailable) continue
      const conditions = conditionsOf(api, isAvailable, message)
      api.update(SYSTEM, target(name, 'status'), { ...operator, status: { conditions } })
    }
  })
}

function conditionsOf(api: Api, isAvailable: boolean, message: string): Condition[] {
  const lastTransitionTime = timestamp(api.clock.now())
  const row = (type: string, is: boolean, trouble: string | null) => {
    const [reason, text] =
      isAvailable || trouble === null ? ['AsExpected', ALL_WELL] : [trouble, message]
    return { type, status: is ? 'True' : 'False', reason, message: text, lastTransitionTime }
  }
  return [
    row('Available', isAvailable, 'NodesMissing'),
    row('Progressing', !isAvailable, 'RollOut'),
    row('Degraded', false, null),
  ]
}

function target(name: string, subresource: string): Target {
  return { resource: CLUSTER_OPERATORS, namespace: '', name, subresource }
}

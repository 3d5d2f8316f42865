import { DAY_SECONDS, HOUR_SECONDS } from '#lib/csr/units-of-time.ts'
import { SYSTEM } from '#sandbox/identities.ts'
import { type CsrObject, hasCondition } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import { CSRS } from '#sandbox/served-resources.ts'

/**
 * kube-controller-manager's cleaner: once an hour it deletes requests decided an hour ago or filed
 * a day ago.
 */
export function startCleaner(api: Api): void {
  const sweep = () => {
    for (const object of api.store.list(CSRS)) {
      const csr = object as CsrObject
      if (!isOld(csr, api.clock.now())) continue
      const target = { resource: CSRS, namespace: '', name: csr.metadata.name, subresource: '' }
      api.delete(SYSTEM, target)
    }
    api.clock.after(HOUR_SECONDS, sweep, 'wall')
  }
  api.clock.after(HOUR_SECONDS, sweep, 'wall')
}

/** An approval that was never signed stays for a day, as a pending request does. */
function isOld({ metadata, status }: CsrObject, now: number): boolean {
  const { conditions = [], certificate } = status
  const final =
    certificate !== undefined ||
    hasCondition(conditions, 'Denied') ||
    hasCondition(conditions, 'Failed')
  const times = conditions.map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? ''))
  const since = final ? Math.max(...times) : Date.parse(metadata.creationTimestamp ?? '')
  return now - since > (final ? HOUR_SECONDS : DAY_SECONDS) * 1000
}

import type { FieldError } from '#sandbox/api-status.ts'
import type { User } from '#sandbox/identities.ts'
import type { Condition, CsrObject } from '#sandbox/objects.ts'

/** Rules of the API server for CertificateSigningRequests: what it stamps, keeps and refuses. */

/** Condition types that are true or absent, and are never removed. */
const LASTING = ['Approved', 'Denied', 'Failed']

export function prepareForCreate(object: CsrObject, user: User): CsrObject {
  const { request, signerName, usages, expirationSeconds } = object.spec
  return {
    ...object,
    spec: {
      request,
      signerName,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      usages,
      username: user.username,
      ...(user.uid === '' ? {} : { uid: user.uid }),
      groups: [...user.groups],
      ...(Object.keys(user.extra).length === 0 ? {} : { extra: copyExtra(user) }),
    },
    status: {},
  }
}

export type Part = 'main' | 'approval' | 'status'

/** Applies an update to the part that it may change; the rest stays. */
export function prepareForUpdate(
  object: CsrObject,
  old: CsrObject,
  part: Part,
  now: string,
): CsrObject {
  if (part === 'main') return { ...object, spec: old.spec, status: old.status }
  const conditions = (object.status?.conditions ?? []).map((one) => stamp(one, old, now))
  const rest = part === 'approval' ? old.status : (object.status ?? {})
  const { conditions: _, ...others } = rest
  return {
    ...object,
    spec: old.spec,
    status: conditions.length === 0 ? others : { ...others, conditions },
  }
}

/** Refuses to take a decision back, to add the opposite one, and to decide by the status. */
export function validateUpdate(object: CsrObject, old: CsrObject, part: Part): FieldError[] {
  const types = ({ status }: CsrObject) => (status.conditions ?? []).map(({ type }) => type)
  const [before, after] = [types(old), types(object)]
  const removed = before.filter((type) => LASTING.includes(type) && !after.includes(type))
  const decided = after.filter((type) => type === 'Approved' || type === 'Denied')
  const added = part === 'status' ? decided.filter((type) => !before.includes(type)) : []
  const [last = ''] = decided.slice(1)
  return [
    ...removed.map((type) => `updates may not remove a condition of type "${type}"`),
    ...added.map((type) => `updates may not add a condition of type "${type}"`),
    ...(last === '' ? [] : ['Approved and Denied conditions are mutually exclusive']),
  ].map((why) => ({ field: 'status.conditions', message: `Forbidden: ${why}` }))
}

function stamp(condition: Condition, old: CsrObject, now: string): Condition {
  const before = old.status.conditions?.find(
    ({ type, status }) => type === condition.type && status === condition.status,
  )
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? now,
    lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
  }
}

function copyExtra({ extra }: User): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))
}

import { maySee, mayTouch } from '#sandbox/authorize.ts'
import type { Rights, User } from '#sandbox/identities.ts'

/** SelfSubjectAccessReview: may I? */
export function accessReview(rights: Rights, user: User, body: unknown): unknown {
  const { spec = {} } = body as {
    spec?: {
      resourceAttributes?: Record<string, string>
      nonResourceAttributes?: { path?: string; verb?: string }
    }
  }
  const { resourceAttributes: wanted, nonResourceAttributes: path } = spec
  const allowed = wanted
    ? mayTouch(rights, user, {
        verb: wanted.verb ?? '',
        group: wanted.group ?? '',
        resource: wanted.resource ?? '',
        subresource: wanted.subresource ?? '',
        namespace: wanted.namespace ?? '',
        name: wanted.name ?? '',
      })
    : maySee(rights, user, path?.verb ?? '', path?.path ?? '')
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed, ...(allowed ? { reason: 'RBAC: allowed by the sandbox' } : {}) },
  }
}

/** SelfSubjectReview: who am I? */
export function subjectReview(user: User, now: string): unknown {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: now },
    status: {
      userInfo: {
        username: user.username,
        ...(user.uid === '' ? {} : { uid: user.uid }),
        groups: user.groups,
        ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
      },
    },
  }
}

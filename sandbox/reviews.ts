import { maySee, mayTouch } from '#sandbox/authorize.ts'
import type { Rights, User } from '#sandbox/identities.ts'

interface Question {
  readonly resourceAttributes?: Record<string, string>
  readonly nonResourceAttributes?: { path?: string; verb?: string }
}

/** SelfSubjectAccessReview, for the caller's own rights. */
export function accessReview(rights: Rights, user: User, body: unknown): unknown {
  const { spec = {} } = body as { spec?: Question }
  return answer('SelfSubjectAccessReview', rights, user, spec)
}

/** SubjectAccessReview, for another user's rights; creating one needs a right itself. */
export function accessReviewOf(rights: Rights, body: unknown): unknown {
  const { spec = {} } = body as {
    spec?: Question & { readonly user?: string; readonly groups?: readonly string[] }
  }
  const { user = '', groups = [] } = spec
  const them: User = { username: user, uid: '', groups, extra: {} }
  return answer('SubjectAccessReview', rights, them, spec)
}

function answer(kind: string, rights: Rights, user: User, spec: Question): unknown {
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
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed, ...(allowed ? { reason: 'RBAC: allowed by the sandbox' } : {}) },
  }
}

/** SelfSubjectReview, for the caller's identity. */
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

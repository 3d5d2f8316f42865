import {
  type Answer,
  fail,
  joined,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/question.ts'
import { grantsOf } from '#lib/csr/grants.ts'
import {
  AUTHENTICATED_GROUP,
  BOOTSTRAP_USER_PREFIX,
  BOOTSTRAPPERS_GROUP,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
  NODE_GROUP,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'

/** Checks of who asks, and of what the signer would make of it. */

/** A bootstrap token's id as Kubernetes defines it. */
const TOKEN_ID = /^[a-z0-9]{6}$/

export function requestorBootstrapper({
  claim,
  policy,
}: Question): Answer<'requestor.bootstrapper'> {
  const { username, groups } = claim.csr.requestor
  const values = { requestor: username }
  const known = (
    finding: 'openshift' | 'kubeadm',
    expected: readonly string[],
    all?: readonly string[],
  ) => {
    const observed = [seen('user', username, 'pass'), ...seenGroups(groups, all)]
    const complete = observed.every(({ outcome }) => outcome === 'pass')
    const held = expected.every((group) => groups.includes(group))
    return complete && held
      ? pass<'requestor.bootstrapper'>(finding, { expected, observed, values })
      : fail<'requestor.bootstrapper'>('otherGroups', { expected, observed, values })
  }

  if (claim.kind === 'selfNodeClient') {
    const expected = [NODE_GROUP]
    const observed = [seen('user', username, 'pass'), ...seenGroups(groups)]
    return pass('renewal', { expected, observed, values })
  }
  if (policy.extraBootstrapRequestors.includes(username)) {
    return pass('policy', { observed: [seen('user', username, 'pass')], values })
  }
  if (username === NODE_BOOTSTRAPPER) {
    return known('openshift', NODE_BOOTSTRAPPER_GROUPS, NODE_BOOTSTRAPPER_GROUPS)
  }
  if (isTokenUser(username)) return known('kubeadm', [BOOTSTRAPPERS_GROUP])

  const expected = [NODE_BOOTSTRAPPER, `${BOOTSTRAP_USER_PREFIX}<id>`]
  const observed = [seen('user', username, 'fail')]
  if (!username.startsWith(NODE_USER_PREFIX))
    return fail('stranger', { expected, observed, values })
  const [commonName] = claim.reading.x509cr?.subject.commonNames ?? []
  if (commonName === undefined) {
    return unknown('unreadable', { observed: [seen('user', username, 'unknown')], values })
  }
  return username === commonName
    ? fail('otherGroups', {
        expected: [NODE_GROUP],
        observed: [seen('user', username, 'pass'), ...seenGroups(groups)],
        values,
      })
    : fail('otherNode', { expected: [commonName], observed, values })
}

export function requestorNode({ claim }: Question): Answer<'requestor.node'> {
  const { username, groups } = claim.csr.requestor
  const values = { requestor: username }
  const { x509cr, faithful } = claim.reading
  const [commonName, ...more] = faithful && x509cr !== null ? x509cr.subject.commonNames : []
  if (commonName === undefined || more.length > 0) {
    return unknown('unreadable', { observed: [seen('user', username, 'unknown')], values })
  }
  if (username !== commonName) {
    const observed = [seen('user', username, 'fail')]
    const finding = username.startsWith(NODE_USER_PREFIX) ? 'otherNode' : 'stranger'
    return fail(finding, { expected: [commonName], observed, values })
  }
  const needed = [NODE_GROUP, AUTHENTICATED_GROUP]
  const expected = [commonName, ...needed]
  const observed = [seen('user', username, 'pass'), ...seenGroups(groups)]
  return needed.every((group) => groups.includes(group))
    ? pass('itself', { expected, observed, values })
    : fail('otherGroups', { expected, observed, values })
}

export function requestorSelf({ claim, actor }: Question): Answer<'requestor.self'> {
  const { username } = claim.csr.requestor
  const values = { requestor: username }
  if (actor === null) return unknown('noActor', { values })
  return actor === username
    ? fail('self', { observed: [seen('user', username, 'fail')], values })
    : pass('other', { observed: [seen('user', username, 'pass')], values })
}

export function signerInScope({ claim }: Question): Answer<'signer.inScope'> {
  const { signerName } = claim.csr
  const expected = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]
  const values = { signer: signerName }
  if (claim.kind !== 'other') {
    return pass('kubelet', { observed: [seen('signer', signerName, 'pass')], values })
  }
  const observed = [seen('signer', signerName, 'fail')]
  if (signerName !== KUBE_APISERVER_CLIENT)
    return fail('otherSigner', { expected, observed, values })

  const grants = grantsOf(signerName, claim.reading)
  const { commonNames, organizations } = claim.reading.x509cr?.subject ?? NOBODY
  const rest = {
    expected,
    observed: [
      ...observed,
      ...commonNames.map((name) => seen('CN', name, 'fail')),
      ...organizations.map((group) => seen('O', group, 'fail')),
    ],
  }
  if (grants.as !== 'user') return fail('grantsUntold', { ...rest, values })
  return fail(grants.control ? 'grantsControl' : 'grantsUser', {
    ...rest,
    values: { ...values, user: grants.user.name, groups: joined(organizations) },
  })
}

const NOBODY = { commonNames: [], organizations: [] } as const satisfies Record<string, string[]>

function isTokenUser(username: string): boolean {
  return (
    username.startsWith(BOOTSTRAP_USER_PREFIX) &&
    TOKEN_ID.test(username.slice(BOOTSTRAP_USER_PREFIX.length))
  )
}

/** Each group that is there, odd if it is none of all that there may be. */
function seenGroups(groups: readonly string[], all = groups) {
  return groups.map((group) => seen('group', group, all.includes(group) ? 'pass' : 'fail'))
}
